import {
  type Authenticator,
  lastStepAheadMs,
  type Method,
  type SpendResult,
  type User,
} from '../../accounts/index.ts'
import { preparePassword } from '../../support/index.ts'
import { type Context, note, reject } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import type { CodeCheck, CodeMatch } from '../ports/index.ts'
import { spendEvidence } from '../sharing/join.ts'
import type { Passed } from '../step.ts'
import { entriesOf } from '../timeline.ts'
import type { Choices } from '../usable/choices.ts'

export type CodeReader = {
  looksLikeCode(text: string): boolean
  /** Spends nothing. */
  check(code: string): CodeCheck
}

/**
 * Reads codes of the authenticators that are allowed here (RULES 5). For one that fits nothing, the time line says
 * whether a clock is off; the answer is the same.
 */
export function codeReader(context: Context, { typed }: Choices): CodeReader {
  const { codes, clock } = context.parts
  return {
    looksLikeCode: (text) => codes.looksLikeCode(text, typed),
    check(code) {
      const checked = codes.check(code, typed, clock.nowMs())
      if (checked.kind === 'wrong') {
        noteClockOff(context, codes.clockOff(code, typed, clock.nowMs()))
        noteNotValid(context, codes.notValid(code, typed, clock.nowMs()))
      }
      if (checked.kind === 'reused') noteLastCodeAhead(context, checked.match)
      return checked
    },
  }
}

/** Once a sign-in, however many tries it has. */
function noteClockOff(context: Context, steps: number | undefined): void {
  const isNoted = entriesOf(context.timeline).some(({ what }) => what === 'clock-off')
  if (steps !== undefined && !isNoted) note(context, 'clock-off', { steps })
}

/** The file a token was imported from may say when its codes are valid. */
function noteNotValid(context: Context, token: Authenticator | undefined): void {
  const isNoted = entriesOf(context.timeline).some(({ what }) => what === 'token-not-valid')
  if (token === undefined || !('seed' in token) || isNoted) return
  const { validFromMs, validUntilMs } = token
  const isEarly = validFromMs !== undefined && context.parts.clock.nowMs() < validFromMs
  const [edge, atMs] = isEarly ? ['from', validFromMs] : ['until', validUntilMs]
  note(context, 'token-not-valid', { [String(edge)]: new Date(Number(atMs)).toISOString() })
}

/** A clock was ahead once: the code was perhaps never used, and none is valid until the time gets there. */
function noteLastCodeAhead(context: Context, { authenticator }: CodeMatch): void {
  if (authenticator.method !== 'totp') return
  const aheadMs = lastStepAheadMs(authenticator, context.parts.clock.nowMs())
  if (aheadMs > 0) note(context, 'last-code-ahead', { minutes: Math.ceil(aheadMs / 60_000) })
}

/** Spends a code that fits: it can be used once, by the first who comes, across restarts. */
export async function spendCode(context: Context, match: CodeMatch): Promise<Passed | Outcome> {
  const { method, usableSinceMs } = match
  // Before, so that a code on paper is not used up for nothing.
  const unsure = context.answersAgain ? undefined : refuseUnsure(context, method, usableSinceMs)
  if (unsure !== undefined) return unsure
  const spent = await match.spend(spendEvidence(context))
  const judged = judgeSpent(context, method, spent, usableSinceMs)
  if (judged.kind === 'passed') context.authenticator = match.authenticator
  return judged
}

/**
 * Refuses a right code that was perhaps used at a server of the database which has failed. The person has not failed.
 */
export function refuseUnsure(
  context: Context,
  method: Method,
  usableSinceMs: number,
): Outcome | undefined {
  if (!context.parts.takeOvers.isUnsure(usableSinceMs)) return undefined
  context.method = method
  note(context, 'code', { method, result: 'unsure' })
  return reject(context, 'code-unsure')
}

/** What a right code leads to, by whether it was spent before. */
export function judgeSpent(
  context: Context,
  method: Method,
  spent: SpendResult,
  usableSinceMs: number,
): Passed | Outcome {
  context.method = method
  // Another server may have taken over while it was spent.
  const unsure = spent === 'spent' ? refuseUnsure(context, method, usableSinceMs) : undefined
  if (unsure !== undefined) return unsure
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
 * The code that follows a password, once that is proven: it is valid, was used, is of a method that may not be used
 * here, or is wrong.
 */
export async function checkTypedCode(
  context: Context,
  user: User,
  choices: Choices,
  code: string,
): Promise<Passed | Outcome> {
  const checked = codeReader(context, choices).check(code)
  if (checked.kind !== 'wrong') {
    const spent = await spendCode(context, checked.match)
    const password = context.read?.password.reveal() ?? ''
    return spent.kind === 'passed' ? judgeMisses(context, user, password) : spent
  }
  if (isOfAnotherMethod(context, choices, code)) return reject(context, 'method-not-allowed')
  return countWrongCode(context, user)
}

/**
 * Whether it is a code of something the person has but may not use here (RULES 5). It stays unspent. Waits for
 * nothing: of many guesses at the same moment, each is counted before the right one among them is judged.
 */
export function isOfAnotherMethod(context: Context, choices: Choices, code: string): boolean {
  const { clock, codes } = context.parts
  const checked = codes.check(code, choices.enrolled, clock.nowMs())
  if (checked.kind === 'wrong') return false
  const { authenticator, method } = checked.match
  const isSeen = choices.seen.some(({ id }) => id === authenticator.id)
  note(context, 'code', { method, result: isSeen ? 'secret-seen' : 'not-allowed' })
  return true
}

/**
 * A wrong code with a password that is not proven. It is counted for this person and this password
 * alone, so that strangers, who type other ones, lock no one out (RULES 41).
 */
export async function noteMiss({ parts }: Context, user: User, password: string): Promise<void> {
  if (password === '') return
  const passwordKey = parts.passwordHasher.hash(...missParts(user, password))
  await parts.registry.noteMiss(user.key, passwordKey, parts.settings.lockout.lockAfter)
}

/** Code and password are right. After too many misses with this password it may be a thief's lucky guess: the lock of RULES 5. */
export async function judgeMisses(
  context: Context,
  user: User,
  password: string,
): Promise<Passed | Outcome> {
  if (!(await isGuessed(context, user, password))) return { kind: 'passed' }
  const { accounts, clock, registry, settings } = context.parts
  await accounts.lock(user.key, clock.nowMs() + settings.lockout.lockMs)
  await registry.forgetLate(user.key)
  return reject(context, 'locked')
}

/** Whether a right code with this password comes after so many misses that it may be a lucky guess. */
export async function isGuessed(context: Context, user: User, password: string): Promise<boolean> {
  if (password === '') return false
  const { passwordHasher, registry, settings } = context.parts
  const keys = passwordHasher.hashes(...missParts(user, password))
  const misses = await registry.countMisses(keys)
  if (misses < settings.lockout.lockAfter) return false
  note(context, 'code', { result: 'guessed', misses })
  return true
}

/** All spellings that a directory may take for one password share one count. */
function missParts(user: User, password: string): readonly string[] {
  return ['miss', user.key, preparePassword(password)]
}
