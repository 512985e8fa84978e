import { isSpentStep, type TotpAuthenticator } from '../accounts/index.ts'
import { isCodeOf, otpCode } from './otp.ts'

/**
 * The drift that is learnt or looked for at most, either way: five minutes with 30 s steps. A wilder clock
 * needs fixing, or two codes in a row (`resynchroniseTotp`); of those, learning keeps within what they have shown.
 */
const maxDriftSteps = 10
/** How far two codes in a row may be away, either way: 50 minutes with 30 s steps. */
const maxResyncSteps = 100

/** The step a code belongs to, and what it says about the clock of the device. */
export type TotpMatch = {
  readonly step: number
  readonly driftSteps: number
  /** Whether the step was accepted before, or lies before one that was (RFC 6238 5.2). */
  readonly reused: boolean
}

/**
 * Looks for the code among the steps around now, moved by the drift learnt so far (RFC 6238 6), and begins with the
 * expected step. Also looks at the step accepted last: its packet may come again when its code is too old by itself
 * (RULES 10). `window` is in steps to each side. When a code fits two steps, one not used before is taken. It stops
 * there: what the time tells is how far a right code's clock is off, which its owner may know; a wrong code takes all
 * steps.
 */
export function matchTotp(
  authenticator: TotpAuthenticator,
  code: string,
  nowMs: number,
  window: number,
): TotpMatch | undefined {
  const now = Math.floor(nowMs / 1000 / authenticator.periodSeconds)
  const maxDrift = Math.max(maxDriftSteps, Math.abs(authenticator.driftSteps))
  let reused: TotpMatch | undefined
  for (const step of stepsToTry(authenticator, now, window)) {
    if (!isCodeOf(authenticator, code, step)) continue
    const driftSteps = Math.max(-maxDrift, Math.min(maxDrift, step - now))
    if (!isSpentStep(authenticator, step)) return { step, driftSteps, reused: false }
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
  return stepsToTry(authenticator, now, window).map((step) => otpCode(authenticator, step))
}

/** Those in the window, and the one accepted last after them. */
function stepsToTry(
  { driftSteps, lastStep }: TotpAuthenticator,
  now: number,
  window: number,
): readonly number[] {
  const steps = stepsAround(now + driftSteps, window)
  return lastStep < 0 || steps.includes(lastStep) ? steps : [...steps, lastStep]
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
  const fits: number[] = []
  for (let steps = -maxDriftSteps; steps <= maxDriftSteps; steps++) {
    const isAccepted = Math.abs(steps - authenticator.driftSteps) <= window
    if (isAccepted || now + steps < 0) continue
    if (isCodeOf(authenticator, code, now + steps)) fits.push(steps)
  }
  return fits.sort((left, right) => Math.abs(left) - Math.abs(right))[0]
}

/**
 * Finds a token whose clock has drifted by more than is learnt by itself, by two codes in a row: the step of
 * the second, nearest to now first. Undefined when no pair fits within 100 steps. Says nothing about whether
 * they were spent.
 */
export function resynchroniseTotp(
  authenticator: TotpAuthenticator,
  code1: string,
  code2: string,
  nowMs: number,
): TotpPair | undefined {
  const now = Math.floor(nowMs / 1000 / authenticator.periodSeconds)
  for (const step of stepsAround(now, maxResyncSteps)) {
    const first = isCodeOf(authenticator, code1, step)
    if (first && isCodeOf(authenticator, code2, step + 1)) {
      return { steps: [step, step + 1], driftSteps: step + 1 - now }
    }
  }
  return undefined
}

/** Two codes in a row, and what the second says about the clock of the device. */
export type TotpPair = { readonly steps: readonly [number, number]; readonly driftSteps: number }
