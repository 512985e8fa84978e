import type { Packet, SharedSecret, VerifiedRequest } from '../radius/index.ts'
import { abandon } from './end-request.ts'
import type { Gateway } from './gateways/gateway.ts'
import { isSameSecret } from './gateways/gateway-checks.ts'
import type { ListenerState } from './listener/listener-state.ts'
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

/** A verified packet, and what tells whether it was here before. */
export type VerifiedPacket = {
  readonly gateway: Gateway
  readonly request: VerifiedRequest
  readonly source: Source
  /** See `duplicateKey`. */
  readonly key: string
  /** See `authenticatorText`. */
  readonly authenticator: string
}

/**
 * Whether the request is a resend, and then does what there is to do: one that is held joins, so that
 * all resends together get one reply; one that was answered gets the same bytes again. The same key
 * with another authenticator means that the gateway has given up on the earlier request (RULES 18).
 */
export function isAnsweredAsDuplicate(
  listener: ListenerState,
  { authenticator, gateway, key, source }: VerifiedPacket,
): boolean {
  const { open, replies, observer, watch, clock } = listener
  const { name } = gateway.rules
  // After a reload the secret is another object, and perhaps another secret: the request is then a new one.
  const isSame = (earlier: string, secret: SharedSecret) =>
    authenticator === earlier && isSameSecret(secret, gateway.secret)

  const held = open.find(key)
  if (held !== undefined) {
    if (!isSame(authenticatorText(held.request), held.gateway.secret)) {
      abandon(held)
      return false
    }
    held.cameAgain()
    watch.resend(held.attempt.id, clock.nowMs())
    observer.onResend(name, 'joined')
    return true
  }
  const sent = replies.find(key)
  if (sent === undefined || !isSame(sent.authenticator, sent.secret)) return false
  source.socket.send(sent.bytes, source.port, source.address)
  watch.resend(sent.attemptId, clock.nowMs())
  observer.onResend(name, 'answered')
  return true
}
