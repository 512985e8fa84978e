import type { TotpAuthenticator } from '../accounts/index.ts'
import { isSameCode, otpCodes } from './otp.ts'

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
 * Looks for the code among the steps around now, moved by the drift learnt so far (RFC 6238 6), the
 * expected step first. `window` is in steps to each side. When a code fits two steps, one not used
 * before counts. It stops there: what the time tells is how far a right code's clock is off, which its
 * owner may know; a wrong code takes all steps.
 */
export function matchTotp(
  authenticator: TotpAuthenticator,
  code: string,
  nowMs: number,
  window: number,
): TotpMatch | undefined {
  const now = Math.floor(nowMs / 1000 / authenticator.periodSeconds)
  const codeOf = otpCodes(authenticator)
  let reused: TotpMatch | undefined
  for (const step of stepsAround(now + authenticator.driftSteps, window)) {
    if (!isSameCode(code, codeOf(step))) continue
    const driftSteps = Math.max(-maxDriftSteps, Math.min(maxDriftSteps, step - now))
    if (step > authenticator.lastStep) return { step, driftSteps, reused: false }
    reused ??= { step, driftSteps, reused: true }
  }
  return reused
}

/** The codes that `matchTotp` would find now. */
export function totpCodesAround(
  authenticator: TotpAuthenticator,
  nowMs: number,
  window: number,
): readonly string[] {
  const now = Math.floor(nowMs / 1000 / authenticator.periodSeconds)
  const codeOf = otpCodes(authenticator)
  return stepsAround(now + authenticator.driftSteps, window).map(codeOf)
}

/** The nearest first; none before 1970. */
function stepsAround(centre: number, window: number): readonly number[] {
  const steps = [centre]
  for (let away = 1; away <= window; away++) steps.push(centre - away, centre + away)
  return steps.filter((step) => step >= 0)
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
  const codeOf = otpCodes(authenticator)
  const fits: number[] = []
  for (let steps = -maxDriftSteps; steps <= maxDriftSteps; steps++) {
    const isAccepted = Math.abs(steps - authenticator.driftSteps) <= window
    if (isAccepted || now + steps < 0) continue
    if (isSameCode(code, codeOf(now + steps))) fits.push(steps)
  }
  return fits.sort((left, right) => Math.abs(left) - Math.abs(right))[0]
}
