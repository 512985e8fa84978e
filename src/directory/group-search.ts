import type { Entry } from 'ldapts'
import { textValue } from './entry.ts'
import { DirectoryError } from './errors.ts'
import { allOf, anyOf, equals, type Filter, has, hasBits } from './filters.ts'
import type { LdapConnection } from './ldap-connection.ts'
import type { LdapSettings } from './ldap-options.ts'

export type Group = { readonly dn: string; readonly name: string; readonly cn: string }

/** Groups, and when the oldest part of the answer was learnt. */
export type KnownGroups = { readonly groups: readonly Group[]; readonly sinceMs: number }

/** noSuchObject and invalidDNSyntax (RFC 4511 A.1): there is nothing under such a name. */
const notThere: readonly unknown[] = [32, 34]

/** GROUP_TYPE_SECURITY_ENABLED in groupType (MS-ADTS 2.2.12). */
const securityEnabled = 0x8000_0000

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

/** How many groups a name (in Active Directory a sAMAccountName) or a DN in a rule stands for; 2 is "several". */
export async function countGroups(
  connection: LdapConnection,
  settings: LdapSettings,
  nameOrDn: string,
): Promise<number> {
  const isDn = nameOrDn.includes('=')
  try {
    const found = await connection.search({
      base: isDn ? nameOrDn : settings.groupBaseDn,
      scope: isDn ? 'base' : 'sub',
      filter: allOf(
        isDn ? has('objectClass') : equals(nameAttribute(settings), nameOrDn),
        isGroup(settings),
      ),
      attributes: [nameAttribute(settings)],
      limit: 2,
    })
    return found.length
  } catch (error) {
    if (error instanceof DirectoryError && notThere.includes(error.details.resultCode)) {
      return 0
    }
    throw error
  }
}

/**
 * In OpenLDAP classes of groups have many names, so a group is what has members, or may have logins. A
 * distribution group is in nobody's token: a rule that names one must be told, or it would never hold.
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
function nameAttribute(settings: LdapSettings): string {
  return settings.kind === 'ad' ? 'sAMAccountName' : 'cn'
}

export function nameAttributes(settings: LdapSettings): string[] {
  return [...new Set([nameAttribute(settings), 'cn'])]
}

export function toGroup(settings: LdapSettings, entry: Entry): Group {
  const name = textValue(entry, nameAttribute(settings)) ?? ''
  return { dn: entry.dn, name, cn: textValue(entry, 'cn') ?? name }
}
