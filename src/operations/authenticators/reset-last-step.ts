import { lastStepAheadMs, type TotpAuthenticator } from '../../accounts/index.ts'
import type { Caller } from '../../support/index.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'

/** A TOTP authenticator that was refused because its last accepted code lay in the future. */
export type StepReset = {
  readonly id: string
  /** By how many minutes. */
  readonly aheadMinutes: number
  /** `unknown`: so many codes were used since that earlier ones are forgotten; it stays as it was. */
  readonly result: 'reset' | 'unknown'
}

/**
 * Takes the last accepted code that is not in the future for the last one, where a clock was ahead for a while;
 * audited. Codes that were used stay spent. Undefined where there is nothing to put back.
 */
export async function resetLastStep(
  parts: Pick<AdminParts, 'store' | 'clock'>,
  caller: Caller,
  person: Person,
  authenticator: TotpAuthenticator,
): Promise<StepReset | undefined> {
  const { store, clock } = parts
  const nowMs = clock.nowMs()
  const { id } = authenticator
  const result = await store.authenticators.resetTotpSteps(id, nowMs)
  if (result === 'not-ahead') return undefined
  const aheadMinutes = Math.ceil(lastStepAheadMs(authenticator, nowMs) / 60_000)
  if (result === 'reset') {
    const detail = { id, aheadMinutes: String(aheadMinutes) }
    await recordChange(parts, caller, 'admin-authenticator-put-back', person, detail)
  }
  return { id, aheadMinutes, result }
}
