import type { User } from '../accounts/index.ts'
import { constantTimeEqual } from '../support/index.ts'
import { type Context, reject } from './context.ts'
import { challengeForCode, menuText } from './continued/challenge.ts'
import { marginMs } from './continued/spent-state.ts'
import type { Outcome } from './outcome.ts'
import type { CodeCheck } from './ports/index.ts'
import { endCall, holdAgain } from './prompts/hold.ts'
import { startOption } from './second-factor.ts'
import { spendEvidence } from './sharing/join.ts'
import type { SentCode } from './sharing/registry.ts'
import type { OpenedState } from './state/state-wire.ts'
import type { Passed, Step } from './step.ts'
import { noteUse, usedRow } from './typed/note-use.ts'
import { sentCodeOf } from './typed/sent-code.ts'
import {
  codeReader,
  countWrongCode,
  judgeSpent,
  noteWrongCode,
  refuseUnsure,
  spendCode,
} from './typed/typed-code.ts'
import { readTyped } from './typed/typed-text.ts'
import {
  type Choices,
  type Option,
  optionByWord,
  type SendOption,
  sentOption,
} from './usable/choices.ts'
import { checkSigned } from './usable/signed.ts'
import { readWord } from './usable/words.ts'

/** What the person typed at a challenge. The State proves that the password was right. */
export async function answerChallenge(
  context: Context,
  user: User,
  choices: Choices,
  resumed: OpenedState,
): Promise<Step> {
  if (context.unsureState) return askAnew(context, user, choices, resumed)
  if (context.attempt.signedBy !== undefined) {
    return endAnswered(context, user, resumed, checkSigned(context, choices))
  }
  const typed = readTyped(context, user, choices, resumed.sent)
  const checked = typed === undefined ? undefined : readCode(context, choices, typed)
  if (context.answersAgain) return answerAgain(context, user, choices, resumed, typed, checked)
  const spent =
    checked === undefined || checked.kind === 'wrong'
      ? undefined
      : await spendCode(context, checked.match)
  const isSure = spent === undefined || !isUnsure(spent)
  if (!isSure && resumed.purpose === 'code') return askForNext(context, user, resumed)
  const used = spent !== undefined && isUsedAtPortal(context, spent) ? spent : undefined
  const passed = used === undefined && isSure ? spent : undefined
  const outcome =
    passed ??
    (resumed.purpose === 'wait'
      ? await answerWait(context, user, choices, resumed, typed, isGuess(typed, checked))
      : await answerCode(context, user, choices, resumed, typed, used))
  return endAnswered(context, user, resumed, outcome)
}

/** What was asked in another way meanwhile is over once something has proven it. */
async function endAnswered(
  { parts }: Context,
  user: User,
  { promptId }: OpenedState,
  outcome: Step,
): Promise<Step> {
  if (outcome.kind === 'passed' && promptId !== undefined) {
    await parts.registry.cancelPrompt(promptId)
    await parts.registry.forgetLate(user.key)
  }
  return outcome
}

/**
 * The State was perhaps answered before the database changed servers. A code that was asked for is asked for once more,
 * by a new State: nothing of the old one is accepted, neither a code that was sent nor what rings.
 */
async function askAnew(
  context: Context,
  user: User,
  choices: Choices,
  { promptId, purpose, wrong }: OpenedState,
): Promise<Outcome> {
  if (promptId !== undefined) await context.parts.registry.cancelPrompt(promptId)
  if (purpose !== 'code') return reject(context, 'code-unsure')
  context.usedCode = true
  const next = context.parts.texts.text('wait-for-next-code', user.language)
  const message =
    choices.options.length === 0 ? next : `${next} ${menuText(context, user, choices)}`
  return challengeForCode(context, user, message, { wrong })
}

/** The code is right and was perhaps used before; the next one is not. */
function askForNext(context: Context, user: User, { promptId, sent, wrong }: OpenedState): Outcome {
  context.usedCode = true
  context.method = undefined
  const message = context.parts.texts.text('wait-for-next-code', user.language)
  return challengeForCode(context, user, message, {
    wrong,
    ...(promptId === undefined ? {} : { promptId }),
    ...(sent === undefined ? {} : { sent }),
  })
}

function isUnsure(spent: Passed | Outcome): spent is Outcome {
  return spent.kind === 'reject' && spent.reason === 'code-unsure'
}

/** The portal asks for another code, and says why: a used code on paper is not an end of a sign-in. */
function isUsedAtPortal(context: Context, spent: Passed | Outcome): spent is Outcome {
  const { isPortal } = context.attempt.gateway
  if (!isPortal || spent.kind !== 'reject' || spent.reason !== 'code-reused') return false
  context.usedCode = true
  context.method = undefined
  return true
}

/**
 * The packet that has answered this State before: only the code that it spent itself is accepted again. Nothing is
 * spent, sent or counted for it.
 */
async function answerAgain(
  context: Context,
  user: User,
  choices: Choices,
  { sent }: OpenedState,
  typed: string | undefined,
  checked: CodeCheck | undefined,
): Promise<Passed | Outcome> {
  const { parts } = context
  if (checked?.kind === 'reused') return spendCode(context, checked.match)
  const option = sentOption(choices, sent?.option)
  if (sent === undefined || option === undefined || !isSentCode(context, user, sent.nonce, typed)) {
    return reject(context, 'state-invalid')
  }
  const spent = await parts.spent.look(`sent:${sent.nonce}`, spendEvidence(context))
  return judgeSpent(context, option.method, spent ?? 'reused', usableSinceMs(context, option, sent))
}

/** A code of any authenticator that is allowed here, whatever was asked for. */
function readCode(context: Context, choices: Choices, typed: string): CodeCheck | undefined {
  const reader = codeReader(context, choices)
  const code = compact(typed)
  return reader.looksLikeCode(code) ? reader.check(code) : undefined
}

/** People type codes as they are shown: `123 456`. */
function compact(typed: string): string {
  return typed.replaceAll(/[\s-]/g, '')
}

/**
 * Some gateways send the password again with Enter, and that may look like a recovery code, which no one
 * can guess. What could not be read may be any guess.
 */
function isGuess(typed: string | undefined, checked: CodeCheck | undefined): boolean {
  if (typed === undefined) return true
  return checked?.kind === 'wrong' && /^\d+$/.test(compact(typed))
}

/** Anything that is not a code means Enter; a wrong one does too, but it counts (RULES 5, 31). */
async function answerWait(
  context: Context,
  user: User,
  choices: Choices,
  { by, method = 'call', promptId }: OpenedState,
  typed: string | undefined,
  isWrongCode: boolean,
): Promise<Step> {
  const { registry } = context.parts
  if (promptId === undefined) return reject(context, 'state-invalid')
  // The portal's page offers the other ways while the phone rings; a gateway shows none.
  const { isPortal } = context.attempt.gateway
  const other = isPortal && typed !== undefined ? pickOption(choices, typed) : undefined
  if (other !== undefined && (await endCall(context, promptId))) {
    return startOption(context, { user, choices, typedPassword: undefined }, other)
  }
  if (isWrongCode && (await noteWrongCode(context, user))) {
    await registry.cancelPrompt(promptId)
    return reject(context, 'code-wrong')
  }
  const asked = choices.options.filter((option) => option.way === 'approve')
  const open =
    asked.find(({ key }) => key === by) ??
    asked.find((option) => option.method === method) ??
    asked[0]
  // A report takes the prompt out of the choices; the audit still says what was asked.
  const gone = method === 'push' || method === 'passkey' ? method : 'call'
  return holdAgain(context, user, promptId, open ?? { method: gone, to: '' })
}

async function answerCode(
  context: Context,
  user: User,
  choices: Choices,
  resumed: OpenedState,
  typed: string | undefined,
  used: Outcome | undefined,
): Promise<Step> {
  const { texts } = context.parts
  const { promptId, sent, wrong } = resumed
  const asked = {
    ...(promptId === undefined ? {} : { promptId }),
    ...(sent === undefined ? {} : { sent }),
  }
  if (typed === '')
    return challengeForCode(context, user, question(context, user, choices, resumed), {
      ...asked,
      wrong,
    })
  if (sent !== undefined && isSentCode(context, user, sent.nonce, typed)) {
    const accepted = await acceptSentCode(context, choices, sent)
    return isUnsure(accepted) ? askAnew(context, user, choices, resumed) : accepted
  }
  const option = typed === undefined ? undefined : pickOption(choices, typed)
  if (option !== undefined) {
    // One prompt a person: another choice takes the place of the one before.
    if (promptId !== undefined && sent?.option !== option.key) {
      await context.parts.registry.cancelPrompt(promptId)
    }
    return startOption(context, { user, choices, typedPassword: undefined }, option, sent, wrong)
  }
  // A used code is counted as a try but not as a wrong code: it locks no one out (RULES 10).
  const refused = used ?? (await countWrongCode(context, user))
  if (wrong + 1 >= triesOf(context, choices, sent)) return refused
  const message = texts.text('wrong-code-again', user.language)
  return challengeForCode(context, user, message, { ...asked, wrong: wrong + 1 })
}

function isSentCode({ parts }: Context, user: User, nonce: string, typed = ''): boolean {
  const sent = sentCodeOf(parts, user.key, nonce)
  return constantTimeEqual(Buffer.from(compact(typed)), Buffer.from(sent))
}

/** A code that was sent has its own number of tries; codes that are read off have the usual one. */
function triesOf({ parts }: Context, choices: Choices, sent: SentCode | undefined): number {
  const { codeTries, sentCode } = parts.settings
  const option = sentOption(choices, sent?.option)
  return option === undefined ? codeTries : sentCode[option.method].tries
}

async function acceptSentCode(
  context: Context,
  choices: Choices,
  sent: SentCode,
): Promise<Passed | Outcome> {
  const { spent: spentStore } = context.parts
  const option = sentOption(choices, sent.option)
  // The method was taken away since, and its codes are no longer valid (RULES 5).
  if (option === undefined) return reject(context, 'code-expired')
  const sinceMs = usableSinceMs(context, option, sent)
  const unsure = refuseUnsure(context, option.method, sinceMs)
  if (unsure !== undefined) return unsure
  const result = await spentStore.spend(`sent:${sent.nonce}`, spendEvidence(context), sent.untilMs)
  context.authenticator = option.authenticator
  const judged = judgeSpent(context, option.method, result, sinceMs)
  if (judged.kind === 'passed') {
    noteUse(context.parts, option.authenticator.userKey, usedRow(option.authenticator), trouble)
  }
  return judged

  function trouble(error: unknown): void {
    const { attempt, parts } = context
    parts.log.trouble({
      attemptId: attempt.id,
      what: 'last-use',
      detail: String(error),
      gateway: attempt.gateway.name,
    })
  }
}

/** When the code was sent, with a margin for the clock of another node. */
function usableSinceMs({ parts }: Context, { method }: SendOption, { untilMs }: SentCode): number {
  return untilMs - parts.settings.sentCode[method].expiryMs - marginMs
}

/** A number of the menu, or a word such as `sms`. */
function pickOption(choices: Choices, typed: string): Option | undefined {
  if (/^\d{1,2}$/.test(typed)) return choices.options[Number(typed) - 1]
  const word = readWord(typed)
  return word === undefined ? undefined : optionByWord(choices, word)
}

/** The question that was open, asked again. */
function question(context: Context, user: User, choices: Choices, { sent }: OpenedState): string {
  const { texts } = context.parts
  const option = sentOption(choices, sent?.option)
  if (option !== undefined) {
    return texts.text(`enter-code-${option.method}`, user.language, { to: option.to })
  }
  return choices.options.length === 0
    ? texts.text('enter-code', user.language)
    : menuText(context, user, choices)
}
