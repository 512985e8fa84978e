import type { Entry } from 'ldapts'
import type { GroupReference } from '../../../signin/index.ts'
import { DirectoryError } from '../../errors.ts'
import type { LdapConnection, SearchQuery } from '../connections/connection.ts'
import { textValue } from '../entries/entry.ts'
import { allOf, anyOf, equals, type Filter, has, hasBits } from '../entries/filters.ts'
import { sidOf } from '../entries/sid.ts'
import { hasId, idAttribute, readId } from '../entries/stable-id.ts'
import type { LdapSettings } from '../options.ts'

export type Group = {
  /** objectGUID or entryUUID; undefined where the account may not read it. */
  readonly id: string | undefined
  readonly dn: string
  readonly name: string
  readonly cn: string
  /** Only in Active Directory. */
  readonly sid?: string
}

/** Groups, and when the oldest part of the answer was learnt. */
export type KnownGroups = {
  readonly groups: readonly Group[]
  readonly sinceMs: number
  /** SIDs of them, and of groups that this server cannot name, such as those of another domain of the forest. */
  readonly sids?: readonly string[]
}

/**
 * noSuchObject, invalidDNSyntax, and referral (RFC 4511 A.1): there is nothing under such a name here. Active
 * Directory refers to another server for every DN that is not in its own domain.
 */
const notThere: readonly unknown[] = [10, 32, 34]

/** GROUP_TYPE_SECURITY_ENABLED in groupType (MS-ADTS 2.2.12). */
export const securityEnabled = 0x8000_0000

/** Every group that fits, however many, or the search fails: one that is missed could be one that denies. */
export async function searchGroups(
  connection: LdapConnection,
  settings: LdapSettings,
  filter: Filter,
): Promise<readonly Group[]> {
  const entries = await connection.search({
    base: settings.groupBaseDn,
    scope: 'sub',
    filter,
    attributes: nameAttributes(settings),
    binary: binaryNames,
  })
  return entries.map((entry) => toGroup(settings, entry))
}

/**
 * Groups that list one of these DNs, or the login name, as their member. What few entries fit comes
 * first in a filter: servers read candidates by the first part, and no further where one is left.
 */
export function directMembership(
  settings: LdapSettings,
  dns: readonly string[],
  loginName?: string,
): Filter {
  if (settings.kind === 'ad')
    return allOf(anyOf(...dns.map((dn) => equals('member', dn))), isGroup(settings))
  const byLogin = loginName === undefined ? [] : [equals('memberUid', loginName)]
  // Debian's slapd has no index for uniqueMember: without its class every search reads all entries.
  const byDn = dns.flatMap((dn) => [
    equals('member', dn),
    allOf(equals('objectClass', 'groupOfUniqueNames'), equals('uniqueMember', dn)),
  ])
  return anyOf(...byDn, ...byLogin)
}

/** The groups that a reference of a rule stands for; two at most, which is "several". */
export async function lookUpGroups(
  connection: LdapConnection,
  settings: LdapSettings,
  reference: GroupReference,
): Promise<readonly Group[]> {
  const { base, scope, filter } = placeOf(settings, reference)
  try {
    const entries = await connection.search({
      base,
      scope,
      filter: allOf(filter, isGroup(settings)),
      attributes: nameAttributes(settings),
      binary: binaryNames,
      limit: 2,
    })
    return entries.map((entry) => toGroup(settings, entry))
  } catch (error) {
    if (error instanceof DirectoryError && notThere.includes(error.details.resultCode)) return []
    throw error
  }
}

/** By id, DN, or name, which in Active Directory is the sAMAccountName. */
function placeOf(
  settings: LdapSettings,
  reference: GroupReference,
): Pick<SearchQuery, 'base' | 'scope' | 'filter'> {
  if ('id' in reference) {
    // Wherever in the domain it has been moved: a token holds it all the same.
    return { base: settings.domainDn, scope: 'sub', filter: hasId(settings, reference.id) }
  }
  const { name } = reference
  return name.includes('=')
    ? { base: name, scope: 'base', filter: has('objectClass') }
    : { base: settings.groupBaseDn, scope: 'sub', filter: equals(nameAttribute(settings), name) }
}

/**
 * In OpenLDAP classes of groups have many names, so a group is what has members, or may have logins. A distribution
 * group is in no one's token: a rule that names one must be told, or it would never match.
 */
export function isGroup(settings: LdapSettings): Filter {
  const isGroupClass = equals('objectClass', 'group')
  if (settings.nestedGroups === 'token-groups')
    return allOf(isGroupClass, hasBits('groupType', securityEnabled))
  if (settings.kind === 'ad') return isGroupClass
  const hasMembers = ['member', 'uniqueMember', 'memberUid'].map(has)
  return anyOf(...hasMembers, equals('objectClass', 'posixGroup'))
}

/** What a plain group name means: unique in Active Directory is only sAMAccountName. */
export function nameAttribute(settings: LdapSettings): string {
  return settings.kind === 'ad' ? 'sAMAccountName' : 'cn'
}

export function nameAttributes(settings: LdapSettings): string[] {
  const sid = settings.kind === 'ad' ? ['objectSid'] : []
  return [...new Set([nameAttribute(settings), 'cn', idAttribute(settings), ...sid])]
}

/** Those of them that are bytes. */
export const binaryNames: readonly string[] = ['objectGUID', 'objectSid']

export function toGroup(settings: LdapSettings, entry: Entry): Group {
  const name = textValue(entry, nameAttribute(settings)) ?? ''
  const id = readId(settings, entry)
  const sid = sidOf(entry)
  const cn = textValue(entry, 'cn') ?? name
  return { id, dn: entry.dn, name, cn, ...(sid === undefined ? {} : { sid }) }
}
