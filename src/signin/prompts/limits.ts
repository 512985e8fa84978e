import type {
  Authenticator,
  EmailAuthenticator,
  LimitedUse,
  PasskeyAuthenticator,
  PhoneAuthenticator,
  PushAuthenticator,
  User,
} from '../../accounts/index.ts'
import { type Context, note } from '../context.ts'
import type { SignInParts } from '../parts.ts'
import type { Option } from '../usable/choices.ts'

const hourMs = 3_600_000
/** So many prompts an hour for each person whose number begins in the same way are not pumping (RULES 41). */
const perPersonHour = 3

type LimitParts = Pick<SignInParts, 'authenticators' | 'limits' | 'clock'> & {
  readonly settings: Pick<SignInParts['settings'], 'promptLimits'>
}

/** Counts one prompt of this person through this option; false where a limit is reached, and then none is counted. */
export async function takePrompt(context: Context, user: User, option: Option): Promise<boolean> {
  const reached = await countPrompt(context.parts, user.key, option.authenticator)
  if (reached !== undefined) note(context, 'limit', { key: reached.split(':', 2).join(':') })
  return reached === undefined
}

/** Counts one prompt of a person, or gives the limit that is reached, and then none is counted. */
export async function countPrompt(
  { authenticators, limits, clock, settings }: LimitParts,
  userKey: string,
  authenticator: PhoneAuthenticator | EmailAuthenticator | PasskeyAuthenticator | PushAuthenticator,
): Promise<string | undefined> {
  const { perUserHour, perNumberHour, perPrefixHour, perDay } = settings.promptLimits
  const to = addressOf(authenticator)
  const ofUser = { key: userLimit(userKey), limit: perUserHour, windowMs: hourMs }
  if (authenticator.method === 'passkey' || authenticator.method === 'push') {
    // It costs nothing, but many of them tire people into saying yes (PEOPLE R12).
    const taken = await limits.take([ofUser], clock.nowMs())
    return taken.ok ? undefined : taken.key
  }
  const uses = [
    ofUser,
    { key: addressLimit(to), limit: perNumberHour, windowMs: hourMs },
    { key: 'prompts:day', limit: perDay, windowMs: 24 * hourMs },
  ]
  const prefix = authenticator.method === 'email' ? undefined : to.slice(0, -4)
  const upTo = (limit: number): readonly LimitedUse[] =>
    prefix === undefined ? uses : [...uses, { key: prefixLimit(prefix), limit, windowMs: hourMs }]

  let taken = await limits.take(upTo(perPrefixHour), clock.nowMs())
  if (!taken.ok && prefix !== undefined && taken.key === prefixLimit(prefix)) {
    // Only now, since it looks at every number.
    const limit = perPersonHour * (await authenticators.countPeople(prefix))
    if (limit > perPrefixHour) taken = await limits.take(upTo(limit), clock.nowMs())
  }
  return taken.ok ? undefined : taken.key
}

/** The limits that one person can use up; those of prefix and day belong to all. */
export function ownPromptLimits(
  { key, phones = [], email }: Pick<User, 'key'> & Partial<User>,
  enrolled: readonly Authenticator[],
): readonly string[] {
  const addresses = [
    ...phones,
    ...(email === undefined ? [] : [email]),
    ...enrolled.map(addressOf).filter((address) => address !== ''),
  ]
  return [userLimit(key), takeOverLimit(key).key, ...new Set(addresses.map(addressLimit))]
}

/**
 * How often an open sign-in of a person is taken over in an hour (RULES 44): without a limit, someone who knows the
 * password could end each one before its code is typed.
 */
export function takeOverLimit(userKey: string): LimitedUse {
  return { key: `take-overs:${userKey}`, limit: 10, windowMs: hourMs }
}

function addressOf(authenticator: Authenticator): string {
  if ('phone' in authenticator) return authenticator.phone
  return authenticator.method === 'email' ? authenticator.address : ''
}

function userLimit(userKey: string): string {
  return `prompts:user:${userKey}`
}

function addressLimit(address: string): string {
  return `prompts:to:${address}`
}

function prefixLimit(prefix: string): string {
  return `prompts:prefix:${prefix}`
}
