import type { Clock } from '../../support/index.ts'
import type { CallResult, CallSteps } from '../ports.ts'
import type { CallSession } from './call-session.ts'
import { type KeptStep, keepStep, lookAt, patiently } from './kept-step.ts'

/** The start of a call, as every process finds it. Whatever webhooks come in between is kept as well. */
export type KeptCall = {
  /**
   * Before Twilio is asked. `elsewhere`: another process leads the call, or the prompt has ended. A result: another one has
   * called this number already.
   */
  begin(): Promise<'begun' | 'elsewhere' | CallResult>
  /** Twilio calls it so. False where no one knows the call any more, so that it must not ring on. */
  name(providerId: string): Promise<boolean>
  /** Twilio has not taken it. False where it has called all the same, or another process goes on. */
  refuse(result: CallResult): Promise<boolean>
}

export function createKeptCall(
  { request, token }: CallSession,
  steps: CallSteps,
  clock: Clock,
): KeptCall {
  const { deadlineMs, to } = request
  const look = () => patiently(clock, deadlineMs, () => lookAt(steps))

  /** Changes the step of this call. `undefined`: there is nothing to change. */
  async function change(
    next: (step: KeptStep) => Omit<KeptStep, 'by'> | undefined,
  ): Promise<'changed' | 'unchanged' | 'gone'> {
    for (;;) {
      const kept = await look()
      if (kept?.step?.token !== token) return 'gone'
      const step = next(kept.step)
      if (step === undefined) return 'unchanged'
      if (await keepStep(steps, clock, kept.count, step, deadlineMs)) return 'changed'
    }
  }

  return {
    async begin() {
      const kept = await look()
      if (kept === undefined) return 'elsewhere'
      const { count, step } = kept
      if (step !== undefined && step.ended === undefined) return 'elsewhere'
      if (step?.to === to && step.ended !== undefined) return step.ended
      const first = { token, to, placedAtMs: clock.nowMs(), turn: 0 }
      return (await keepStep(steps, clock, count, first, deadlineMs)) ? 'begun' : 'elsewhere'
    },

    async name(providerId) {
      const changed = await change((step) =>
        step.providerId === undefined ? { ...step, providerId } : undefined,
      )
      return changed !== 'gone'
    },

    async refuse(result) {
      const changed = await change((step) =>
        step.providerId === undefined && step.ended === undefined
          ? { ...step, ended: result }
          : undefined,
      )
      return changed === 'changed'
    },
  }
}
