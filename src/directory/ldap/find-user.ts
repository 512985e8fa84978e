import type { Entry } from 'ldapts'
import type { User } from '../../accounts/index.ts'
import type { Resolved, UnusablePhone } from '../../signin/index.ts'
import { readPhones } from '../names/read-phones.ts'
import type { LdapConnection } from './connections/connection.ts'
import { bytesValue, textValue, textValues } from './entries/entry.ts'
import { allOf, type Filter } from './entries/filters.ts'
import { isGuidText } from './entries/guid.ts'
import { lastSeenAttributes, readLastSeen } from './entries/last-seen.ts'
import { everybodyFilter } from './entries/people-filter.ts'
import { readReplyAttributes } from './entries/reply-attributes.ts'
import { hasId, idAttribute, readId } from './entries/stable-id.ts'
import type { GroupFinder } from './groups/find-groups.ts'
import type { ForeignGroups } from './groups/foreign-groups.ts'
import type { GroupPins } from './groups/pins.ts'
import type { Reading } from './lockout/shield-memory.ts'
import { readWrongPasswords } from './lockout/wrong-passwords.ts'
import { accountAttribute } from './names/login-attributes.ts'
import type { LdapSettings } from './options.ts'

export type FoundUser =
  /**
   * `sinceMs`: when the oldest of what is told about them was learnt. `reading`: what was asked for
   * with `further`.
   */
  | {
      readonly kind: 'user'
      readonly user: User
      readonly sinceMs: number
      readonly reading: Reading
      readonly unusablePhones: readonly UnusablePhone[]
    }
  | Extract<Resolved, { kind: 'unknown' | 'ambiguous' }>

/** Finds the one person a filter fits, with everything a sign-in wants to know about them. */
export type UserFinder = (connection: LdapConnection, filter: Filter) => Promise<FoundUser>

/**
 * `namesOf`: what rules may call a group. `foreignGroups`: names of groups of other domains. `further`: attributes that a
 * search asks for as well.
 */
export function createUserFinder(
  settings: LdapSettings,
  findGroups: GroupFinder,
  namesOf: GroupPins['namesOf'],
  foreignGroups: ForeignGroups['of'],
  further: () => readonly string[],
): UserFinder {
  const people = everybodyFilter(settings)
  const isAd = settings.kind === 'ad'
  const attributes = [
    ...[
      idAttribute(settings),
      accountAttribute(settings),
      ...settings.loginAttributes,
      'displayName',
      'mail',
      'preferredLanguage',
    ],
    ...(isAd ? ['objectSid', 'primaryGroupID', ...lastSeenAttributes] : []),
    ...settings.phoneAttributes,
    ...settings.replyAttributes,
  ]

  async function toUser(connection: LdapConnection, entry: Entry): Promise<FoundUser> {
    const id = readId(settings, entry)
    const name = nameOf(settings, entry)
    if (id === undefined || name === undefined) {
      return { kind: 'unknown', problem: { kind: 'unreadable' } }
    }
    const known = await findGroups(connection, {
      dn: entry.dn,
      // Only the name of an account is a member: others could write another attribute.
      loginName: textValue(entry, accountAttribute(settings)),
      primaryGroup: primaryGroupOf(entry),
    })
    const { groups, sinceMs } = known
    const attributes = readReplyAttributes(entry, settings.replyAttributes)
    const numbers = settings.phoneAttributes.flatMap((name) => textValues(entry, name))
    const phones = await readPhones(numbers, settings.defaultRegion)
    const language = readLanguage(textValue(entry, 'preferredLanguage'))
    const email = textValue(entry, 'mail')
    const lastSeenMs = isAd ? readLastSeen(entry) : undefined
    const user = {
      key: `${settings.name}:${id}`,
      directory: settings.name,
      name,
      displayName: textValue(entry, 'displayName') ?? name,
      groups: [...new Set([...groups.flatMap(namesOf), ...foreignGroups(entry, known)])],
      groupNames: [...new Set(groups.map(({ cn }) => cn))],
      ...(attributes === undefined ? {} : { attributes }),
      phones: phones.numbers,
      dn: entry.dn,
      ...(language === undefined ? {} : { language }),
      ...(email === undefined ? {} : { email }),
      ...(lastSeenMs === undefined ? {} : { lastSeenMs }),
    }
    const reading = { server: connection.url, wrongPasswords: readWrongPasswords(entry) }
    return { kind: 'user', user, sinceMs, reading, unusablePhones: phones.unusable }
  }

  return async (connection, filter) => {
    const entries = await connection.search({
      base: settings.baseDn,
      scope: 'sub',
      // The name first: Samba reads the candidates of each part until one is left.
      filter: allOf(filter, people),
      attributes: [...new Set([...attributes, ...further()])],
      binary: ['objectGUID', 'objectSid'],
      limit: 2,
    })
    const [entry, another] = entries
    if (another) return { kind: 'ambiguous' }
    return entry ? toUser(connection, entry) : { kind: 'unknown' }
  }
}

/** The filter for the stable part of a `User.key`, or undefined where it has not the form of one. */
export function keyFilter(settings: LdapSettings, userKey: string): Filter | undefined {
  const prefix = `${settings.name}:`
  const id = userKey.slice(prefix.length)
  if (!userKey.startsWith(prefix) || !isGuidText(id)) return undefined
  return hasId(settings, id)
}

/** The primary group's SID; undefined where the directory does not show what it is made of. */
function primaryGroupOf(entry: Entry): Buffer | undefined {
  const sid = bytesValue(entry, 'objectSid')
  const rid = Number(textValue(entry, 'primaryGroupID'))
  return sid && sid.length >= 12 && Number.isInteger(rid) ? withRid(sid, rid) : undefined
}

/** `rid` (last 4 bytes, little-endian) in place of the last sub-authority of a SID (MS-DTYP 2.4.2.2). */
function withRid(sid: Buffer, rid: number): Buffer {
  const changed = Buffer.from(sid)
  changed.writeUInt32LE(rid, changed.length - 4)
  return changed
}

/** The name of the account; where there is none, as in some directories, what people sign in with. */
function nameOf(settings: LdapSettings, entry: Entry): string | undefined {
  return [accountAttribute(settings), ...settings.loginAttributes]
    .map((attribute) => textValue(entry, attribute))
    .find((name) => name !== undefined)
}

/** preferredLanguage is written like Accept-Language (RFC 2798 2.7): the first one counts. */
function readLanguage(written: string | undefined): string | undefined {
  const first = written?.split(/[,;]/)[0]?.trim()
  if (!first) return undefined
  try {
    return Intl.getCanonicalLocales(first)[0]
  } catch {
    return undefined
  }
}
