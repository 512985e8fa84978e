import type { User } from '../accounts/index.ts'
import { challengeForCode, challengeToWait, menuText } from './challenge.ts'
import { type Choices, type Option, optionByWord, readWord } from './choices.ts'
import { type Context, note, reject } from './context.ts'
import { holdAgain } from './hold.ts'
import type { Outcome } from './outcome.ts'
import { startOption } from './second-factor.ts'
import type { OpenedState } from './state.ts'
import { codeReader, countWrongCode, type Passed, spendCode } from './typed-code.ts'

/** What the person typed at a challenge. The State proves that the password was right. */
export async function answerChallenge(
  context: Context,
  user: User,
  choices: Choices,
  resumed: OpenedState,
): Promise<Passed | Outcome> {
  const { registry } = context.parts
  const typed = typedText(context)
  const passed = await typedCode(context, choices, typed)
  if (passed !== undefined) {
    if (resumed.promptId !== undefined) await registry.cancelPrompt(resumed.promptId)
    return passed
  }
  return resumed.purpose === 'wait'
    ? answerWait(context, user, choices, resumed)
    : answerCode(context, user, choices, resumed, typed)
}

/** Empty for Enter, and for gateways that send no password the second time. */
function typedText(context: Context): string {
  const { credential } = context.attempt
  return credential.kind === 'pap' ? credential.password.reveal().trim() : ''
}

/** A code of any authenticator that is allowed here, whatever was asked for. */
async function typedCode(
  context: Context,
  choices: Choices,
  typed: string,
): Promise<Passed | Outcome | undefined> {
  const reader = codeReader(context, choices)
  const code = typed.replaceAll(/[\s-]/g, '')
  if (!reader.looksLikeCode(code)) return undefined
  const checked = reader.check(code)
  switch (checked.kind) {
    case 'wrong':
      return undefined
    case 'reused':
    case 'match':
      return spendCode(context, checked.match)
  }
}

/** Anything that is no code means Enter. */
async function answerWait(
  context: Context,
  user: User,
  choices: Choices,
  resumed: OpenedState,
): Promise<Passed | Outcome> {
  if (resumed.promptId === undefined) return reject(context, 'state-invalid')
  const held = await holdAgain(context, resumed.promptId)
  if (held !== 'patience-ended') return held
  const called = choices.options.find((option) => option.way === 'approve')
  const next = challengeToWait(context, user, resumed.promptId, called?.to ?? '')
  if (next.kind !== 'challenge') await context.parts.registry.cancelPrompt(resumed.promptId)
  return next
}

async function answerCode(
  context: Context,
  user: User,
  choices: Choices,
  resumed: OpenedState,
  typed: string,
): Promise<Passed | Outcome> {
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
  if (sent !== undefined && isSentCode(context, user, sent.mark, typed)) {
    return acceptSentCode(context, choices, resumed, sent)
  }
  const option = pickOption(choices, typed)
  if (option !== undefined) {
    return startOption(context, { user, choices, head: undefined }, option, sent, wrong)
  }
  const refused = await countWrongCode(context, user)
  if (wrong + 1 >= context.parts.settings.codeTries) return refused
  const message = texts.text('wrong-code-again', user.language)
  return challengeForCode(context, user, message, { ...asked, wrong: wrong + 1 })
}

function isSentCode(context: Context, user: User, mark: string, typed: string): boolean {
  return context.parts.codeMarks.matches(
    mark,
    'sent-code',
    user.key,
    typed.replaceAll(/[\s-]/g, ''),
  )
}

async function acceptSentCode(
  context: Context,
  choices: Choices,
  resumed: OpenedState,
  sent: NonNullable<OpenedState['sent']>,
): Promise<Passed | Outcome> {
  const { registry, spent: spentStore, clock, settings } = context.parts
  const option = choices.options.find((each) => each.number === sent.option)
  if (option !== undefined) context.method = option.method
  if (clock.nowMs() >= sent.atMs + settings.sentCode.expiryMs)
    return reject(context, 'code-expired')
  const { requestAuthenticator } = context.attempt
  const expiresMs = sent.atMs + settings.sentCode.expiryMs
  const result = await spentStore.spend(`sent:${sent.mark}`, { requestAuthenticator }, expiresMs)
  note(context, 'code', { method: context.method ?? 'sms', result })
  if (result === 'reused') return reject(context, 'code-reused')
  if (resumed.promptId !== undefined) {
    await registry.endPrompt(resumed.promptId, { kind: 'approved', byMachine: false }, 0)
  }
  return { kind: 'passed' }
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
  const option =
    sent === undefined ? undefined : choices.options.find((each) => each.number === sent.option)
  if (option !== undefined) {
    const key = option.method === 'email' ? 'enter-code-email' : 'enter-code-sms'
    return texts.text(key, user.language, { to: option.to })
  }
  return choices.options.length === 0
    ? texts.text('enter-code', user.language)
    : menuText(context, user, choices)
}
