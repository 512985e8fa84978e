import type { Entry } from 'ldapts'
import { foldDn } from '../../../support/index.ts'
import { DirectoryError } from '../../errors.ts'
import type { LdapConnection, SearchQuery } from '../connections/connection.ts'
import { textValues } from '../entries/entry.ts'
import { allOf, anyOf, equals } from '../entries/filters.ts'
import { readId } from '../entries/stable-id.ts'
import { isGroup } from '../groups/search.ts'
import { accountAttribute } from '../names/login-attributes.ts'
import type { LdapSettings } from '../options.ts'

/** Members that are remembered, so that no one is listed twice and circles end; some hundred bytes each. */
export const mostMembers = 200_000
const entriesAPage = 200
/** Login names asked about in one search. */
const loginsPerSearch = 50
/** noSuchObject and invalidDNSyntax (RFC 4511 A.1): a member that is gone, or never was an entry. */
const notThere: readonly unknown[] = [32, 34]

/** Thrown where a group has more members than `mostMembers`. */
export class TooManyMembers extends Error {}

/**
 * People in a group whose members only the group itself names: by DN (`member`, `uniqueMember`) or by login name
 * (`memberUid`). Groups inside it are followed as sign-ins count them. `people`: the search for all people.
 */
export async function* walkMembers(
  connection: LdapConnection,
  settings: LdapSettings,
  groupDn: string,
  people: SearchQuery,
): AsyncGenerator<readonly Entry[]> {
  const seen = new Set<string>()
  const groups = [groupDn]
  const page: Entry[] = []

  /** Whether it is the first time. */
  function isNew(what: string): boolean {
    if (seen.has(what)) return false
    if (seen.size >= mostMembers) throw new TooManyMembers()
    seen.add(what)
    return true
  }

  function keep(entries: readonly Entry[]): void {
    // Someone may be a member by DN and by login name.
    page.push(...entries.filter((entry) => isNew(readId(settings, entry) ?? entry.dn)))
  }

  for (let dn = groups.shift(); dn !== undefined; dn = groups.shift()) {
    const [group] = await readEntry(connection, {
      ...{ base: dn, scope: 'base', filter: isGroup(settings), limit: 1 },
      attributes: ['member', 'uniqueMember', 'memberUid'],
    })
    if (group === undefined) continue
    const members = [...textValues(group, 'member'), ...textValues(group, 'uniqueMember')]
    for (const member of members) {
      if (!isNew(foldDn(member) ?? member)) continue
      const found = isBelow(member, people.base)
        ? await readEntry(connection, { ...people, base: member, scope: 'base', limit: 1 })
        : []
      keep(found)
      const mayBeGroup = found.length === 0 && settings.nestedGroups !== 'none'
      if (mayBeGroup && isBelow(member, settings.groupBaseDn)) groups.push(member)
      if (page.length >= entriesAPage) yield page.splice(0)
    }
    const logins = textValues(group, 'memberUid').filter((login) => isNew(`login ${login}`))
    for (let at = 0; at < logins.length; at += loginsPerSearch) {
      const some = logins.slice(at, at + loginsPerSearch)
      const isOneOf = anyOf(...some.map((login) => equals(accountAttribute(settings), login)))
      keep(await connection.search({ ...people, filter: allOf(isOneOf, people.filter) }))
      if (page.length >= entriesAPage) yield page.splice(0)
    }
  }
  if (page.length > 0) yield page
}

async function readEntry(
  connection: LdapConnection,
  query: SearchQuery,
): Promise<readonly Entry[]> {
  try {
    return await connection.search(query)
  } catch (error) {
    if (error instanceof DirectoryError && notThere.includes(error.details.resultCode)) return []
    throw error
  }
}

/** Whether an entry is in a part of the directory. A DN that cannot be read is in no part. */
function isBelow(dn: string, base: string): boolean {
  const [folded, foldedBase] = [foldDn(dn), foldDn(base)]
  if (folded === undefined || foldedBase === undefined) return false
  return foldedBase === '' || folded === foldedBase || folded.endsWith(`,${foldedBase}`)
}
