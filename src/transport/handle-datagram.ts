import {
  attributeType,
  encodeReply,
  findAttribute,
  packetCode,
  type VerifiedRequest,
} from '../radius/index.ts'
import type { DropReason } from '../signin/index.ts'
import { duplicateKey, isAnsweredAsDuplicate } from './duplicates.ts'
import type { Gateway } from './gateways/gateway-table.ts'
import type { ListenerState } from './listener/listener-state.ts'
import type { Source } from './listener/sockets.ts'
import { OpenRequest } from './open-request.ts'
import { statusReply } from './replies/replies.ts'
import { firstPacketOf } from './request-watch.ts'
import { runSignIn } from './run-sign-in.ts'
import { verifyDatagram } from './verify-datagram.ts'

/**
 * One datagram on its way to the sign-in. Each step goes on or says why there is no answer; what comes
 * after the sign-in (the reply, signed and remembered) is in `run-sign-in.ts`. Never throws: a
 * mistake of ours costs one answer, not the service.
 */
export function handleDatagram(listener: ListenerState, bytes: Uint8Array, source: Source): void {
  const from = { source: source.host, sourcePort: source.port }
  try {
    const nowMs = listener.clock.nowMs()
    const verified = verifyDatagram('sign-in', listener.gateways, bytes, source.host, nowMs)
    if (!verified.ok) {
      const { reason, gateway, detail } = verified
      listener.drop(reason, {
        ...from,
        ...(gateway && { gateway: gateway.rules.name }),
        ...(detail && { detail }),
      })
      return
    }
    const { gateway, request } = verified
    noticeSigning(listener, gateway, request, verified.messageAuthenticator)

    const key = duplicateKey(source, request)
    if (isAnsweredAsDuplicate(listener, key, gateway, request, source)) return

    const refusal = reasonNotToStart(listener, gateway, request)
    if (refusal !== undefined) {
      listener.drop(refusal, { ...from, gateway: gateway.rules.name })
      return
    }
    if (request.code === packetCode.StatusServer) {
      answerStatus(listener, gateway, request, source)
      return
    }
    const [attemptId, receivedAtMs] = [listener.nextId(), listener.clock.nowMs()]
    const context = { key, gateway, source, attemptId, receivedAtMs }
    const open = new OpenRequest(listener, request, context)
    open.attempt.gateway = listener.watch.begin(firstPacketOf(open))
    runSignIn(listener, open)
  } catch (error) {
    listener.drop('internal-error', { ...from, error })
  }
}

/**
 * From the first valid Message-Authenticator on a `learn` gateway must send it (RULES 17). EAP and
 * Status-Server prove nothing: those carried one before CVE-2024-3596 too.
 */
function noticeSigning(
  { observer }: ListenerState,
  gateway: Gateway,
  request: VerifiedRequest,
  messageAuthenticator: 'valid' | 'absent',
): void {
  if (request.code !== packetCode.AccessRequest || carriesEap(request)) return
  observer.onVerified(gateway.rules.name, messageAuthenticator)
  if (messageAuthenticator === 'absent') return
  if (gateway.messageAuthenticator !== 'learn' || gateway.learnt) return
  gateway.learnt = true
  observer.onLearnt(gateway.rules.name)
}

/** While stopping, Status-Server gets no answer either, so that the gateway goes to its next server. */
function reasonNotToStart(
  listener: ListenerState,
  gateway: Gateway,
  request: VerifiedRequest,
): DropReason | undefined {
  if (listener.stopping) return 'stopping'
  if (request.code === packetCode.StatusServer) return undefined
  return listener.open.hasRoom(gateway.rules.name, gateway.maxOpen) ? undefined : 'too-many-open'
}

function carriesEap(request: VerifiedRequest): boolean {
  return findAttribute(request, attributeType.EapMessage) !== undefined
}

/** Says that we live (RFC 5997): no user, no limits, not remembered. */
function answerStatus(
  listener: ListenerState,
  gateway: Gateway,
  request: VerifiedRequest,
  source: Source,
): void {
  source.socket.send(encodeReply(request, statusReply), source.port, source.address)
  listener.observer.onStatus(gateway.rules.name)
}
