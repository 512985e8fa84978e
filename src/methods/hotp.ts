import type { HotpAuthenticator } from '../accounts/index.ts'
import { isSameCode, otpCodes } from './otp.ts'

export type HotpMatch = {
  readonly counter: number
  /** Whether it is the code accepted last: a repeat, perhaps of the very same packet (RULES 10). */
  readonly reused: boolean
}

/**
 * Looks for the code at the next counter and `lookAhead` counters after it (RFC 4226 7.4), and at the
 * one accepted last.
 */
export function matchHotp(
  authenticator: HotpAuthenticator,
  code: string,
  lookAhead: number,
): HotpMatch | undefined {
  const { counter: next } = authenticator
  const codeOf = otpCodes(authenticator)
  let found: HotpMatch | undefined
  for (let counter = Math.max(0, next - 1); counter <= next + lookAhead; counter++) {
    if (!isSameCode(code, codeOf(counter))) continue
    if (found === undefined || found.reused) found = { counter, reused: counter < next }
  }
  return found
}

/** The codes that `matchHotp` would find. */
export function hotpCodesAhead(
  authenticator: HotpAuthenticator,
  lookAhead: number,
): readonly string[] {
  const { counter: next } = authenticator
  const codeOf = otpCodes(authenticator)
  const codes: string[] = []
  for (let counter = Math.max(0, next - 1); counter <= next + lookAhead; counter++) {
    codes.push(codeOf(counter))
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
  const codeOf = otpCodes(authenticator)
  const last = authenticator.counter + lookAhead
  for (let counter = authenticator.counter; counter < last; counter++) {
    const first = isSameCode(code1, codeOf(counter))
    if (first && isSameCode(code2, codeOf(counter + 1))) return counter + 1
  }
  return undefined
}
