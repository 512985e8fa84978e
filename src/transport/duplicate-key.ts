import type { Packet } from '../radius/index.ts'
import type { Source } from './listener/sockets.ts'

/**
 * What makes two packets one request (RFC 5080 2.2.2), without the Request Authenticator: receiving
 * socket, source address and port, code and identifier.
 */
export function duplicateKey(source: Source, request: Packet): string {
  const { socket, address, port } = source
  return [socket.id, address, port, request.code, request.identifier].join('|')
}

/** Request Authenticator as 16 Latin-1 characters: to compare it, and keep it without its datagram. */
export function authenticatorText({ authenticator }: Pick<Packet, 'authenticator'>): string {
  return Buffer.from(authenticator).toString('latin1')
}
