import type { DropReason } from '../signin/index.ts'
import type { OpenRequest } from './listener/listener-state.ts'
import type { RequestEnd } from './request-watch.ts'

// How a request ends otherwise than by its reply, and what each end needs.

/** The gateway has reused the identifier: the request is never answered, its sign-in may wind up (RULES 18). */
export function abandon(open: OpenRequest): void {
  report(open, 'abandoned')
  if (open.state === 'delayed') {
    end(open)
    return
  }
  open.state = 'abandoned'
  open.listener.open.abandon(open)
  open.stop.now('abandoned')
}

/** Shutdown: asks a running sign-in to end now, and lets a Reject that waits for its time go. */
export function interrupt({ release, stop }: OpenRequest): void {
  if (release === undefined) stop.now('stopping')
  else release()
}

/** Shutdown: the sign-in did not end when it was asked to. */
export function giveUp(open: OpenRequest): void {
  if (open.state === 'abandoned') end(open)
  else endWithoutAnswer(open, 'stopping')
}

export function endOverdue(open: OpenRequest): void {
  open.stop.now('overdue')
  if (open.state === 'abandoned') end(open)
  else endWithoutAnswer(open, 'no-time-left')
}

export function failed(open: OpenRequest, error: unknown): void {
  if (open.state === 'over') return
  report(open, 'internal-error', error)
  end(open)
}

export function endWithoutAnswer(open: OpenRequest, reason: DropReason): void {
  end(open)
  tellEnd(open, 'drop', reason === 'no-time-left')
  report(open, reason)
}

export function tellEnd(
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

export function end(open: OpenRequest): void {
  open.state = 'over'
  open.timer?.cancel()
  open.listener.open.remove(open)
}
