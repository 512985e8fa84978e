import {
  attributeType,
  encodeReply,
  findAttribute,
  forReply,
  joinAttributes,
  packetCode,
  type SharedSecret,
  type VerifiedRequest,
} from '../radius/index.ts'
import type { DropReason } from '../signin/index.ts'
import { abandon, answerRequest } from './answer-request.ts'
import { readAttempt } from './attempt/attempt.ts'
import { authenticatorText, duplicateKey } from './duplicate-key.ts'
import type { Gateway } from './gateways/gateway.ts'
import { isSameSecret } from './gateways/gateway-checks.ts'
import type { ListenerState, OpenRequest } from './listener/listener-state.ts'
import type { Source } from './listener/sockets.ts'
import { statusReply } from './replies/replies.ts'
import { firstPacketOf } from './request-watch.ts'
import { verifyDatagram } from './verify-datagram.ts'

/**
 * One datagram on its way to the sign-in. Each step goes on or says why there is no answer; what comes
 * after is in `answer-request.ts`. Never throws: a mistake of ours costs one answer, not the service.
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
    const packet = {
      ...{ gateway, request, source },
      key: duplicateKey(source, request),
      authenticator: authenticatorText(request),
    }
    if (isAnsweredAsDuplicate(listener, packet)) return

    const refusal = reasonNotToStart(listener, gateway, request)
    if (refusal !== undefined) listener.drop(refusal, { ...from, gateway: gateway.rules.name })
    else if (request.code === packetCode.StatusServer) {
      answerStatus(listener, gateway, request, source)
    } else answerRequest(beginRequest(listener, packet))
  } catch (error) {
    listener.drop('internal-error', { ...from, error })
  }
}

/** A verified packet, and what tells whether it was here before. */
type Verified = {
  readonly gateway: Gateway
  readonly request: VerifiedRequest
  readonly source: Source
  /** See `duplicateKey`. */
  readonly key: string
  /** See `authenticatorText`. */
  readonly authenticator: string
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

/**
 * Whether the request is a resend, and then does what there is to do: one that is held joins, so that
 * all resends together get one reply; one that was answered gets the same bytes again. The same key
 * with another authenticator means that the gateway has given up on the earlier request (RULES 18).
 */
function isAnsweredAsDuplicate(
  listener: ListenerState,
  { authenticator, gateway, key, source }: Verified,
): boolean {
  const { open, replies, observer, watch, clock } = listener
  const { name } = gateway.rules
  // After a reload the secret is another object, and perhaps another secret: then it is another request.
  const isSame = (earlier: string, secret: SharedSecret) =>
    authenticator === earlier && isSameSecret(secret, gateway.secret)

  const held = open.find(key)
  if (held !== undefined) {
    if (!isSame(authenticatorText(held.request), held.gateway.secret)) {
      abandon(held)
      return false
    }
    held.attempt.resends += 1
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

/** The one object of the request: it lives until nothing is left to do for it. */
function beginRequest(listener: ListenerState, packet: Verified): OpenRequest {
  const { authenticator, gateway, key, request, source } = packet
  const attempt = readAttempt(request, {
    id: listener.nextId(),
    gateway,
    source: source.host,
    receivedAtMs: listener.clock.nowMs(),
  })
  const rules = listener.watch.begin(firstPacketOf(attempt, source, authenticator))
  return {
    listener,
    key,
    gateway,
    socket: source.socket,
    address: source.address,
    port: source.port,
    request: forReply(request),
    eapMessage: joinAttributes(request, attributeType.EapMessage),
    attempt: { ...attempt, gateway: rules },
    state: 'working',
    timer: undefined,
    release: undefined,
  }
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
