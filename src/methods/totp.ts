import type { TotpAuthenticator } from '../accounts/index.ts'
import { isSameCode, otpCode } from './otp.ts'

/** The drift that is learnt or looked for at most, either way: five minutes with 30 s steps. A wilder clock needs fixing. */
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

/**
 * By how many steps the device's clock is off, where its code fits outside of the window: what to tell
 * the administrator, never a reason to accept. Ahead of ours is positive. All steps are tried, so that
 * the time this takes says nothing.
 */
export function findClockOff(
  authenticator: TotpAuthenticator,
  code: string,
  nowMs: number,
  window: number,
): number | undefined {
  const now = Math.floor(nowMs / 1000 / authenticator.periodSeconds)
  const fits: number[] = []
  for (let steps = -maxDriftSteps; steps <= maxDriftSteps; steps++) {
    const isAccepted = Math.abs(steps - authenticator.driftSteps) <= window
    if (isAccepted || now + steps < 0) continue
    if (isSameCode(code, otpCode(authenticator, now + steps))) fits.push(steps)
  }
  return fits.sort((left, right) => Math.abs(left) - Math.abs(right))[0]
}
