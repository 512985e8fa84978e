import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A TCP port of the loopback that no one listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** Waits until someone listens on the port, or until no one does. Throws after `limitMs`. */
export async function untilPort(
  port: number,
  wanted: 'open' | 'free',
  limitMs: number,
): Promise<void> {
  const untilMs = Date.now() + limitMs
  while ((await isOpen(port)) !== (wanted === 'open')) {
    if (Date.now() > untilMs) throw new Error(`port ${port} was not ${wanted} in ${limitMs} ms`)
    await sleep(50)
  }
}

/**
 * Takes a port of the loopback for as long as this process lives, and waits for that while another has
 * it. Throws after `limitMs`.
 */
export async function holdPort(port: number, limitMs: number): Promise<void> {
  const untilMs = Date.now() + limitMs
  while (!(await listens(port))) {
    if (Date.now() > untilMs) throw new Error(`port ${port} was not free in ${limitMs} ms`)
    await sleep(50)
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().unref()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(true))
  })
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const settle = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => settle(true)).once('error', () => settle(false))
  })
}
