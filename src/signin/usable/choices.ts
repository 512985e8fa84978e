import { createHash } from 'node:crypto'
import {
  type Authenticator,
  type EmailAuthenticator,
  type Method,
  maskEmail,
  maskPhone,
  type PhoneAuthenticator,
  type User,
} from '../../accounts/index.ts'
import type { GatewayRules } from '../attempt.ts'
import { type Context, needsUserVerification } from '../context.ts'
import type { MethodOrder } from './method-order.ts'
import { type PromptedMethod, type Word, words } from './words.ts'

/** One way to ask the person, as numbered in the menu. */
export type Option = {
  /** From 1, in the order of the menu. */
  readonly number: number
  /** Names method and authenticator whatever the order; 8 characters, so that a State can hold it. */
  readonly key: string
  readonly method: PromptedMethod
  /** `approve`: the person says yes. `send`: a code is sent and typed back. */
  readonly way: 'approve' | 'send'
  readonly authenticator: PhoneAuthenticator | EmailAuthenticator
  /** Masked number or address. */
  readonly to: string
}

/** What this person can use here. */
export type Choices = {
  readonly methods: readonly Method[]
  /** All that the person has, allowed here or not. */
  readonly enrolled: readonly Authenticator[]
  /** The person's own preference: started without a menu. */
  readonly preferred: Method | undefined
  /** Authenticators whose codes are read off and typed. */
  readonly typed: readonly Authenticator[]
  readonly options: readonly Option[]
}

/** The person's authenticators that are allowed here, preferred methods first; the same list every time, so that menu numbers hold. */
export async function loadChoices(
  context: Context,
  user: User,
  policy: MethodOrder,
): Promise<Choices> {
  return choicesOf(context, await enrolledOf(context, user), policy)
}

/** All that the person has, what the directory holds behind what was enrolled. */
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
  const mayBeUsed = needsUserVerification(context) ? verifiesUser : () => true
  for (const method of methods) {
    for (const authenticator of all) {
      if (authenticator.method !== method || !mayBeUsed(context, authenticator)) continue
      switch (authenticator.method) {
        case 'totp':
        case 'hotp':
        case 'recovery':
          typed.push(authenticator)
          break
        case 'email':
        case 'sms':
        case 'call': {
          const way = wayOf(context, authenticator.method)
          if (way === undefined || isLeftOut(context, authenticator)) break
          const to =
            authenticator.method === 'email'
              ? maskEmail(authenticator.address)
              : maskPhone(authenticator.phone)
          const number = options.length + 1
          const key = keyOf(authenticator)
          options.push({ number, key, method: authenticator.method, way, authenticator, to })
          break
        }
      }
    }
  }
  return { methods, enrolled: all, preferred, typed, options }
}

/** Whether it proves who answers: a call that wants a PIN. A code that is read off proves that somebody has it. */
function verifiesUser({ parts }: Context, authenticator: Authenticator): boolean {
  const { method } = authenticator
  return method === 'call' && parts.approval !== undefined && authenticator.pin !== undefined
}

/** Every method the person could be asked for, at whichever gateway allows it. */
export async function usableMethods(context: Context, user: User): Promise<ReadonlySet<Method>> {
  const { parts } = context
  const all = (await enrolledOf(context, user)).map(({ method }) => method)
  const isReachable = (method: Method) =>
    !(method === 'sms' || method === 'call' || method === 'email') ||
    parts.sent.has(method) ||
    (method === 'call' && parts.approval !== undefined)
  return new Set(all.filter(isReachable))
}

/** Names an authenticator whatever its place in a menu; 8 characters. */
export function keyOf({ method, id }: Authenticator): string {
  return createHash('sha256').update(`${method}:${id}`).digest('base64url').slice(0, 8)
}

function wayOf(context: Context, method: PromptedMethod): Option['way'] | undefined {
  if (context.promptsStopped || !mayPrompt(context.attempt.gateway)) return undefined
  if (method === 'call' && context.parts.approval !== undefined) return 'approve'
  return context.parts.sent.has(method) ? 'send' : undefined
}

function isLeftOut({ attempt }: Context, { id }: Authenticator): boolean {
  const { promptsOnly } = attempt.gateway
  return promptsOnly !== undefined && promptsOnly !== id
}

/** Nothing rings or is sent before the password is proven, unless the gateway vouches for it (RULES 4). */
export function mayPrompt({ firstFactor }: GatewayRules): boolean {
  return firstFactor.kind !== 'none' || firstFactor.promptWithoutPassword
}

/** Numbers and address that the directory holds, for methods the person has not enrolled. */
function fromDirectory(user: User, enrolled: readonly Authenticator[]): readonly Authenticator[] {
  const lacks = (method: Method) => enrolled.every((each) => each.method !== method)
  const common = { userKey: user.key, label: '', createdAtMs: 0 }
  const found: Authenticator[] = []
  for (const method of ['sms', 'call'] as const) {
    if (!lacks(method)) continue
    for (const phone of user.phones) {
      found.push({ ...common, id: `directory:${method}:${phone}`, method, phone })
    }
  }
  if (user.email !== undefined && lacks('email')) {
    found.push({
      ...common,
      id: `directory:email:${user.email}`,
      method: 'email',
      address: user.email,
    })
  }
  return found
}

/** The words that name one of these options, in lower case. */
export function wordsFor(options: readonly Option[]): readonly string[] {
  return Object.entries(words).flatMap(([word, method]) =>
    options
      .filter((option) => option.method === method)
      .flatMap((_, at) => (at === 0 ? [word, `${word}1`] : [`${word}${at + 1}`])),
  )
}

/** The option a word names, if the person has it. */
export function optionByWord(choices: Choices, { method, nth }: Word): Option | undefined {
  return choices.options.filter((option) => option.method === method)[nth - 1]
}
