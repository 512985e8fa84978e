import type { TotpAuthenticator } from './authenticator.ts'

/** Whether the code of this step was accepted before, or is older than one that was (RFC 6238 5.2). */
export function isSpentStep(
  { lastStep, spentAhead = [] }: Pick<TotpAuthenticator, 'lastStep' | 'spentAhead'>,
  step: number,
): boolean {
  return step <= lastStep || spentAhead.includes(step)
}

type StepClock = Pick<TotpAuthenticator, 'lastStep' | 'driftSteps'> & {
  readonly periodSeconds: number
}

/**
 * How far the last accepted step lies in the future, in milliseconds; 0 where it does not. This happens when a clock
 * was ahead for a while: until the time reaches that step, no code is accepted. A device may be ahead of this server by
 * what was learnt of it, and by a step more.
 */
export function lastStepAheadMs(
  { lastStep, driftSteps, periodSeconds }: StepClock,
  nowMs: number,
): number {
  const nowStep = Math.floor(nowMs / 1000 / periodSeconds)
  if (lastStep <= nowStep + Math.max(0, driftSteps) + 1) return 0
  return lastStep * periodSeconds * 1000 - nowMs
}

/** The steps at which codes of one authenticator were accepted, as far as they are still known. */
export type SpentSteps = {
  /** Newest first: the last accepted step and those before it. */
  readonly recent: readonly number[]
  /** Whether steps from before the oldest of `recent` were forgotten. */
  readonly forgotten: boolean
  /** Steps above the last accepted one that were spent before an earlier putting back. */
  readonly ahead: readonly number[]
}

/**
 * The same steps, with the newest that is not in the future as the last accepted one. What was spent in the future
 * stays spent, so that no code is accepted a second time. Undefined where that would take more than is known.
 */
export function resetSteps(steps: SpentSteps, nowStep: number): SpentSteps | undefined {
  const recent = steps.recent.filter((step) => step <= nowStep)
  if (recent.length === 0 && steps.forgotten) return undefined
  const ahead = [...steps.recent, ...steps.ahead].filter((step) => step > nowStep)
  return { recent, forgotten: steps.forgotten, ahead }
}
