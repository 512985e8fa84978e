import { createHash } from 'node:crypto'
import {
  type Authenticator,
  type EmailAuthenticator,
  type Method,
  maskEmail,
  maskPhone,
  type PasskeyAuthenticator,
  type PhoneAuthenticator,
  type PushAuthenticator,
  type User,
} from '../../accounts/index.ts'
import type { GatewayRules } from '../attempt.ts'
import {
  type Context,
  needsBoundDevice,
  needsUserVerification,
  refusesSeenSecrets,
} from '../context.ts'
import type { MethodOrder } from './method-order.ts'
import { ownDigits, phoneWay } from './own-digits.ts'
import { type ContactMethod, type PromptedMethod, type Word, words } from './words.ts'

type Numbered = {
  /** From 1, in the order of the menu. */
  readonly number: number
  /** Names method and authenticator whatever the order; 8 characters, so that a State can hold it. */
  readonly key: string
  /** Masked number or address; for a page, its address. */
  readonly to: string
}

/** A code is sent and typed back. */
export type SendOption = Numbered & {
  readonly way: 'send'
  readonly method: ContactMethod
  readonly authenticator: PhoneAuthenticator | EmailAuthenticator
}

/** The person says yes: on the phone, or on a page with any of their passkeys. */
export type ApproveOption = Numbered & { readonly way: 'approve' } & (
    | { readonly method: 'call'; readonly authenticator: PhoneAuthenticator }
    | {
        readonly method: 'passkey'
        readonly authenticator: PasskeyAuthenticator
        /** All that may sign here. */
        readonly passkeys: readonly PasskeyAuthenticator[]
      }
    | {
        readonly method: 'push'
        readonly authenticator: PushAuthenticator
        /** All that may sign here, after the number was typed there. */
        readonly phones: readonly PushAuthenticator[]
        /** They may sign it as well, and no number is typed: not everyone can read one off and type it. */
        readonly passkeys: readonly PasskeyAuthenticator[]
      }
  )

/** What is answered on a page of ours. */
export type PageOption = Extract<ApproveOption, { readonly method: 'passkey' | 'push' }>

/** One way to ask the person, as numbered in the menu. */
export type Option = SendOption | ApproveOption

/** What this person can use here. */
export type Choices = {
  readonly methods: readonly Method[]
  /** All that the person has, allowed here or not. */
  readonly enrolled: readonly Authenticator[]
  /** What could be used here if a rule did not forbid it, since an administrator saw its secret (PEOPLE R24). */
  readonly seen: readonly Authenticator[]
  /** The person's own preference: started without a menu. */
  readonly preferred: Method | undefined
  /** Authenticators whose codes are read off and typed. */
  readonly typed: readonly Authenticator[]
  readonly options: readonly Option[]
  /** Passkeys that may sign here, on a page of ours. */
  readonly passkeys: readonly PasskeyAuthenticator[]
  /** Phones that may sign here: at once where they are among the options, otherwise with digits of the person's own. */
  readonly phones: readonly PushAuthenticator[]
}

/** The person's authenticators that are allowed here, preferred methods first; the same list every time, so that menu numbers hold. */
export async function loadChoices(
  context: Context,
  user: User,
  policy: MethodOrder,
): Promise<Choices> {
  return choicesOf(context, await enrolledOf(context, user), policy)
}

/** All that the person has, what the directory holds after what was enrolled. */
export async function enrolledOf(
  { attempt, parts }: Context,
  user: User,
): Promise<readonly Authenticator[]> {
  const enrolled = await parts.authenticators.list(user.key)
  return [...enrolled, ...fromDirectory(contactsOf(attempt.gateway, user), enrolled)]
}

/** At the portal a mailbox, which opens with the same password, and numbers of anyone's choice open nothing. */
function contactsOf({ isPortal, trustsDirectoryPhones }: GatewayRules, user: User): User {
  if (!isPortal) return user
  const { email: _, ...others } = user
  return trustsDirectoryPhones ? others : { ...others, phones: [] }
}

function choicesOf(
  context: Context,
  all: readonly Authenticator[],
  { methods, preferred }: MethodOrder,
): Choices {
  const typed: Authenticator[] = []
  const options: Option[] = []
  const passkeys: PasskeyAuthenticator[] = []
  const phones: PushAuthenticator[] = []
  const seen: Authenticator[] = []
  const refusesSeen = refusesSeenSecrets(context)
  for (const method of methods) {
    for (const authenticator of all) {
      if (authenticator.method !== method || !mayBeUsed(context, authenticator)) continue
      if (refusesSeen && authenticator.shownToAgent === true) {
        seen.push(authenticator)
        continue
      }
      switch (authenticator.method) {
        case 'totp':
        case 'hotp':
        case 'recovery':
          typed.push(authenticator)
          break
        case 'email':
        case 'sms':
        case 'call': {
          const option = contactOption(context, authenticator, options.length + 1)
          if (option !== undefined && !isLeftOut(context, authenticator)) options.push(option)
          break
        }
        case 'passkey': {
          if (isLeftOut(context, authenticator)) break
          // One prompt is for all of them: whichever is at hand may sign.
          passkeys.push(authenticator)
          const number = options.length + 1
          const option = passkeys.length > 1 ? undefined : pageOption(context, passkeys, number)
          if (option !== undefined) options.push(option)
          break
        }
        case 'push': {
          phones.push(authenticator)
          const number = options.length + 1
          const option =
            phones.length > 1 ? undefined : phoneOption(context, { phones, passkeys }, number)
          if (option !== undefined) options.push(option)
        }
      }
    }
  }
  const asked = asksPhones(context) ? phones : []
  return { methods, enrolled: all, seen, preferred, typed, options, passkeys, phones: asked }
}

function contactOption(
  context: Context,
  authenticator: PhoneAuthenticator | EmailAuthenticator,
  number: number,
): Option | undefined {
  if (!mayAsk(context)) return undefined
  const { approvals, sent } = context.parts
  const key = keyOf(authenticator)
  if (authenticator.method === 'call' && approvals.has('call')) {
    const to = maskPhone(authenticator.phone)
    return { number, key, to, way: 'approve', method: 'call', authenticator }
  }
  if (!sent.has(authenticator.method)) return undefined
  const to =
    'phone' in authenticator ? maskPhone(authenticator.phone) : maskEmail(authenticator.address)
  return { number, key, to, way: 'send', method: authenticator.method, authenticator }
}

/** The portal's own page asks for a signature at once: no prompt is needed there. */
function pageOption(
  context: Context,
  passkeys: readonly PasskeyAuthenticator[],
  number: number,
): Option | undefined {
  const { attempt, parts } = context
  const { promptPage } = parts.settings
  const isOffered = parts.approvals.has('passkey') && promptPage !== undefined
  const [authenticator] = passkeys
  if (authenticator === undefined || !isOffered) return undefined
  if (attempt.gateway.isPortal || !mayAsk(context)) return undefined
  const common = { number, key: keyOf(authenticator), to: promptPage, way: 'approve' } as const
  return { ...common, method: 'passkey', authenticator, passkeys }
}

/**
 * A phone is asked only where the person types there what the sign-in shows, or what they have typed there themselves:
 * without it they would say yes to what they cannot tell apart (PEOPLE R10).
 */
function phoneOption(
  context: Context,
  asked: Pick<Extract<PageOption, { readonly method: 'push' }>, 'phones' | 'passkeys'>,
  number: number,
): Option | undefined {
  const { promptPage } = context.parts.settings
  const [authenticator] = asked.phones
  if (authenticator === undefined || promptPage === undefined || !asksPhones(context)) {
    return undefined
  }
  if (phoneWay(context) === 'own-digits' && ownDigits(context) === undefined) return undefined
  const common = { number, key: keyOf(authenticator), to: promptPage, way: 'approve' } as const
  return { ...common, method: 'push', authenticator, ...asked }
}

/** Whether a phone can be asked about this request, at once or with digits of the person's own. */
function asksPhones(context: Context): boolean {
  const { approvals, settings } = context.parts
  const isOffered = approvals.has('push') && settings.promptPage !== undefined
  return isOffered && phoneWay(context) !== undefined && mayAsk(context)
}

/** Whether nothing at all can be used here. */
export function hasNothing(
  { attempt }: Pick<Context, 'attempt'>,
  { options, passkeys, phones, typed }: Choices,
): boolean {
  const canSign = attempt.gateway.isPortal === true && passkeys.length > 0
  const canAsk = options.length > 0 || phones.length > 0
  return typed.length === 0 && !canAsk && !canSign
}

/** What a rule asks of an authenticator besides its method. */
function mayBeUsed(context: Context, authenticator: Authenticator): boolean {
  if (needsUserVerification(context) && !verifiesUser(context, authenticator)) return false
  return !needsBoundDevice(context) || isDeviceBound(authenticator)
}

function isDeviceBound(authenticator: Authenticator): boolean {
  return authenticator.method === 'passkey' && authenticator.isDeviceBound
}

/**
 * Whether it proves who answers: a passkey, which always does, or a call that wants a PIN. A code that is read off proves
 * that someone has it.
 */
function verifiesUser({ parts }: Context, authenticator: Authenticator): boolean {
  const { method } = authenticator
  if (method === 'passkey') return true
  return method === 'call' && parts.approvals.has('call') && authenticator.pin !== undefined
}

/**
 * Whether something was set up, or the directory holds a contact that a provider reaches, whichever methods are allowed
 * here.
 */
export function hasSomething({ parts }: Context, enrolled: readonly Authenticator[]): boolean {
  return enrolled.some(
    ({ id, method }) => !id.startsWith(ofDirectory) || isReachable(parts, method),
  )
}

function isReachable({ approvals, sent }: Context['parts'], method: Method): boolean {
  return !isPrompted(method) || sent.has(method) || approvals.has(method)
}

/** Every method the person could be asked for, at whichever gateway allows it. */
export async function usableMethods(context: Context, user: User): Promise<ReadonlySet<Method>> {
  const { parts } = context
  const all = (await enrolledOf(context, user)).map(({ method }) => method)
  return new Set(all.filter((method) => isReachable(parts, method)))
}

function isPrompted(method: Method): boolean {
  return Object.values<Method>(words).includes(method)
}

/** Names an authenticator whatever its place in a menu; 8 characters. */
export function keyOf({ method, id }: Authenticator): string {
  return createHash('sha256').update(`${method}:${id}`).digest('base64url').slice(0, 8)
}

/**
 * Whether people may be asked at all, here and now. A pause stops every way to ask, so that no text or call takes the
 * place of what was refused (PEOPLE R12).
 */
function mayAsk({ attempt, pausedUntilMs, promptsStopped }: Context): boolean {
  const isStopped = promptsStopped !== undefined || pausedUntilMs !== undefined
  return !isStopped && mayPrompt(attempt.gateway)
}

function isLeftOut({ attempt }: Context, { id }: Authenticator): boolean {
  const { promptsOnly } = attempt.gateway
  return promptsOnly !== undefined && promptsOnly !== id
}

/** Nothing rings or is sent before the password is proven, unless the gateway vouches for it (RULES 4). */
export function mayPrompt({ firstFactor }: GatewayRules): boolean {
  return firstFactor.kind !== 'none' || firstFactor.promptWithoutPassword
}

/** How ids of what the directory holds begin. */
const ofDirectory = 'directory:'

/** Numbers and address that the directory holds, for methods the person has not enrolled. */
function fromDirectory(user: User, enrolled: readonly Authenticator[]): readonly Authenticator[] {
  const lacks = (method: Method) => enrolled.every((each) => each.method !== method)
  const common = { userKey: user.key, label: '', createdAtMs: 0 }
  const found: Authenticator[] = []
  for (const method of ['sms', 'call'] as const) {
    if (!lacks(method)) continue
    for (const phone of user.phones) {
      found.push({ ...common, id: `${ofDirectory}${method}:${phone}`, method, phone })
    }
  }
  if (user.email !== undefined && lacks('email')) {
    found.push({
      ...common,
      id: `${ofDirectory}email:${user.email}`,
      method: 'email',
      address: user.email,
    })
  }
  return found
}

/** The words that name one of these options, in lower case. */
export function wordsFor(options: readonly Option[]): readonly string[] {
  return Object.entries(words).flatMap(([word, method]) =>
    namedBy(options, method).flatMap((_, at) =>
      at === 0 ? [word, `${word}1`] : [`${word}${at + 1}`],
    ),
  )
}

/** The option a word names, if the person has it. */
export function optionByWord(choices: Choices, { method, nth }: Word): Option | undefined {
  return namedBy(choices.options, method)[nth - 1]
}

/** People who have no phone of their own here say "push" and mean the call. */
function namedBy(options: readonly Option[], method: PromptedMethod): readonly Option[] {
  const named = options.filter((option) => option.method === method)
  return method === 'push' && named.length === 0
    ? options.filter((option) => option.method === 'call')
    : named
}

/** The option through which a code was sent. */
export function sentOption({ options }: Choices, key: string | undefined): SendOption | undefined {
  for (const option of options) if (option.way === 'send' && option.key === key) return option
  return undefined
}
