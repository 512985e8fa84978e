import type { Method, User } from '../accounts/index.ts'
import { isInCampaign } from './campaigns/campaigns.ts'
import { type Context, note, reject } from './context.ts'
import { challengeForCode, challengeToWait, menuText } from './continued/challenge.ts'
import { gatewayAccount } from './fraud/stop-gateway.ts'
import type { Outcome } from './outcome.ts'
import { hold, lateKeysOf } from './prompts/hold.ts'
import { numberOf, openApproval, sendCode } from './prompts/prompts.ts'
import type { SentCode } from './sharing/registry.ts'
import type { AtMargin, Step } from './step.ts'
import {
  type ApproveOption,
  type Choices,
  hasNothing,
  mayPrompt,
  type Option,
  optionByWord,
  type SendOption,
} from './usable/choices.ts'
import { ownDigits, phoneWay } from './usable/own-digits.ts'
import { areSilent, silentPhones } from './usable/silent-phones.ts'

/** What is known when the second factor has to be asked for. */
export type Ask = {
  readonly user: User
  readonly choices: Choices
  /** The password alone, for recognising the second try; undefined where there is none to recognise. */
  /** See `typedPasswordOf`. */
  readonly typedPassword: readonly string[] | undefined
}

/** Asks for the second factor as the word after the password says, or the gateway's flow. The password is proven, or the gateway has checked it. */
export async function askSecondFactor(context: Context, ask: Ask): Promise<Step> {
  const { choices } = ask
  const appended = context.read?.appended
  noteSilence(context, ask)
  if (hasNothing(context, choices)) {
    if (await isInCampaign(context, ask.user, choices)) return { kind: 'passed' }
    return refuseForNothing(context, choices)
  }
  if (appended?.kind === 'word') {
    const option = optionByWord(choices, appended.word)
    if (option !== undefined) return startOption(context, ask, option)
    return appended.word.method === 'push' && choices.phones.length > 0
      ? refuseForDigits(context, ask.user)
      : refuseForMethods(context, 'no-method-for-flow')
  }
  if (appended?.kind === 'digits') return askWithDigits(context, ask)
  return askByFlow(context, ask)
}

/** The person has typed digits after the password, and types them on the phone again. */
function askWithDigits(context: Context, ask: Ask): Promise<Step> | Step {
  const { options, phones } = ask.choices
  const option = options.find(({ method }) => method === 'push')
  if (option !== undefined) return startOption(context, ask, option)
  if (phones.length > 0) return refuseForDigits(context, ask.user)
  const isStopped = context.promptsStopped !== undefined || context.pausedUntilMs !== undefined
  return isStopped
    ? refuseForMethods(context, 'no-method-for-flow')
    : reject(context, 'method-not-allowed')
}

/**
 * Six digits that fit no code may be the person's own. They have been counted as a wrong code all the same, or codes could
 * be guessed without end by someone who knows the password; the yes of the phone ends that count.
 */
export async function askIfOwnDigits(context: Context, ask: Ask, refused: Outcome): Promise<Step> {
  const option = ask.choices.options.find(({ method }) => method === 'push')
  if (option === undefined || ownDigits(context) === undefined) return refused
  const { accounts, clock } = context.parts
  const { lockedUntilMs } = await accounts.load(ask.user.key)
  return lockedUntilMs > clock.nowMs() ? refused : startOption(context, ask, option)
}

/** Says what to type: nothing here can show a number for the phone. */
function refuseForDigits(context: Context, user: User): Outcome {
  if (context.pausedUntilMs !== undefined) return refuseForMethods(context, 'no-method-for-flow')
  const { settings, texts } = context.parts
  const { append } = context.attempt.gateway
  const message = texts.text('digits-missing', user.language, {
    delimiter: append === false ? '' : append.delimiter,
    count: String(settings.numberDigits),
    to: settings.promptPage ?? '',
  })
  return { ...reject(context, 'digits-missing'), message }
}

function askByFlow(context: Context, ask: Ask): Promise<Step> | Step {
  const { choices, user } = ask
  const { gateway } = context.attempt
  switch (gateway.flow) {
    case 'hold': {
      const [first] = heldOptions(choices)
      if (first === undefined) return refuseForMethods(context, 'no-method-for-flow')
      return startOption(context, ask, first)
    }
    case 'append':
      return choices.typed.length === 0 && choices.phones.length > 0
        ? refuseForDigits(context, user)
        : reject(context, 'code-missing')
    case 'code-only':
      return reject(context, 'code-wrong')
    case 'challenge':
      return challengeAtOnce(context, user, choices)
    case 'auto': {
      const held = heldFor(choices, gateway.challenges)
      if (held !== undefined) return startOption(context, ask, held)
      if (!gateway.challenges) {
        return choices.phones.length > 0
          ? refuseForDigits(context, user)
          : refuseForMethods(context, 'no-method-for-flow')
      }
      return challengeAtOnce(context, user, choices)
    }
  }
}

/** A phone's number has to be read first, so that no request is held for it. */
function heldOptions({ options }: Choices): readonly ApproveOption[] {
  return options.flatMap((option) =>
    option.way === 'approve' && option.method !== 'push' ? [option] : [],
  )
}

/**
 * The method that comes before all others that can be used here. Phones that have shown nothing lately come last; their place
 * in a menu stays.
 */
function firstMethod(choices: Choices): Method | undefined {
  const { methods, options, typed } = choices
  const usable = new Set<Method>([...typed, ...options].map(({ method }) => method))
  const others = areSilent(choices) ? methods.filter((method) => method !== 'push') : methods
  return [...others, ...methods].find((method) => usable.has(method))
}

/** Says which phones show nothing, to those who ask why another way came first, and to the person. */
function noteSilence(context: Context, { choices, user }: Ask): void {
  const silent = silentPhones(choices)
  if (silent.length === 0) return
  note(context, 'phone-silent', { names: silent.map(({ id, label }) => label || id).join(', ') })
  for (const phone of silent) context.parts.onSilentPhone(user, phone)
}

/**
 * What a request is held for before anything is asked. A call tells by itself that it wants an answer. A page rings
 * no one: where the gateway can ask, it is waited for only by people for whom it comes before all other ways.
 */
function heldFor(choices: Choices, challenges: boolean): ApproveOption | undefined {
  const { preferred } = choices
  const approving = heldOptions(choices)
  if (!challenges) return approving[0]
  if (preferred !== undefined) return approving.find(({ method }) => method === preferred)
  const first = firstMethod(choices)
  // Its number is shown at once.
  if (first === 'push') return undefined
  return approving.find(({ method }) => method === first || method === 'call')
}

/** The person has nothing that is accepted here. */
export function refuseForNothing(context: Context, { seen }: Choices): Outcome {
  if (seen.length === 0) {
    const { isPortal } = context.attempt.gateway
    // The person has done nothing wrong: it is how a set-up begins.
    return refuseForMethods(context, isPortal ? 'set-up-begins' : 'not-enrolled')
  }
  note(context, 'secret-seen', { methods: seen.map(({ method }) => method).join(', ') })
  return refuseForMethods(context, 'secret-seen')
}

/** What someone has or has not is told only after a proven password (RULES 31). */
function refuseForMethods(
  context: Context,
  reason: 'not-enrolled' | 'set-up-begins' | 'secret-seen' | 'no-method-for-flow',
): Outcome {
  if (!mayPrompt(context.attempt.gateway)) return reject(context, 'prompt-not-allowed')
  const { pausedUntilMs } = context
  return pausedUntilMs === undefined
    ? reject(context, reason)
    : refusePaused(context, pausedUntilMs)
}

/** Says until when, and what ends it at once. */
function refusePaused(context: Context, pausedUntilMs: number): Outcome {
  const { clock, settings, texts } = context.parts
  const minutes = String(Math.max(1, Math.ceil((pausedUntilMs - clock.nowMs()) / 60_000)))
  const refused = reject(context, 'prompts-paused')
  const { promptPage: page = '' } = settings
  const language = context.attempt.language ?? context.user?.language
  return { ...refused, message: texts.text('prompts-paused', language, { minutes, page }) }
}

/** One question: the only thing the person has, or a numbered menu. */
async function challengeAtOnce(context: Context, user: User, choices: Choices): Promise<Outcome> {
  const { texts } = context.parts
  const only = choices.options.length === 1 ? choices.options[0] : undefined
  const preferred = choices.options.find(
    ({ method }) => method === choices.preferred && !(method === 'push' && areSilent(choices)),
  )
  const prefersTyped = choices.typed.some(({ method }) => method === choices.preferred)
  if (choices.options.length === 0 || prefersTyped) {
    const key = context.pausedUntilMs === undefined ? 'enter-code' : 'enter-code-paused'
    return challengeForCode(context, user, texts.text(key, user.language), { wrong: 0 })
  }
  if (only !== undefined && choices.typed.length === 0) return challengeWith(context, user, only)
  if (preferred !== undefined) return challengeWith(context, user, preferred)
  const phone = choices.options.find(({ method }) => method === 'push')
  const isAsked = firstMethod(choices) === 'push' && !context.attempt.gateway.isPortal
  if (phone !== undefined && isAsked) return challengeWith(context, user, phone)
  return challengeForCode(context, user, menuText(context, user, choices), { wrong: 0 })
}

/** Starts an option and asks at once for what comes back. */
async function challengeWith(context: Context, user: User, option: Option): Promise<Outcome> {
  const refused = await refusePrompt(context)
  if (refused !== undefined) return refused
  if (option.way === 'send') return sendAndAsk(context, user, option, undefined, 0)
  const { clock, settings } = context.parts
  context.method = option.method
  if (context.attempt.gateway.isPortal) context.ringing = option.key
  const opened = await openApproval(context, user, option, clock.nowMs() + settings.promptMs)
  if (opened.kind !== 'opened') return opened
  const { method, to } = option
  const number = method === 'push' ? await numberOf(context, user, opened.promptId) : {}
  return challengeToWait(context, user, opened.promptId, { method, to, ...number })
}

/** Starts the option the person, or the flow, has chosen: a call holds the request, a code is sent and asked for. */
export async function startOption(
  context: Context,
  { user, typedPassword }: Ask,
  option: Option,
  previous?: SentCode,
  wrong = 0,
): Promise<Step> {
  const { gateway } = context.attempt
  const refused = await refusePrompt(context)
  if (refused !== undefined) return refused
  if (option.way === 'send') {
    if (!gateway.challenges || gateway.flow === 'hold') return reject(context, 'no-method-for-flow')
    return sendAndAsk(context, user, option, previous, wrong)
  }
  // Its page shows at once that the phone rings, and waits then.
  const showsNumber = option.method === 'push' && phoneWay(context) === 'number'
  if (gateway.isPortal || showsNumber) return challengeWith(context, user, option)
  const lateKeys = gateway.flow === 'auto' ? lateKeysOf(context, user, option, typedPassword) : []
  return hold(context, user, option, atMargin(context, lateKeys), lateKeys)
}

function atMargin(context: Context, lateKeys: readonly string[]): AtMargin {
  const { gateway } = context.attempt
  if (gateway.challenges && gateway.flow !== 'hold' && gateway.flow !== 'append') return 'challenge'
  return lateKeys.length === 0 ? 'reject' : 'reject-and-keep'
}

async function sendAndAsk(
  context: Context,
  user: User,
  option: SendOption,
  previous: SentCode | undefined,
  wrong: number,
): Promise<Outcome> {
  const { texts, settings } = context.parts
  context.method = option.method
  if (previous !== undefined && previous.times >= settings.sentCode[option.method].times)
    return reject(context, 'prompt-limit')
  const opened = await sendCode(context, user, option, previous)
  if (opened.kind !== 'opened') return opened
  const message = texts.text(`enter-code-${option.method}`, user.language, { to: option.to })
  const { promptId, sent } = opened
  return challengeForCode(context, user, message, {
    promptId,
    wrong,
    ...(sent === undefined ? {} : { sent }),
  })
}

/** Whether this gateway may have people asked: see `mayPrompt`, and no fraud was reported there (RULES 4). */
async function refusePrompt(context: Context): Promise<Outcome | undefined> {
  const { gateway } = context.attempt
  if (gateway.firstFactor.kind !== 'none') return undefined
  if (!mayPrompt(gateway)) return reject(context, 'prompt-not-allowed')
  const account = await context.parts.accounts.load(gatewayAccount(gateway.name))
  return account.blocked === undefined ? undefined : reject(context, 'prompt-not-allowed')
}
