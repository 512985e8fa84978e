import type { Server, Socket } from 'node:net'
import {
  isInPrefix,
  networkOf,
  normaliseSource,
  parseAddress,
  parsePrefix,
} from '../support/index.ts'

export type ConnectionLimits = {
  /** Connections at a time. */
  readonly total: number
  /** Of them from one IPv4 address, or from one /64 of IPv6. */
  readonly perAddress: number
}

/**
 * Bounds the connections of a server. Where there are too many, the oldest makes room: an honest one is over in a
 * moment, and one that is held open to keep others out is the first to go. A proxy carries the connections of many
 * people, so only the total holds for it.
 */
export function boundConnections(
  server: Server,
  { total, perAddress }: ConnectionLimits,
  proxies: readonly string[] = [],
): void {
  /** Where each comes from, oldest first. */
  const open = new Map<Socket, string>()
  const isProxy = createProxyCheck(proxies)

  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const network = networkOf(address)
    const siblings = isProxy(address) ? [] : [...open].filter(([, other]) => other === network)
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

/** Whether an address is one of these, or in one of these prefixes. */
export function createProxyCheck(proxies: readonly string[]): (address: string) => boolean {
  const prefixes = proxies.map(parsePrefix).filter((prefix) => prefix !== undefined)
  return (text) => {
    const address = parseAddress(normaliseSource(text))
    return address !== undefined && prefixes.some((prefix) => isInPrefix(address.bytes, prefix))
  }
}
