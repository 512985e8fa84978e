import {
  attributeType,
  encodeReply,
  findAttribute,
  packetCode,
  type VerifiedRequest,
} from '../radius/index.ts'
import type { DropReason, Outcome } from '../signin/index.ts'
import { readAttempt } from './attempt/attempt.ts'
import {
  authenticatorText,
  duplicateKey,
  isAnsweredAsDuplicate,
  type VerifiedPacket,
} from './duplicates.ts'
import type { AnsweredEap, EapAnswer } from './eap-port.ts'
import { end, endOverdue, endWithoutAnswer, failed, tellEnd } from './end-request.ts'
import type { Gateway } from './gateways/gateway.ts'
import { type ListenerState, OpenRequest } from './listener/listener-state.ts'
import type { Source } from './listener/sockets.ts'
import { type AnsweredOutcome, encodeOutcome, statusReply } from './replies/replies.ts'
import { firstPacketOf } from './request-watch.ts'
import { verifyDatagram } from './verify-datagram.ts'

/**
 * One datagram on its way to the sign-in, and its reply on the way back. Each step goes on or says why there is no
 * answer. Never throws: an error in our code costs one answer, not the service.
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

/** The one object of the request: it lives until nothing is left to do for it. */
function beginRequest(listener: ListenerState, packet: VerifiedPacket): OpenRequest {
  const { authenticator, gateway, request, source } = packet
  const atMs = listener.clock.nowMs()
  const attempt = readAttempt(request, {
    id: listener.nextId(),
    gateway,
    source: source.host,
    receivedAtMs: atMs - listener.waitedMs(),
  })
  const rules = listener.watch.begin({ ...firstPacketOf(attempt, source, authenticator), atMs })
  return new OpenRequest(listener, { ...packet, attempt: { ...attempt, gateway: rules } })
}

/** A sign-in ends by itself before the gateway's patience does. One that does not is ended this much later. */
const overdueMs = 5_000

/**
 * A request that was taken in, from its sign-in to its reply: run it, hold a Reject back until its moment
 * (RULES 9), sign, send, remember for resends. Never throws: an error in our code costs one answer.
 */
export function answerRequest(open: OpenRequest): void {
  const { attempt, listener } = open
  listener.open.add(open)
  const overdueAtMs = attempt.receivedAtMs + attempt.gateway.patienceMs + overdueMs
  open.timer = listener.wheel.at(overdueAtMs, endOverdue, open)
  try {
    // Not awaited: one more async function would take a tenth of the memory of a held request (RULES 32).
    signIn(open).then(
      (outcome) => settle(open, outcome),
      (error: unknown) => failed(open, error),
    )
  } catch (error) {
    failed(open, error)
  }
}

/** To `signin/sign-in.ts`. EAP goes on with its conversation, which comes there when it knows who it is. */
function signIn(open: OpenRequest): Promise<Outcome | EapAnswer> {
  const { attempt, eapMessage, listener } = open
  return eapMessage === undefined
    ? listener.signIn(attempt, open)
    : listener.eap({ attempt, live: open, message: eapMessage })
}

async function settle(open: OpenRequest, outcome: Outcome | EapAnswer): Promise<void> {
  try {
    if (open.state === 'abandoned') end(open)
    if (open.state !== 'working') return
    if (outcome.kind === 'drop') endWithoutAnswer(open, outcome.reason)
    else {
      await holdBack(open, outcome)
      // The service may have given it up at the very moment at which it was to leave.
      if (isWaited(open)) reply(open, outcome)
    }
  } catch (error) {
    failed(open, error)
  }
}

function isWaited({ state }: OpenRequest): boolean {
  return state === 'working' || state === 'delayed'
}

/** Waits until the answer may leave. One that is abandoned meanwhile never leaves, and this never settles. */
async function holdBack(open: OpenRequest, outcome: AnsweredOutcome | AnsweredEap): Promise<void> {
  const { clock, wheel } = open.listener
  const notBeforeMs = 'notBeforeMs' in outcome ? outcome.notBeforeMs : undefined
  if (notBeforeMs === undefined || notBeforeMs <= clock.nowMs()) return
  open.timer?.cancel()
  open.state = 'delayed'
  await new Promise<void>((resolve) => {
    open.release = resolve
    open.timer = wheel.at(notBeforeMs, resolve)
  })
}

function reply(open: OpenRequest, outcome: AnsweredOutcome | AnsweredEap): void {
  const { attempt, gateway, key, listener, request } = open
  const answering = { credential: attempt.credential, charset: gateway.charset }
  const { bytes, kind, reason } = encodeOutcome(request, answering, outcome)
  open.socket.send(bytes, open.port, open.address)
  const { secret } = gateway
  const authenticator = authenticatorText(request)
  listener.replies.remember(key, { bytes, authenticator, attemptId: attempt.id, secret })
  end(open)
  const isStep = kind === 'challenge' && 'packet' in outcome
  const patienceEnded = outcome.reason === 'prompt-timeout'
  tellEnd(open, isStep ? 'step' : kind, patienceEnded)
  listener.observer.onAnswer({
    gateway: gateway.rules.name,
    attemptId: attempt.id,
    kind,
    reason,
    tookMs: listener.clock.nowMs() - attempt.receivedAtMs,
    resends: open.resends(),
  })
}

/**
 * While draining or stopping, and without the store, Status-Server gets no answer either, so that the gateway goes to its
 * next server.
 */
function reasonNotToStart(
  listener: ListenerState,
  gateway: Gateway,
  request: VerifiedRequest,
): DropReason | undefined {
  if (listener.stopping) return 'stopping'
  if (request.code === packetCode.StatusServer) {
    if (listener.isSilent) return 'stopping'
    return listener.isStoreGone() ? 'store-away' : undefined
  }
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
