import type { Entry } from 'ldapts'
import { textValue } from './entry.ts'
import { DirectoryError } from './errors.ts'
import { allOf, anyOf, equals, type Filter, has, leadsTo } from './filters.ts'
import type { LdapConnection } from './ldap-connection.ts'
import type { LdapSettings } from './ldap-options.ts'

export type Group = { readonly dn: string; readonly name: string; readonly cn: string }

/** Who is looked for in groups: a person, or a group. */
export type Member = {
  readonly dn: string
  /** For `memberUid`, which only people have. */
  readonly loginName?: string
}

/** noSuchObject and invalidDNSyntax (RFC 4511 A.1): there is nothing under such a name. */
const notThere: readonly unknown[] = [32, 34]

/** DNs asked about in one search of a recursion. */
const dnsPerSearch = 50

/**
 * The groups somebody is in: directly, and through other groups as the settings say. Always complete,
 * or the search fails: a group that is missed could be one that denies.
 */
export async function findGroups(
  connection: LdapConnection,
  settings: LdapSettings,
  member: Member,
): Promise<readonly Group[]> {
  const search = (filter: Filter) => searchGroups(connection, settings, filter)
  switch (settings.nestedGroups) {
    case 'matching-rule':
      return search(leadsTo('member', member.dn))
    case 'none':
      return search(directMembership(settings, [member.dn], member.loginName))
    case 'recursion':
      return climb(settings, search, member)
  }
}

/** Level by level upwards; a group is asked about once, so circles end. */
async function climb(
  settings: LdapSettings,
  search: (filter: Filter) => Promise<readonly Group[]>,
  member: Member,
): Promise<readonly Group[]> {
  const found = new Map<string, Group>()
  let level: readonly string[] = [member.dn]
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: string[] = []
    for (let start = 0; start < level.length; start += dnsPerSearch) {
      const dns = level.slice(start, start + dnsPerSearch)
      // A login name (memberUid) is in groups of the first level only.
      const filter = directMembership(settings, dns, depth === 0 ? member.loginName : undefined)
      for (const group of await search(filter)) {
        const key = group.dn.toLowerCase()
        if (found.has(key)) continue
        found.set(key, group)
        next.push(group.dn)
      }
    }
    level = next
  }
  return [...found.values()]
}

function directMembership(
  settings: LdapSettings,
  dns: readonly string[],
  loginName: string | undefined,
): Filter {
  if (settings.kind === 'ad') return anyOf(...dns.map((dn) => equals('member', dn)))
  const byLogin = loginName === undefined ? [] : [equals('memberUid', loginName)]
  // Debian's slapd has no index for uniqueMember: without its class every search reads all entries.
  const byDn = dns.flatMap((dn) => [
    equals('member', dn),
    allOf(equals('objectClass', 'groupOfUniqueNames'), equals('uniqueMember', dn)),
  ])
  return anyOf(...byDn, ...byLogin)
}

async function searchGroups(
  connection: LdapConnection,
  settings: LdapSettings,
  filter: Filter,
): Promise<readonly Group[]> {
  const entries = await connection.search({
    base: settings.groupBaseDn,
    scope: 'sub',
    filter: allOf(isGroup(settings), filter),
    attributes: nameAttributes(settings),
  })
  return entries.map((entry) => toGroup(settings, entry))
}

/**
 * The primary group with this SID, and the groups it is in. It lists nobody as its member, so no other
 * search finds it. Empty where the directory does not show it.
 */
export async function findPrimaryGroups(
  connection: LdapConnection,
  settings: LdapSettings,
  groupSid: Buffer,
): Promise<readonly Group[]> {
  const [entry] = await connection.search({
    base: settings.baseDn,
    scope: 'sub',
    filter: equals('objectSid', groupSid),
    attributes: nameAttributes(settings),
    limit: 1,
  })
  if (!entry) return []
  const primary = toGroup(settings, entry)
  if (settings.nestedGroups === 'none') return [primary]
  return [primary, ...(await findGroups(connection, settings, primary))]
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
        isGroup(settings),
        isDn ? has('objectClass') : equals(nameAttribute(settings), nameOrDn),
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

/** `rid` (last 4 bytes, little-endian) in place of the last sub-authority of a SID (MS-DTYP 2.4.2.2). */
export function withRid(sid: Buffer, rid: number): Buffer {
  const changed = Buffer.from(sid)
  changed.writeUInt32LE(rid, changed.length - 4)
  return changed
}

/** In OpenLDAP classes of groups have many names, so a group is what has members, or may have logins. */
function isGroup(settings: LdapSettings): Filter {
  if (settings.kind === 'ad') return equals('objectClass', 'group')
  const hasMembers = ['member', 'uniqueMember', 'memberUid'].map(has)
  return anyOf(...hasMembers, equals('objectClass', 'posixGroup'))
}

/** What a plain group name means: unique in Active Directory is only sAMAccountName. */
function nameAttribute(settings: LdapSettings): string {
  return settings.kind === 'ad' ? 'sAMAccountName' : 'cn'
}

function nameAttributes(settings: LdapSettings): string[] {
  return [...new Set([nameAttribute(settings), 'cn'])]
}

function toGroup(settings: LdapSettings, entry: Entry): Group {
  const name = textValue(entry, nameAttribute(settings)) ?? ''
  return { dn: entry.dn, name, cn: textValue(entry, 'cn') ?? name }
}
