import type { SharedSecret, VerifiedRequest } from '../radius/index.ts'
import { isSameSecret } from './gateways/gateway-checks.ts'
import type { Gateway } from './gateways/gateway-table.ts'
import type { ListenerState } from './listener/listener-state.ts'
import type { Source } from './listener/sockets.ts'
import { authenticatorText } from './open-request.ts'
import { abandon } from './run-sign-in.ts'

/**
 * What makes two packets one request (RFC 5080 2.2.2), without the Request Authenticator: receiving
 * socket, source address and port, code and identifier.
 */
export function duplicateKey(source: Source, request: VerifiedRequest): string {
  const { socket, address, port } = source
  // Joined, not concatenated: one flat string, as it is kept as long as the request.
  return [socket.id, address, port, request.code, request.identifier].join('|')
}

/**
 * Whether the request is a resend, and then does what there is to do: one that is held joins, so that
 * all resends together get one reply; one that was answered gets the same bytes again. The same key
 * with another authenticator means that the gateway has given up on the earlier request (RULES 18).
 */
export function isAnsweredAsDuplicate(
  listener: ListenerState,
  key: string,
  gateway: Gateway,
  request: VerifiedRequest,
  source: Source,
): boolean {
  const { open, replies, observer, watch, clock } = listener
  const { name } = gateway.rules
  const authenticator = authenticatorText(request.authenticator)

  const held = open.find(key)
  if (held !== undefined) {
    if (authenticator === held.authenticator() && isSameSender(held.gateway.secret, gateway)) {
      held.attempt.resends += 1
      watch.resend(held.attempt.id, clock.nowMs())
      observer.onResend(name, 'joined')
      return true
    }
    abandon(listener, held)
    return false
  }
  const sent = replies.find(key)
  if (sent === undefined) return false
  if (authenticator !== sent.authenticator || !isSameSender(sent.secret, gateway)) return false
  source.socket.send(sent.bytes, source.port, source.address)
  watch.resend(sent.attemptId, clock.nowMs())
  observer.onResend(name, 'answered')
  return true
}

/** After a reload the secret is another object, and perhaps another secret: then it is another request. */
function isSameSender(secret: SharedSecret, gateway: Gateway): boolean {
  return isSameSecret(secret, gateway.secret)
}
