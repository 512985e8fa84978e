import type { User } from '../accounts/index.ts'
import { Secret } from '../support/index.ts'
import { answerChallenge } from './answer.ts'
import type { Credential } from './attempt.ts'
import { isForPassword } from './challenge.ts'
import { type Choices, loadChoices, optionByWord, readWord } from './choices.ts'
import { type Context, note, reject } from './context.ts'
import { answerNewPassword } from './expired-password.ts'
import type { FoundUser } from './find-user.ts'
import { checkFirstFactor, countUnproven } from './first-factor.ts'
import { changeByMsChap } from './ms-chap-change.ts'
import type { Outcome } from './outcome.ts'
import type { Policy } from './policy.ts'
import { countRemembered, findRemembered } from './remembered.ts'
import { askSecondFactor, refuseForMethods, startOption } from './second-factor.ts'
import { type Split, splitPassword } from './split-password.ts'
import type { OpenedState } from './state.ts'
import type { Passed, Step } from './step.ts'
import { codeReader, countWrongCode, mayTryTail, mayTryUnproven, spendCode } from './typed-code.ts'
import { readTyped } from './typed-text.ts'

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
  if (resumed === undefined && policy.secondFactor !== 'required') {
    return checkPasswordAlone(context, found, policy)
  }
  if (resumed !== undefined && isForPassword(resumed.purpose)) {
    return answerNewPassword(context, found, resumed)
  }
  if (resumed?.purpose === 'relay') return answerServer(context, found, policy, resumed)
  const choices = await loadChoices(context, user, policy)
  if (resumed !== undefined) return answerChallenge(context, user, choices, resumed)
  if (attempt.gateway.flow === 'code-only') return checkCodeOnly(context, user, choices)
  if (policy.secondFactorFirst) return checkCodeFirst(context, found, choices)
  if (attempt.credential.kind === 'pap' && readsTails(context)) {
    return checkWithTail(context, found, choices, attempt.credential.password)
  }
  if (attempt.gateway.flow === 'append' && isHashed(attempt.credential)) {
    return reject(context, 'credential-not-for-flow')
  }
  return checkThenAsk(context, found, choices)
}

/** What an upstream server has asked is a part of the first factor; the second comes after it, or came before. */
async function answerServer(
  context: Context,
  found: FoundUser,
  policy: Policy,
  { method }: OpenedState,
): Promise<Step> {
  if (policy.secondFactor !== 'required') return checkPasswordAlone(context, found, policy)
  context.method = method
  if (method === undefined) {
    return checkThenAsk(context, found, await loadChoices(context, found.user, policy))
  }
  const proven = await checkFirstFactor(context, found, context.attempt.credential)
  return proven.kind === 'proven' ? { kind: 'passed' } : proven
}

/** What was typed as a password, which recognises a second try; what answers a question is none. */
function headOf({ attempt, passwordMark, resumed }: Context): string | undefined {
  const { credential } = attempt
  if (resumed !== undefined) return undefined
  return credential.kind === 'pap' ? credential.password.reveal() : passwordMark
}

/** A bypass for one sign-in goes to whoever comes first; others are asked as always. */
async function checkPasswordAlone(
  context: Context,
  found: FoundUser,
  policy: Policy,
): Promise<Step> {
  const { attempt, parts } = context
  const { user } = found
  const { credential } = attempt
  const proven = await checkFirstFactor(context, found, credential)
  if (proven.kind !== 'proven') return proven
  // The old password alone must not set a new one.
  if (context.expired !== undefined) return reject(context, 'password-expired')
  if (policy.secondFactor === 'none') return { kind: 'passed' }
  if (await parts.accounts.useBypass(user.key, parts.clock.nowMs())) {
    note(context, 'bypass')
    return { kind: 'passed' }
  }
  const choices = await loadChoices(context, user, policy)
  return askSecondFactor(context, { user, choices, head: headOf(context) })
}

/** A code behind a password cannot be read where the gateway sends a hash of both. */
function refuseHashed(context: Context): Outcome {
  const isHash = isHashed(context.attempt.credential)
  return reject(context, isHash ? 'credential-not-for-flow' : 'credential-not-checkable')
}

function isHashed({ kind }: Credential): boolean {
  return kind === 'chap' || kind === 'ms-chap'
}

function readsTails(context: Context): boolean {
  const { flow } = context.attempt.gateway
  return flow === 'append' || flow === 'auto'
}

/** The plain order: password, then whatever the flow asks for. */
async function checkThenAsk(context: Context, found: FoundUser, choices: Choices): Promise<Step> {
  const { credential, gateway } = context.attempt
  if (gateway.firstFactor.kind === 'directories') {
    const proven = await checkFirstFactor(context, found, credential)
    if (proven.kind !== 'proven') return proven
  }
  return askSecondFactor(context, { user: found.user, choices, head: headOf(context) })
}

/**
 * A password with something behind it. At most one directory attempt, and every failure looks the
 * same (RULES 7): a code that fits is spent whatever the directory says, except HOTP and recovery
 * codes, which only count behind a right password.
 */
async function checkWithTail(
  context: Context,
  found: FoundUser,
  choices: Choices,
  password: Secret,
): Promise<Step> {
  const { user } = found
  const split = splitPassword(
    password.reveal(),
    context.attempt.gateway.append,
    codeReader(context, choices),
  )
  const isAppend = context.attempt.gateway.flow === 'append'
  note(context, 'password-read', { as: split.kind })
  if (!isAppend && !(await tailCounts(context, user, split))) {
    return checkThenAsk(context, found, choices)
  }
  if (split.kind === 'code' && split.match.method === 'totp') {
    const spent = await spendCode(context, split.match)
    if (spent.kind === 'passed') return checkHead(context, found, split)
    await countUnproven(context, user)
    return spent
  }
  const proven = await checkHead(context, found, split)
  if (proven.kind !== 'passed') return proven
  switch (split.kind) {
    case 'code':
      return spendCode(context, split.match)
    case 'wrong-code':
      return countWrongCode(context, user)
    case 'whole':
      return askSecondFactor(context, { user, choices, head: split.head })
    case 'word': {
      const option = optionByWord(choices, split.word)
      if (option === undefined) return refuseForMethods(context, 'no-method-for-flow')
      return startOption(context, { user, choices, head: split.head }, option)
    }
  }
}

/**
 * Whether what follows the password counts in `auto`. A miss is tried as one long password, so that
 * nobody learns whether the head was right, and is no wrong code to anybody; codes there are therefore
 * bounded by themselves, and beyond that none counts, fitting or not (RULES 5).
 */
async function tailCounts(context: Context, user: User, split: Split): Promise<boolean> {
  switch (split.kind) {
    case 'whole':
      return false
    case 'word':
      return true
    case 'code':
      return mayTryTail(context, user)
    case 'wrong-code':
      await mayTryTail(context, user)
      return false
  }
}

async function checkHead(
  context: Context,
  found: FoundUser,
  split: Split,
): Promise<Passed | Outcome> {
  if (context.attempt.gateway.firstFactor.kind === 'none') return { kind: 'passed' }
  const { credential } = context.attempt
  const wellFormed = credential.kind !== 'pap' || credential.wellFormed
  const head = { kind: 'pap', password: new Secret(split.head), wellFormed } as const
  const proven = await checkFirstFactor(context, found, head)
  return proven.kind === 'proven' ? { kind: 'passed' } : proven
}

/** The gateway has checked the password; what it sends is the code, or a word where it may prompt. */
async function checkCodeOnly(context: Context, user: User, choices: Choices): Promise<Step> {
  const { credential } = context.attempt
  if (credential.kind !== 'pap' && credential.kind !== 'ms-chap') return refuseHashed(context)
  if (credential.kind === 'pap' && !credential.wellFormed)
    return reject(context, 'password-garbled')
  if (choices.typed.length === 0 && choices.options.length === 0)
    return refuseForMethods(context, 'not-enrolled')
  const typed = readTyped(context, user, choices)
  if (typed === undefined) return countWrongCode(context, user)
  if (typed === '') return reject(context, 'password-empty')
  const word = readWord(typed)
  const option = word === undefined ? undefined : optionByWord(choices, word)
  if (option !== undefined) return startOption(context, { user, choices, head: undefined }, option)
  const checked = codeReader(context, choices).check(typed.replaceAll(/[\s-]/g, ''))
  return checked.kind === 'wrong'
    ? countWrongCode(context, user)
    : spendCode(context, checked.match)
}

/** A code that is proven first keeps those who spray passwords from locking people in the directory (RULES 4, 6). */
async function checkCodeFirst(
  context: Context,
  found: FoundUser,
  choices: Choices,
): Promise<Passed | Outcome> {
  const { credential, gateway } = context.attempt
  if (credential.kind !== 'pap') return refuseHashed(context)
  if (credential.password.isEmpty) return reject(context, 'password-empty')
  if (!(await mayTryUnproven(context, found.user))) return reject(context, 'slowed')
  const split = splitPassword(
    credential.password.reveal(),
    gateway.append,
    codeReader(context, choices),
  )
  if (split.kind === 'wrong-code') return reject(context, 'code-wrong')
  if (split.kind === 'whole') return checkKnownDevice(context, found, choices, split)
  if (split.kind !== 'code') return reject(context, 'code-missing')
  // A code that was used before is no reason to ask the directory.
  if (split.match.method !== 'totp' && !split.reused) {
    const proven = await checkHead(context, found, split)
    return proven.kind === 'passed' ? spendCode(context, split.match) : proven
  }
  const spent = await spendCode(context, split.match)
  if (spent.kind !== 'passed') return spent
  return checkHead(context, found, split)
}

/** A device that is remembered is as good as a code there: without it no password reaches the directory. */
async function checkKnownDevice(
  context: Context,
  found: FoundUser,
  choices: Choices,
  split: Split,
): Promise<Passed | Outcome> {
  const remembered = await findRemembered(context, found.user, choices)
  if (remembered === undefined) return reject(context, 'code-missing')
  const proven = await checkHead(context, found, split)
  if (proven.kind !== 'passed') return proven
  countRemembered(context, remembered)
  return proven
}
