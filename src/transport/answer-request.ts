import type { DropReason, Outcome } from '../signin/index.ts'
import { authenticatorText } from './duplicate-key.ts'
import type { AnsweredEap, EapAnswer } from './eap-port.ts'
import type { OpenRequest } from './listener/listener-state.ts'
import { type AnsweredOutcome, encodeOutcome } from './replies/replies.ts'
import type { RequestEnd } from './request-watch.ts'

/** A sign-in ends by itself before the gateway's patience does. One that does not is ended this much later. */
const overdueMs = 5_000

/**
 * A request that was taken in, from its sign-in to its reply: run it, hold a Reject back until its moment
 * (RULES 9), sign, send, remember for resends. Never throws: a mistake of ours costs one answer.
 */
export function answerRequest(open: OpenRequest): void {
  const { attempt, listener } = open
  listener.open.add(open)
  const overdueAtMs = attempt.receivedAtMs + attempt.gateway.patienceMs + overdueMs
  open.timer = listener.wheel.at(overdueAtMs, endOverdue, open)
  try {
    // Not awaited: a function that waits costs a tenth of what a held request may (RULES 32).
    signIn(open).then(
      (outcome) => settle(open, outcome),
      (error: unknown) => failed(open, error),
    )
  } catch (error) {
    failed(open, error)
  }
}

/** EAP goes on with its conversation, which signs in when it knows who it is. */
function signIn({ attempt, eapMessage, listener }: OpenRequest): Promise<Outcome | EapAnswer> {
  return eapMessage === undefined
    ? listener.signIn(attempt)
    : listener.eap({ attempt, message: eapMessage })
}

async function settle(open: OpenRequest, outcome: Outcome | EapAnswer): Promise<void> {
  try {
    if (open.state === 'abandoned') end(open)
    if (open.state !== 'working') return
    if (outcome.kind === 'drop') endWithoutAnswer(open, outcome.reason)
    else {
      await holdBack(open, outcome)
      reply(open, outcome)
    }
  } catch (error) {
    failed(open, error)
  }
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
    resends: attempt.resends,
  })
}

/** The gateway has reused the identifier: the request is never answered, its sign-in may wind up (RULES 18). */
export function abandon(open: OpenRequest): void {
  report(open, 'abandoned')
  if (open.state === 'delayed') {
    end(open)
    return
  }
  open.state = 'abandoned'
  open.listener.open.abandon(open)
  open.attempt.stop.now('abandoned')
}

/** Shutdown: asks a running sign-in to end now, and lets a Reject that waits for its time go. */
export function interrupt({ attempt, release }: OpenRequest): void {
  if (release === undefined) attempt.stop.now('stopping')
  else release()
}

/** Shutdown: the sign-in did not end when it was asked to. */
export function giveUp(open: OpenRequest): void {
  if (open.state === 'abandoned') end(open)
  else endWithoutAnswer(open, 'stopping')
}

function endOverdue(open: OpenRequest): void {
  open.attempt.stop.now('overdue')
  if (open.state === 'abandoned') end(open)
  else endWithoutAnswer(open, 'no-time-left')
}

function failed(open: OpenRequest, error: unknown): void {
  if (open.state === 'over') return
  report(open, 'internal-error', error)
  end(open)
}

function endWithoutAnswer(open: OpenRequest, reason: DropReason): void {
  end(open)
  tellEnd(open, 'drop', reason === 'no-time-left')
  report(open, reason)
}

function tellEnd(
  { attempt, listener }: OpenRequest,
  kind: RequestEnd['kind'],
  patienceEnded: boolean,
): void {
  const atMs = listener.clock.nowMs()
  listener.watch.end({ attemptId: attempt.id, kind, patienceEnded, atMs })
}

function report(
  { attempt, listener, port }: OpenRequest,
  reason: DropReason,
  error?: unknown,
): void {
  listener.drop(reason, {
    source: attempt.sourceAddress,
    sourcePort: port,
    gateway: attempt.gateway.name,
    attemptId: attempt.id,
    ...(error === undefined ? {} : { error }),
  })
}

function end(open: OpenRequest): void {
  open.state = 'over'
  open.timer?.cancel()
  open.listener.open.remove(open)
}
