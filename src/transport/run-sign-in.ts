import type { DropReason, Outcome } from '../signin/index.ts'
import { HoldfastError } from '../support/index.ts'
import type { ListenerState } from './listener-state.ts'
import type { OpenRequest } from './open-request.ts'
import { type AnsweredOutcome, encodeOutcome } from './replies.ts'
import { endedByPatience } from './request-watch.ts'

/** A request held longer than this keeps its bytes only. */
const shrinkAfterMs = 1_000
/** A sign-in ends by itself before the gateway's patience does. One that does not is ended this much later. */
const overdueMs = 5_000

/** Why the signal of an attempt aborts: `reason` of the AbortSignal. */
export type AbortCode = 'abandoned' | 'overdue' | 'stopping'

// Made once: a hundred thousand attempts may abort at the same moment.
const abortReasons: Record<AbortCode, HoldfastError<AbortCode>> = {
  abandoned: new HoldfastError('abandoned', 'the gateway has given up on this request'),
  overdue: new HoldfastError('overdue', 'the patience of the gateway has ended'),
  stopping: new HoldfastError('stopping', 'the service is stopping'),
}

/** Runs the sign-in, and answers when it ends. Holding costs this promise and one place in the wheel. */
export function runSignIn(listener: ListenerState, open: OpenRequest): void {
  listener.open.add(open)
  open.timer = listener.wheel.at(open.attempt.receivedAtMs + shrinkAfterMs, () => {
    open.shrink()
    open.timer = listener.wheel.at(overdueAtMs(open), () => endOverdue(listener, open))
  })
  startSignIn(listener, open).then(
    (outcome) => settle(listener, open, outcome),
    (error: unknown) => failed(listener, open, error),
  )
}

function overdueAtMs({ attempt }: OpenRequest): number {
  return attempt.receivedAtMs + attempt.gateway.patienceMs + overdueMs
}

function startSignIn(listener: ListenerState, open: OpenRequest): Promise<Outcome> {
  try {
    return listener.signIn(open.attempt)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** The sign-in has ended. A Reject may have to wait, so that its time tells nothing (RULES 9). */
function settle(listener: ListenerState, open: OpenRequest, outcome: Outcome): void {
  if (open.state === 'over') return
  open.timer?.cancel()
  if (open.state === 'abandoned') end(listener, open)
  else if (outcome.kind === 'drop') endWithoutAnswer(listener, open, outcome.reason)
  else if (outcome.kind === 'reject' && outcome.notBeforeMs !== undefined) {
    answerAt(listener, open, outcome, outcome.notBeforeMs)
  } else answer(listener, open, outcome)
}

function answerAt(
  listener: ListenerState,
  open: OpenRequest,
  outcome: AnsweredOutcome,
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
function answer(listener: ListenerState, open: OpenRequest, outcome: AnsweredOutcome): void {
  const { attempt, key, gateway } = open
  try {
    const { bytes, kind, reason } = encodeOutcome(open.request(), outcome)
    open.socket.send(bytes, open.port, open.address)
    const authenticator = open.authenticator()
    listener.replies.remember(key, {
      bytes,
      authenticator,
      attemptId: attempt.id,
      secret: gateway.secret,
    })
    end(listener, open)
    tellEnd(listener, open, kind, endedByPatience(outcome))
    listener.observer.onAnswer({
      gateway: gateway.rules.name,
      attemptId: attempt.id,
      kind,
      reason,
      tookMs: listener.clock.nowMs() - attempt.receivedAtMs,
      resends: attempt.resends.count,
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
  open.attempt.abort(abortReasons.abandoned)
}

/** Shutdown: asks a running sign-in to end now, and lets a Reject that waits for its time go. */
export function interrupt(listener: ListenerState, open: OpenRequest): void {
  if (open.outcome === undefined) open.attempt.abort(abortReasons.stopping)
  else answer(listener, open, open.outcome)
}

/** Shutdown: the sign-in did not end when it was asked to. */
export function giveUp(listener: ListenerState, open: OpenRequest): void {
  if (open.state === 'abandoned') end(listener, open)
  else endWithoutAnswer(listener, open, 'stopping')
}

function endOverdue(listener: ListenerState, open: OpenRequest): void {
  open.attempt.abort(abortReasons.overdue)
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
  kind: Outcome['kind'],
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
}
