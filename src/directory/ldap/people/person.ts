import type { Entry } from 'ldapts'
import type { User } from '../../../accounts/index.ts'
import type { UnusablePhone } from '../../../signin/index.ts'
import { readPhones } from '../../names/read-phones.ts'
import { textValue, textValues } from '../entries/entry.ts'
import { lastSeenAttributes, readLastSeen } from '../entries/last-seen.ts'
import { readReplyAttributes } from '../entries/reply-attributes.ts'
import { idAttribute, readId } from '../entries/stable-id.ts'
import { accountAttribute } from '../names/login-attributes.ts'
import type { LdapSettings } from '../options.ts'

/** A person as their entry alone tells; groups are asked for apart. */
export type PersonEntry = {
  readonly user: Omit<User, 'groups' | 'groupNames'>
  readonly unusablePhones: readonly UnusablePhone[]
}

/** Attributes of a person that `readPerson` wants. */
export function personAttributes(settings: LdapSettings): readonly string[] {
  return [
    ...[
      idAttribute(settings),
      accountAttribute(settings),
      ...settings.loginAttributes,
      'displayName',
      'mail',
      'preferredLanguage',
    ],
    ...(settings.kind === 'ad' ? ['objectSid', 'primaryGroupID', ...lastSeenAttributes] : []),
    ...settings.phoneAttributes,
    ...settings.replyAttributes,
  ]
}

/** Those of them that are bytes. */
export const personBytes: readonly string[] = ['objectGUID', 'objectSid']

/** Undefined where the name or the id may not be read. */
export async function readPerson(
  settings: LdapSettings,
  entry: Entry,
): Promise<PersonEntry | undefined> {
  const id = readId(settings, entry)
  const name = nameOf(settings, entry)
  if (id === undefined || name === undefined) return undefined
  const attributes = readReplyAttributes(entry, settings.replyAttributes)
  const numbers = settings.phoneAttributes.flatMap((attribute) => textValues(entry, attribute))
  const phones = await readPhones(numbers, settings.defaultRegion)
  const language = readLanguage(textValue(entry, 'preferredLanguage'))
  const email = textValue(entry, 'mail')
  const lastSeenMs = settings.kind === 'ad' ? readLastSeen(entry) : undefined
  const user = {
    key: `${settings.name}:${id}`,
    directory: settings.name,
    name,
    displayName: textValue(entry, 'displayName') ?? name,
    ...(attributes === undefined ? {} : { attributes }),
    phones: phones.numbers,
    dn: entry.dn,
    ...(language === undefined ? {} : { language }),
    ...(email === undefined ? {} : { email }),
    ...(lastSeenMs === undefined ? {} : { lastSeenMs }),
  }
  return { user, unusablePhones: phones.unusable }
}

/** The name of the account; where there is none, as in some directories, what people sign in with. */
function nameOf(settings: LdapSettings, entry: Entry): string | undefined {
  return [accountAttribute(settings), ...settings.loginAttributes]
    .map((attribute) => textValue(entry, attribute))
    .find((name) => name !== undefined)
}

/** preferredLanguage is written like Accept-Language (RFC 2798 2.7): the first one is used. */
export function readLanguage(written: string | undefined): string | undefined {
  const first = written?.split(/[,;]/)[0]?.trim()
  if (!first) return undefined
  try {
    return Intl.getCanonicalLocales(first)[0]
  } catch {
    return undefined
  }
}
