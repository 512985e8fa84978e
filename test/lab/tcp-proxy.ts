import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  readonly port: number
  /** Connections from outside that are open now. */
  openConnections(): number
  /**
   * `hang`: accepts and passes nothing on, also on connections that are open already. `wait`: the same, and what waits
   * arrives once it is `pass` again, as after a network that was cut.
   */
  setMode(mode: 'pass' | 'hang' | 'wait'): void
  /** No one listens any more, and open connections break. */
  stop(): Promise<void>
}

/** Sits between a test and a server on the loopback, to be a network that fails. */
export async function startTcpProxy(targetPort: number, port = 0): Promise<TcpProxy> {
  let mode: 'pass' | 'hang' | 'wait' = 'pass'
  const sockets = new Set<Socket>()
  const insides = new Set<Socket>()
  const server = createServer((outside) => {
    const inside = connect(targetPort, '127.0.0.1')
    sockets.add(outside)
    insides.add(inside)
    outside.on('data', (data) => mode !== 'hang' && inside.write(data))
    inside.on('data', (data) => mode !== 'hang' && outside.write(data))
    if (mode === 'wait') for (const end of [outside, inside]) end.pause()
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        insides.delete(one)
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
      for (const end of [...sockets, ...insides]) {
        if (wanted === 'wait') end.pause()
        else end.resume()
      }
    },
    stop() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
