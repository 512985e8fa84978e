import type { HotpAuthenticator } from '../accounts/index.ts'
import { findCounter, isCodeOf, otpCode } from './otp.ts'

export type HotpMatch = {
  readonly counter: number
  /** Whether it is the code accepted last: a repeat, perhaps of the very same packet (RULES 10). */
  readonly reused: boolean
}

/**
 * Looks for the code at the next counter and `lookAhead` counters after it (RFC 4226 7.4), and then at the
 * one accepted last. It stops at the first that fits: what the time tells is how far the token is ahead, which
 * its owner knows; a wrong code takes all counters.
 */
export function matchHotp(
  authenticator: HotpAuthenticator,
  code: string,
  lookAhead: number,
): HotpMatch | undefined {
  const { counter: next } = authenticator
  const fresh = findCounter(authenticator, code, next, next + lookAhead)
  if (fresh !== undefined) return { counter: fresh, reused: false }
  const last = next - 1
  return last >= 0 && isCodeOf(authenticator, code, last)
    ? { counter: last, reused: true }
    : undefined
}

/** The codes that `matchHotp` would find. */
export function hotpCodesAhead(
  authenticator: HotpAuthenticator,
  lookAhead: number,
): readonly string[] {
  const { counter: next } = authenticator
  const codes: string[] = []
  for (let counter = Math.max(0, next - 1); counter <= next + lookAhead; counter++) {
    codes.push(otpCode(authenticator, counter))
  }
  return codes
}

/**
 * Finds a token that was pressed too often, by two codes in a row (RFC 4226 7.4). Gives the counter of the
 * second code: spending that one puts the authenticator right. Undefined when no pair fits within
 * `lookAhead` counters.
 */
export function resynchroniseHotp(
  authenticator: HotpAuthenticator,
  code1: string,
  code2: string,
  lookAhead = 100,
): number | undefined {
  const last = authenticator.counter + lookAhead
  for (let counter = authenticator.counter; counter < last; counter++) {
    const first = isCodeOf(authenticator, code1, counter)
    if (first && isCodeOf(authenticator, code2, counter + 1)) return counter + 1
  }
  return undefined
}
