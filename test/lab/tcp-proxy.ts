import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  readonly port: number
  /** Connections from outside that are open now. */
  openConnections(): number
  /** `hang`: accepts and passes nothing on, also on connections that are open already. */
  setMode(mode: 'pass' | 'hang'): void
  /** Nobody listens any more, and open connections break. */
  stop(): Promise<void>
}

/** Stands between a test and a server on the loopback, to be a network that fails. */
export async function startTcpProxy(targetPort: number, port = 0): Promise<TcpProxy> {
  let mode: 'pass' | 'hang' = 'pass'
  const sockets = new Set<Socket>()
  const server = createServer((outside) => {
    const inside = connect(targetPort, '127.0.0.1')
    sockets.add(outside)
    outside.on('data', (data) => mode === 'pass' && inside.write(data))
    inside.on('data', (data) => mode === 'pass' && outside.write(data))
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    openConnections: () => sockets.size,
    setMode(wanted) {
      mode = wanted
    },
    stop() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
