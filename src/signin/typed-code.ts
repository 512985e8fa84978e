import { lastStepAheadMs, type Method, type SpendResult, type User } from '../accounts/index.ts'
import type { Choices } from './choices.ts'
import { type Context, note, reject } from './context.ts'
import type { Outcome } from './outcome.ts'
import type { CodeMatch } from './ports.ts'
import type { TailReader } from './split-password.ts'
import type { Passed } from './step.ts'
import { entriesOf } from './timeline.ts'

/**
 * Reads codes of the authenticators that are allowed here (RULES 5). Of one that fits nothing the time
 * line learns whether a clock is off; the answer is the same.
 */
export function codeReader(context: Context, { typed }: Choices): TailReader {
  const { codes, clock } = context.parts
  return {
    looksLikeCode: (text) => codes.looksLikeCode(text, typed),
    check(code) {
      const checked = codes.check(code, typed, clock.nowMs())
      if (checked.kind === 'wrong') {
        noteClockOff(context, codes.clockOff(code, typed, clock.nowMs()))
      }
      if (checked.kind === 'reused') noteLastCodeAhead(context, checked.match)
      return checked
    },
  }
}

/** Once: of one password several ends are read as codes. */
function noteClockOff(context: Context, steps: number | undefined): void {
  const isNoted = entriesOf(context.timeline).some(({ what }) => what === 'clock-off')
  if (steps !== undefined && !isNoted) note(context, 'clock-off', { steps })
}

/** A clock was ahead once: the code was perhaps never used, and none counts until the time gets there. */
function noteLastCodeAhead(context: Context, { authenticator }: CodeMatch): void {
  if (authenticator.method !== 'totp') return
  const aheadMs = lastStepAheadMs(authenticator, context.parts.clock.nowMs())
  if (aheadMs > 0) note(context, 'last-code-ahead', { minutes: Math.ceil(aheadMs / 60_000) })
}

/** Spends a code that fits: it counts once, for whoever comes first, across restarts and nodes. */
export async function spendCode(context: Context, match: CodeMatch): Promise<Passed | Outcome> {
  const spent = await match.spend(context.attempt.requestAuthenticator)
  return judgeSpent(context, match.method, spent)
}

/** What comes of a code that was right, by whether it was spent before. */
export function judgeSpent(context: Context, method: Method, spent: SpendResult): Passed | Outcome {
  context.method = method
  note(context, 'code', { method, result: spent })
  if (spent === 'reused') return reject(context, 'code-reused')
  if (spent === 'same-request') context.repeated = true
  return { kind: 'passed' }
}

/** A wrong code after a right password. */
export async function countWrongCode(
  context: Context,
  user: User,
): Promise<Outcome & { kind: 'reject' }> {
  await noteWrongCode(context, user)
  return reject(context, 'code-wrong')
}

/** Counts a wrong code: it slows down and in the end locks (RULES 5, 8). True when it is locked now. */
export async function noteWrongCode(context: Context, user: User): Promise<boolean> {
  const { accounts, clock, registry, settings } = context.parts
  const state = await accounts.recordFailure(user.key, 'code', clock.nowMs(), settings.lockout)
  note(context, 'code', { result: 'wrong', failures: state.wrongCodes })
  const isLocked = state.lockedUntilMs > clock.nowMs()
  if (isLocked) await registry.forgetLate(user.key)
  return isLocked
}

/**
 * Before the password is proven anybody can type codes, so they lock nobody; the tries a person and
 * hour are bounded instead, which keeps guessing hopeless.
 */
export async function mayTryUnproven(context: Context, user: User): Promise<boolean> {
  const { limits, clock } = context.parts
  const use = { key: `unproven-codes:${user.key}`, limit: 60, windowMs: 3_600_000 }
  return (await limits.take([use], clock.nowMs())).ok
}

/**
 * Whether one more code behind a password is looked at, for this person. Each counts, fitting or not:
 * of guesses that are sent at the same moment, no more than these are looked at.
 */
export async function mayTryTail({ parts }: Context, user: User): Promise<boolean> {
  const uses = [
    { key: `tails:hour:${user.key}`, limit: 20, windowMs: 3_600_000 },
    { key: `tails:day:${user.key}`, limit: 60, windowMs: 86_400_000 },
  ]
  return (await parts.limits.take(uses, parts.clock.nowMs())).ok
}
