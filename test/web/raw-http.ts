import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection that says nothing by itself. */
export async function openRaw(port: number, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  await once(socket, 'connect')
  // Ended from the other side, in whatever way.
  socket.on('error', () => undefined)
  return socket
}

/** Everything that comes until the other side ends the connection. */
export async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => {
    text += String(chunk)
  })
  await closed(socket)
  return text
}

/** Settles when the connection has ended, with an error or without. */
export async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
}

/** Sends these lines as one request, and gives the status of the answer; 0 where there is none. */
export async function askRaw(port: number, lines: readonly string[], body = ''): Promise<number> {
  const socket = await openRaw(port)
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`)
  return statusOf(await readAll(socket))
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
}
