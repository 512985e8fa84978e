import type { TotpAuthenticator } from '../accounts/index.ts'
import { isSameCode, otpCode } from './otp.ts'

/** The drift that is learnt at most, either way: five minutes with 30 s steps. A wilder clock needs fixing. */
const maxDriftSteps = 10

/** The step a code belongs to, and what it says about the clock of the device. */
export type TotpMatch = {
  readonly step: number
  readonly driftSteps: number
  /** Whether the step is at or before the last one that was accepted (RFC 6238 5.2). */
  readonly reused: boolean
}

/**
 * Looks for the code among the steps around now, moved by the drift learnt so far (RFC 6238 6).
 * `window` is in steps to each side. When a code fits two steps, the one not used before counts.
 */
export function matchTotp(
  authenticator: TotpAuthenticator,
  code: string,
  nowMs: number,
  window: number,
): TotpMatch | undefined {
  const now = Math.floor(nowMs / 1000 / authenticator.periodSeconds)
  const centre = now + authenticator.driftSteps
  let found: TotpMatch | undefined
  for (let step = Math.max(0, centre - window); step <= centre + window; step++) {
    if (!isSameCode(code, otpCode(authenticator, step))) continue
    if (found !== undefined && !found.reused) continue
    const driftSteps = Math.max(-maxDriftSteps, Math.min(maxDriftSteps, step - now))
    found = { step, driftSteps, reused: step <= authenticator.lastStep }
  }
  return found
}
