import type { LdapConnection } from '../connections/connection.ts'
import { bytesValue } from '../entries/entry.ts'
import { allOf, anyOf, equals, type Filter, has, leadsTo } from '../entries/filters.ts'
import { formatSid } from '../entries/sid.ts'
import type { LdapSettings } from '../options.ts'

/**
 * Who is in this group of Active Directory, itself or through others. A primary group does not list its people as members, so
 * they are found by its RID, also where a group inside this one is someone's primary group (MS-ADTS 3.1.1.4.5.19).
 */
export async function adMembersFilter(
  connection: LdapConnection,
  settings: LdapSettings,
  groupDn: string,
): Promise<Filter> {
  const isNested = settings.nestedGroups !== 'none'
  const own = await connection.search({
    ...{ base: groupDn, scope: 'base', filter: has('objectClass') },
    ...{ attributes: ['objectSid'], binary: ['objectSid'], limit: 1 },
  })
  const inside = isNested
    ? await connection.search({
        ...{ base: settings.domainDn, scope: 'sub' },
        filter: allOf(leadsTo('memberOf', groupDn), equals('objectClass', 'group')),
        ...{ attributes: ['objectSid'], binary: ['objectSid'] },
      })
    : []
  const rids = [...own, ...inside].flatMap((entry) => ridOf(bytesValue(entry, 'objectSid')) ?? [])
  return anyOf(
    isNested ? leadsTo('memberOf', groupDn) : equals('memberOf', groupDn),
    ...rids.map((rid) => equals('primaryGroupID', rid)),
  )
}

/** The last sub-authority of a SID, which names it within its domain (MS-DTYP 2.4.2). */
function ridOf(sid: Buffer | undefined): string | undefined {
  return sid && formatSid(sid)?.split('-').at(-1)
}
