import { attributeType, joinAttributes } from '../radius/index.ts'
import type { DropReason, Outcome } from '../signin/index.ts'
import type { AnsweredEap, EapAnswer } from './eap-port.ts'
import type { ListenerState } from './listener/listener-state.ts'
import type { OpenRequest } from './open-request.ts'
import { type AnsweredOutcome, encodeOutcome } from './replies/replies.ts'
import { endedByPatience, type RequestEnd } from './request-watch.ts'

/** A request held longer than this keeps its bytes only. */
const shrinkAfterMs = 1_000
/** A sign-in ends by itself before the gateway's patience does. One that does not is ended this much later. */
const overdueMs = 5_000
/** A look at all that is open takes milliseconds, so there is none more often than this. */
const pollMs = 1_000

/** Runs the sign-in, which answers when it ends. Holding costs nothing here but the request itself (RULES 32). */
export function runSignIn(listener: ListenerState, open: OpenRequest): void {
  listener.open.add(open)
  watchOverdue(listener, overdueAtMs(open))
  open.timer = listener.wheel.at(open.attempt.receivedAtMs + shrinkAfterMs, shrink, open)
  try {
    start(listener, open)
  } catch (error) {
    failed(listener, open, error)
  }
}

/** EAP goes on with its conversation, which signs in when it knows who it is. */
function start(listener: ListenerState, open: OpenRequest): void {
  const { attempt } = open
  const { eap, signIn } = listener
  const message = joinAttributes(open.request(), attributeType.EapMessage)
  if (message === undefined) signIn(attempt)
  else eap({ attempt, message, answer: (answer) => settle(listener, open, answer) })
}

function shrink(open: OpenRequest): void {
  open.timer = undefined
  open.shrink()
}

function overdueAtMs({ attempt }: OpenRequest): number {
  return attempt.receivedAtMs + attempt.gateway.patienceMs + overdueMs
}

/**
 * Sees to it that a request is ended whose sign-in does not end. One deadline for all, the earliest: one
 * for each would be a thirtieth of what a held request may cost (RULES 32).
 */
function watchOverdue(listener: ListenerState, atMs: number): void {
  const { overdue, wheel } = listener
  if (overdue !== undefined && overdue.atMs <= atMs) return
  overdue?.timer.cancel()
  listener.overdue = { atMs, timer: wheel.at(atMs, endAllOverdue, listener) }
}

function endAllOverdue(listener: ListenerState): void {
  listener.overdue = undefined
  const nowMs = listener.clock.nowMs()
  let nextMs = Number.POSITIVE_INFINITY
  for (const open of listener.open.all()) {
    // A delayed one has a deadline of its own.
    if (open.state === 'delayed') continue
    const atMs = overdueAtMs(open)
    if (atMs <= nowMs) endOverdue(listener, open)
    else nextMs = Math.min(nextMs, atMs)
  }
  if (nextMs < Number.POSITIVE_INFINITY) watchOverdue(listener, Math.max(nextMs, nowMs + pollMs))
}

/** The sign-in has ended. A Reject may have to wait, so that its time tells nothing (RULES 9). */
export function settle(
  listener: ListenerState,
  open: OpenRequest,
  outcome: Outcome | EapAnswer,
): void {
  if (open.state === 'over') return
  open.timer?.cancel()
  if (open.state === 'abandoned') end(listener, open)
  else if (outcome.kind === 'drop') endWithoutAnswer(listener, open, outcome.reason)
  else if ('notBeforeMs' in outcome && outcome.notBeforeMs !== undefined) {
    answerAt(listener, open, outcome, outcome.notBeforeMs)
  } else answer(listener, open, outcome)
}

function answerAt(
  listener: ListenerState,
  open: OpenRequest,
  outcome: AnsweredOutcome | AnsweredEap,
  atMs: number,
): void {
  if (atMs <= listener.clock.nowMs()) {
    answer(listener, open, outcome)
    return
  }
  open.state = 'delayed'
  open.outcome = outcome
  open.timer = listener.wheel.at(atMs, () => answer(listener, open, outcome))
}

/** Signs, sends, and remembers for resends. */
function answer(
  listener: ListenerState,
  open: OpenRequest,
  outcome: AnsweredOutcome | AnsweredEap,
): void {
  const { attempt, key, gateway } = open
  try {
    const { bytes, kind, reason } = encodeOutcome(
      open.request(),
      { credential: attempt.credential, charset: gateway.charset },
      outcome,
    )
    open.socket.send(bytes, open.port, open.address)
    const authenticator = open.authenticator()
    listener.replies.remember(key, {
      bytes,
      authenticator,
      attemptId: attempt.id,
      secret: gateway.secret,
    })
    end(listener, open)
    const isStep = kind === 'challenge' && 'packet' in outcome
    tellEnd(listener, open, isStep ? 'step' : kind, endedByPatience(outcome))
    listener.observer.onAnswer({
      gateway: gateway.rules.name,
      attemptId: attempt.id,
      kind,
      reason,
      tookMs: listener.clock.nowMs() - attempt.receivedAtMs,
      resends: attempt.resends,
    })
  } catch (error) {
    failed(listener, open, error)
  }
}

/** The gateway has reused the identifier: the request is never answered, its sign-in may wind up. */
export function abandon(listener: ListenerState, open: OpenRequest): void {
  report(listener, open, 'abandoned')
  if (open.state === 'delayed') {
    end(listener, open)
    return
  }
  open.state = 'abandoned'
  listener.open.abandon(open)
  open.attempt.stop.now('abandoned')
}

/** Shutdown: asks a running sign-in to end now, and lets a Reject that waits for its time go. */
export function interrupt(listener: ListenerState, open: OpenRequest): void {
  if (open.outcome === undefined) open.attempt.stop.now('stopping')
  else answer(listener, open, open.outcome)
}

/** Shutdown: the sign-in did not end when it was asked to. */
export function giveUp(listener: ListenerState, open: OpenRequest): void {
  if (open.state === 'abandoned') end(listener, open)
  else endWithoutAnswer(listener, open, 'stopping')
}

function endOverdue(listener: ListenerState, open: OpenRequest): void {
  open.attempt.stop.now('overdue')
  if (open.state === 'abandoned') end(listener, open)
  else endWithoutAnswer(listener, open, 'no-time-left')
}

function failed(listener: ListenerState, open: OpenRequest, error: unknown): void {
  if (open.state === 'over') return
  report(listener, open, 'internal-error', error)
  end(listener, open)
}

function endWithoutAnswer(listener: ListenerState, open: OpenRequest, reason: DropReason): void {
  end(listener, open)
  tellEnd(listener, open, 'drop', reason === 'no-time-left')
  report(listener, open, reason)
}

function tellEnd(
  { watch, clock }: ListenerState,
  { attempt }: OpenRequest,
  kind: RequestEnd['kind'],
  patienceEnded: boolean,
): void {
  watch.end({ attemptId: attempt.id, kind, patienceEnded, atMs: clock.nowMs() })
}

function report(
  listener: ListenerState,
  { attempt, port }: OpenRequest,
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

function end(listener: ListenerState, open: OpenRequest): void {
  open.state = 'over'
  open.timer?.cancel()
  listener.open.remove(open)
  if (!listener.open.isEmpty) return
  listener.overdue?.timer.cancel()
  listener.overdue = undefined
}
