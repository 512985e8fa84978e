import type { Entry } from 'ldapts'
import type { User } from '../../accounts/index.ts'
import type { Resolved, UnusablePhone } from '../../signin/index.ts'
import type { LdapConnection } from './connections/connection.ts'
import { bytesValue, textValue } from './entries/entry.ts'
import { allOf, type Filter } from './entries/filters.ts'
import { isGuidText } from './entries/guid.ts'
import { everybodyFilter } from './entries/people-filter.ts'
import { hasId } from './entries/stable-id.ts'
import type { GroupFinder } from './groups/find-groups.ts'
import type { ForeignGroups } from './groups/foreign-groups.ts'
import type { GroupPins } from './groups/pins.ts'
import type { Reading } from './lockout/shield-memory.ts'
import { readWrongPasswords } from './lockout/wrong-passwords.ts'
import { accountAttribute } from './names/login-attributes.ts'
import type { LdapSettings } from './options.ts'
import { personAttributes, personBytes, readPerson } from './people/person.ts'

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
  const attributes = personAttributes(settings)

  async function toUser(connection: LdapConnection, entry: Entry): Promise<FoundUser> {
    const person = await readPerson(settings, entry)
    if (person === undefined) return { kind: 'unknown', problem: { kind: 'unreadable' } }
    const known = await findGroups(connection, {
      dn: entry.dn,
      // Only the name of an account is a member: others could write another attribute.
      loginName: textValue(entry, accountAttribute(settings)),
      primaryGroup: primaryGroupOf(entry),
    })
    const { groups, sinceMs } = known
    const user = {
      ...person.user,
      groups: [...new Set([...groups.flatMap(namesOf), ...foreignGroups(entry, known)])],
      groupNames: [...new Set(groups.map(({ cn }) => cn))],
    }
    const reading = { server: connection.url, wrongPasswords: readWrongPasswords(entry) }
    return { kind: 'user', user, sinceMs, reading, unusablePhones: person.unusablePhones }
  }

  return async (connection, filter) => {
    const entries = await connection.search({
      base: settings.baseDn,
      scope: 'sub',
      // The name first: Samba reads the candidates of each part until one is left.
      filter: allOf(filter, people),
      attributes: [...new Set([...attributes, ...further()])],
      binary: personBytes,
      limit: 2,
    })
    const [entry, another] = entries
    if (another) return { kind: 'ambiguous' }
    return entry ? toUser(connection, entry) : { kind: 'unknown' }
  }
}

/** The filter for the stable part of a `User.key`, or undefined where it does not have the form of one. */
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
