import type { Server, Socket } from 'node:net'
import { networkOf } from '../support/index.ts'

export type ConnectionLimits = {
  /** Connections at a time. */
  readonly total: number
  /** Of them from one IPv4 address, or from one /64 of IPv6. */
  readonly perAddress: number
}

/**
 * Bounds the connections of a server. Where there are too many, the oldest makes room: an honest one is over in a
 * moment, and one that is held open to keep others out is the first to go.
 */
export function boundConnections(server: Server, { total, perAddress }: ConnectionLimits): void {
  /** Where each comes from, oldest first. */
  const open = new Map<Socket, string>()

  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress ?? '')
    const siblings = [...open].filter(([, other]) => other === network)
    const [oldest] = siblings.length >= perAddress ? siblings : open.size >= total ? open : []
    if (oldest !== undefined) end(oldest[0])
    open.set(socket, network)
    socket.once('close', () => open.delete(socket))
  })

  function end(socket: Socket): void {
    open.delete(socket)
    socket.destroy()
  }
}
