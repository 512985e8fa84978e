import { HoldfastError } from '../support/index.ts'
import { type Context, reject, type Wheel } from './context.ts'
import { canBeJoined } from './evidence.ts'
import type { Outcome } from './outcome.ts'

/** Why a request stops waiting: its time is up, the gateway has forgotten it, or the service stops. */
export type Interruption = 'patience-ended' | 'abandoned' | 'stopping'

/**
 * Waits for `work`, which never rejects, until the answer must leave, or `extraMs` later, or nobody
 * waits for it any more.
 */
export function waitFor<T extends object>(
  { attempt, deadlineMs, parts }: Context,
  work: Promise<T>,
  extraMs = 0,
): Promise<T | Interruption> {
  return untilInterrupted(parts.wheel, deadlineMs + extraMs, attempt.signal, work)
}

// Apart from `waitFor`, so that its closures keep these few values and not the whole sign-in.
function untilInterrupted<T extends object>(
  wheel: Wheel,
  deadlineMs: number,
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T | Interruption> {
  if (signal.aborted) return Promise.resolve(interruptionOf(signal))
  return new Promise((resolve) => {
    const timer = wheel.at(deadlineMs, () => end('patience-ended'))
    const onAbort = () => end(interruptionOf(signal))
    const end = (result: T | Interruption) => {
      timer.cancel()
      signal.removeEventListener('abort', onAbort)
      resolve(result)
    }
    signal.addEventListener('abort', onAbort)
    void work.then(end)
  })
}

function interruptionOf(signal: AbortSignal): Interruption {
  const code = signal.reason instanceof HoldfastError ? signal.reason.code : undefined
  return code === 'stopping' ? 'stopping' : 'abandoned'
}

/** Waits for `work` until the deadline; undefined when that came first. */
export function before<T>(
  wheel: Wheel,
  deadlineMs: number,
  work: Promise<T>,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = wheel.at(deadlineMs, () => resolve(undefined))
    work.then(resolve, reject).finally(() => timer.cancel())
  })
}

/** How a request ends that waited for somebody else's work and was interrupted. */
export function endInterrupted(context: Context, interruption: Interruption): Outcome {
  switch (interruption) {
    case 'stopping':
      return reject(context, 'shutting-down')
    case 'abandoned':
      return { kind: 'drop', reason: 'abandoned' }
    case 'patience-ended':
      return { kind: 'drop', reason: 'no-time-left' }
  }
}

/** Why it is too late to ask the person anything: no answer could reach the gateway. */
export function tooLateToAsk(context: Context): Outcome | undefined {
  const { attempt, deadlineMs, parts } = context
  const { signal } = attempt
  if (parts.clock.nowMs() >= deadlineMs) return endInterrupted(context, 'patience-ended')
  if (!signal.aborted) return undefined
  const interruption = interruptionOf(signal)
  // An abandoned request may still ask where its successor can join (RULES 18).
  if (interruption === 'abandoned' && canBeJoined(attempt)) return undefined
  return endInterrupted(context, interruption)
}
