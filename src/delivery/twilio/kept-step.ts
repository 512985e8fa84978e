import { randomBytes } from 'node:crypto'
import type { Clock } from '../../support/index.ts'
import type { CallResult, CallSteps, DialogueState, DialogueStep } from '../ports.ts'

/** How far a call has come, as every process finds it. It is there before Twilio is asked for the call. */
export type KeptStep = {
  /** Random: names the step, for a process that does not know whether it was kept. */
  readonly by: string
  /** As in `CallSession`. */
  readonly token: string
  /** E.164 number. */
  readonly to: string
  readonly placedAtMs: number
  /** Absent until Twilio has answered, or called. */
  readonly providerId?: string
  readonly turn: number
  /** What the last question expects; absent before the first. */
  readonly state?: DialogueState
  readonly answeredBy?: string
  /**
   * What was said to the turn before `turn`. The process that kept it may have died before it was heard, and then the
   * same webhook comes to another process.
   */
  readonly said?: DialogueStep
  /** How it has ended. The process that reads this finishes what follows. */
  readonly ended?: CallResult
}

export type Kept = { readonly count: number; readonly step: KeptStep | undefined }

const retryMs = 500

export async function lookAt(steps: CallSteps): Promise<Kept | undefined> {
  const kept = await steps.look()
  return kept && { count: kept.count, step: readStep(kept.value) }
}

/** Undefined where it is not a step, or is one of a version that knew other steps. */
export function readStep(value: unknown): KeptStep | undefined {
  const isStep =
    typeof value === 'object' &&
    value !== null &&
    ['by', 'token', 'to', 'placedAtMs', 'turn'].every((name) => name in value)
  // Only we have written it: it comes out of a seal.
  return isStep ? (value as KeptStep) : undefined
}

/**
 * Makes the next step, if no other process has made one since `seen` was counted. Where the store does not answer this waits
 * for it: whether the step was kept is unknown then, and found out by its name.
 */
export async function keepStep(
  steps: CallSteps,
  clock: Clock,
  seen: number,
  step: Omit<KeptStep, 'by'>,
  untilMs: number,
): Promise<boolean> {
  const by = randomBytes(9).toString('base64url')
  let isUnknown = false
  return patiently(clock, untilMs, async () => {
    if (isUnknown && (await lookAt(steps))?.step?.by === by) return true
    isUnknown = true
    return steps.save({ seen, token: step.token, value: { ...step, by } })
  })
}

/** Asks a store until it answers. */
export async function patiently<Answer>(
  clock: Clock,
  untilMs: number,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (clock.nowMs() >= untilMs) throw error
      await new Promise<void>((resolve) => void clock.after(retryMs, resolve))
    }
  }
}
