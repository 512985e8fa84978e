import type { User } from '../accounts/index.ts'
import { Secret } from '../support/index.ts'
import { answerChallenge } from './answer.ts'
import type { Credential } from './attempt.ts'
import { type Context, note, reject } from './context.ts'
import { challengeForCode, isForPassword } from './continued/challenge.ts'
import { checkFirstFactor, refuseShielded } from './first-factor.ts'
import type { FoundUser } from './names/find-user.ts'
import { canAsk } from './outage.ts'
import type { Outcome } from './outcome.ts'
import { answerNewPassword } from './passwords/expired-password.ts'
import { changeByMsChap } from './passwords/ms-chap-change.ts'
import type { CodeCheck } from './ports/index.ts'
import { countRemembered, findRemembered } from './remembered/remembered.ts'
import type { Policy } from './rules/policy.ts'
import { askIfOwnDigits, askSecondFactor, refuseForNothing, startOption } from './second-factor.ts'
import type { OpenedState } from './state/state-wire.ts'
import type { Passed, Step } from './step.ts'
import { isSurelyCut } from './typed/cut-password.ts'
import { firstCredential } from './typed/read-password.ts'
import {
  checkTypedCode,
  codeReader,
  countWrongCode,
  isOfAnotherMethod,
  judgeMisses,
  noteMiss,
  spendCode,
} from './typed/typed-code.ts'
import { readTyped } from './typed/typed-text.ts'
import { type Choices, hasNothing, loadChoices, optionByWord } from './usable/choices.ts'
import { checkSigned } from './usable/signed.ts'
import { readWord } from './usable/words.ts'

/** Both factors, in the order the policy gives: the password at its directory, and a code or a prompt. */
export async function checkFactors(
  context: Context,
  found: FoundUser,
  policy: Policy,
): Promise<Step> {
  const { attempt, resumed } = context
  const { user } = found
  if (attempt.credential.kind === 'ms-chap' && attempt.credential.change !== undefined) {
    return changeByMsChap(context, found, attempt.credential)
  }
  const unreadable = await refuseUnreadable(context, user)
  if (unreadable !== undefined) return unreadable
  if (resumed === undefined && policy.secondFactor !== 'required') {
    return checkPasswordAlone(context, found, policy)
  }
  const isForCode = resumed?.purpose === 'code' || resumed?.purpose === 'wait'
  if (context.unsureState && !isForCode) return reject(context, 'code-unsure')
  if (resumed !== undefined && isForPassword(resumed.purpose)) {
    return answerNewPassword(context, found, resumed)
  }
  if (resumed?.purpose === 'relay') return answerServer(context, found, policy, resumed)
  const choices = await loadChoices(context, user, policy)
  if (attempt.signedBy !== undefined && resumed === undefined) return checkSigned(context, choices)
  if (resumed !== undefined) return answerChallenge(context, user, choices, resumed)
  if (attempt.gateway.flow === 'code-only') return checkCodeOnly(context, user, choices)
  if (policy.secondFactorFirst && !isVouchedFor(context))
    return checkCodeFirst(context, found, choices)
  if (attempt.gateway.flow === 'append' && isHashed(attempt.credential)) {
    return reject(context, 'credential-not-for-flow')
  }
  return checkThenAsk(context, found, choices)
}

/** The gateway has checked the password, or a session stands for it: nothing here can. */
function isVouchedFor({ attempt }: Context): boolean {
  return attempt.gateway.firstFactor.kind !== 'directories'
}

/** A password that cannot be told from what follows it is not a reason to ask a directory (RULES 35). */
async function refuseUnreadable(context: Context, user: User): Promise<Outcome | undefined> {
  const { read } = context
  if (isSurelyCut(context)) return reject(context, 'password-wrong')
  if (read === undefined) return undefined
  if (read.appended.kind === 'misfit') {
    if (isVouchedFor(context)) return countWrongCode(context, user)
    for (const password of read.appended.passwords) await noteMiss(context, user, password)
    return reject(context, 'code-wrong')
  }
  return read.password.isEmpty ? reject(context, 'password-empty') : undefined
}

/** Nothing is known about an answer to a question but the code that came before it. */
const unknown = new Secret('')

/** What an upstream server has asked is a part of the first factor; the second comes after it, or came before. */
async function answerServer(
  context: Context,
  found: FoundUser,
  policy: Policy,
  { method }: OpenedState,
): Promise<Step> {
  if (policy.secondFactor !== 'required') return checkPasswordAlone(context, found, policy)
  context.method = method
  // Taken before the server's last word, which takes the place of its question.
  const code = context.upstream?.code
  const proven = await checkPassword(context, found)
  if (proven.kind !== 'passed' || method !== undefined) return proven
  if (code !== undefined) context.read = { password: unknown, appended: { kind: 'code', code } }
  const choices = await loadChoices(context, found.user, policy)
  return checkSecondFactor(context, found.user, choices)
}

/**
 * What was typed as a password, which recognises a second try; an answer to a question is left out. Of MS-CHAP it is a
 * keyed hash, and those under keys that other processes may use.
 */
function typedPasswordOf(context: Context): readonly string[] | undefined {
  if (context.resumed !== undefined) return undefined
  const credential = firstCredential(context)
  return credential.kind === 'pap'
    ? [credential.password.reveal()]
    : context.passwordDigest?.split(' ')
}

/** A bypass for one sign-in goes to the first who comes; others are asked as always. */
async function checkPasswordAlone(
  context: Context,
  found: FoundUser,
  policy: Policy,
): Promise<Step> {
  const { parts } = context
  const { user } = found
  const proven = await checkFirstFactor(context, found, firstCredential(context))
  if (proven.kind !== 'proven') return proven
  // The old password alone must not set a new one.
  if (context.expired !== undefined) return reject(context, 'password-expired')
  if (policy.secondFactor === 'none') return { kind: 'passed' }
  if (await parts.accounts.useBypass(user.key, parts.clock.nowMs())) {
    note(context, 'bypass')
    return { kind: 'passed' }
  }
  const choices = await loadChoices(context, user, policy)
  return checkSecondFactor(context, user, choices)
}

/** A code after a password cannot be read where the gateway sends a hash of both. */
function refuseHashed(context: Context): Outcome {
  const isHash = isHashed(context.attempt.credential)
  return reject(context, isHash ? 'credential-not-for-flow' : 'credential-not-checkable')
}

function isHashed({ kind }: Credential): boolean {
  return kind === 'chap' || kind === 'ms-chap'
}

/** The plain order: password, then whatever the flow asks for. */
async function checkThenAsk(context: Context, found: FoundUser, choices: Choices): Promise<Step> {
  const proven = await checkPassword(context, found)
  if (proven.kind !== 'passed') return proven
  return checkSecondFactor(context, found.user, choices)
}

/** An earlier second factor that is still accepted, or the code after the password; otherwise the person is asked. */
async function checkSecondFactor(context: Context, user: User, choices: Choices): Promise<Step> {
  const appended = context.read?.appended
  // A word asks to be called or sent a code, known device or not.
  const remembered =
    appended?.kind === 'word' ? undefined : await findRemembered(context, user, choices)
  if (remembered !== undefined) {
    countRemembered(context, remembered)
    return { kind: 'passed' }
  }
  const ask = { user, choices, typedPassword: typedPasswordOf(context) }
  if (appended?.kind !== 'code') return askSecondFactor(context, ask)
  const judged = await checkTypedCode(context, user, choices, appended.code)
  const isUnsure = judged.kind === 'reject' && judged.reason === 'code-unsure'
  if (isUnsure && canAsk(context)) return askForNextCode(context, user)
  const isWrong = judged.kind === 'reject' && judged.reason === 'code-wrong'
  return isWrong ? askIfOwnDigits(context, ask, judged) : judged
}

/** The code is right and was perhaps used before the database changed servers; the next one is not. */
function askForNextCode(context: Context, user: User): Outcome {
  context.method = undefined
  const message = context.parts.texts.text('wait-for-next-code', user.language)
  return challengeForCode(context, user, message, { wrong: 0 })
}

/** The first factor, where nothing else vouches for it. */
async function checkPassword(context: Context, found: FoundUser): Promise<Passed | Outcome> {
  if (isVouchedFor(context)) return { kind: 'passed' }
  const proven = await checkFirstFactor(context, found, firstCredential(context))
  return proven.kind === 'proven' ? { kind: 'passed' } : proven
}

/** The gateway has checked the password; what it sends is the code, or a word where it may prompt. */
async function checkCodeOnly(context: Context, user: User, choices: Choices): Promise<Step> {
  const { credential } = context.attempt
  if (credential.kind !== 'pap' && credential.kind !== 'ms-chap') return refuseHashed(context)
  if (credential.kind === 'pap' && !credential.wellFormed)
    return reject(context, 'password-garbled')
  if (hasNothing(context, choices)) return refuseForNothing(context, choices)
  const typed = readTyped(context, user, choices)
  if (typed === undefined) return countWrongCode(context, user)
  if (typed === '') return reject(context, 'password-empty')
  const word = readWord(typed)
  const option = word === undefined ? undefined : optionByWord(choices, word)
  if (option !== undefined)
    return startOption(context, { user, choices, typedPassword: undefined }, option)
  const checked = codeReader(context, choices).check(typed.replaceAll(/[\s-]/g, ''))
  return checked.kind === 'wrong'
    ? countWrongCode(context, user)
    : spendCode(context, checked.match)
}

/**
 * A code that is proven first keeps those who spray passwords from locking people in the directory
 * (RULES 4, 6). Misses count by person and typed password, so that a stranger's cost the owner nothing
 * (RULES 41).
 */
async function checkCodeFirst(
  context: Context,
  found: FoundUser,
  choices: Choices,
): Promise<Passed | Outcome> {
  const { read } = context
  const { credential } = context.attempt
  const { user } = found
  if (credential.kind !== 'pap') return refuseHashed(context)
  if (credential.password.isEmpty) return reject(context, 'password-empty')
  const remembered = await findRemembered(context, user, choices)
  if (remembered !== undefined) {
    const proven = await checkPassword(context, found)
    if (proven.kind === 'passed') countRemembered(context, remembered)
    return proven
  }
  if (read?.appended.kind !== 'code') return reject(context, 'code-missing')
  const { code } = read.appended
  const checked = codeReader(context, choices).check(code)
  if (checked.kind === 'wrong') {
    if (isOfAnotherMethod(context, choices, code)) return reject(context, 'method-not-allowed')
    await noteMiss(context, user, read.password.reveal())
    return reject(context, 'code-wrong')
  }
  const passed = await checkBoth(context, found, checked)
  return passed.kind === 'passed' ? judgeMisses(context, user, read.password.reveal()) : passed
}

/** A code that fits, and the password. HOTP and recovery codes are spent after a right one only. */
async function checkBoth(
  context: Context,
  found: FoundUser,
  { kind, match }: Exclude<CodeCheck, { kind: 'wrong' }>,
): Promise<Passed | Outcome> {
  if (kind === 'match' && match.method !== 'totp') {
    const proven = await checkPassword(context, found)
    return proven.kind === 'passed' ? spendCode(context, match) : proven
  }
  // Whether a code was used before is told only after a right password.
  if (kind === 'match' && context.parts.takeOvers.isUnsure(match.usableSinceMs)) {
    const proven = await checkPassword(context, found)
    return proven.kind === 'passed' ? spendCode(context, match) : proven
  }
  // A code that was used before is not a reason to ask the directory anything.
  const refused = kind === 'match' ? await refuseShielded(context, found) : undefined
  if (refused !== undefined) return refused
  const spent = await spendCode(context, match)
  return spent.kind === 'passed' ? checkPassword(context, found) : spent
}
