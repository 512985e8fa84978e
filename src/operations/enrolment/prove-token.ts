import { resynchroniseHotp, resynchroniseTotp } from '../../methods/index.ts'
import type { Token } from '../../store/index.ts'

/** A token with a button may have been pressed in a drawer. */
const lookAhead = 100

/**
 * The token as it is after two codes in a row, which are spent by it; undefined where they are not of this token, or were
 * used before.
 */
export function provenToken(
  token: Token,
  [first, second]: readonly [string, string],
  nowMs: number,
): Token | undefined {
  if (token.method === 'hotp') {
    const counter = resynchroniseHotp(token, first, second, lookAhead)
    return counter === undefined ? undefined : { ...token, counter: counter + 1 }
  }
  const pair = resynchroniseTotp(token, first, second, nowMs)
  if (pair === undefined || pair.steps[0] <= token.lastStep) return undefined
  return { ...token, lastStep: pair.steps[1], driftSteps: pair.driftSteps }
}
