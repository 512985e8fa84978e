import type { ForeignMembers } from '../../../signin/index.ts'
import { foldGroup } from '../../../support/index.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { domainDnOf } from '../entries/domain-dn.ts'
import { allOf, anyOf, equals, type Filter, has, hasBits, leadsTo } from '../entries/filters.ts'
import { sidOf } from '../entries/sid.ts'
import { hasId } from '../entries/stable-id.ts'
import type { LdapSettings } from '../options.ts'

/** GROUP_TYPE_RESOURCE_GROUP in groupType (MS-ADTS 2.2.12): domain local. */
const domainLocal = 0x0000_0004
/** How a foreignSecurityPrincipal is named, folded: by the SID that it stands for (MS-ADTS 3.1.1.5.2.3). */
const foreignPrincipal = /^cn=(s-1-\d+(?:-\d+)+),/

/**
 * Who is in this group, itself or through others, and belongs to another domain. No token and no `memberOf` of their
 * own domain shows it. Only domain-local groups have members from other forests, and well-known ones such as
 * Authenticated Users: each stands for a SID in a foreignSecurityPrincipal, which an ordinary account may not read.
 * Members from the same forest are named by DN; those of other groups are in everyone's token.
 */
export async function findForeignMembers(
  connection: LdapConnection,
  settings: LdapSettings,
  groupId: string,
): Promise<ForeignMembers | undefined> {
  const [group] = await find(connection, settings, hasId(settings, groupId))
  if (group === undefined) return undefined
  const local = await find(
    connection,
    settings,
    allOf(
      equals('objectClass', 'group'),
      hasBits('groupType', domainLocal),
      anyOf(hasId(settings, groupId), leadsTo('memberOf', group.dn)),
    ),
  )
  const own = foldGroup(settings.domainDn)
  const sids = new Set<string>()
  const dns = new Set<string>()
  for (const { dn } of local) {
    for (const member of await membersOf(connection, dn)) {
      const folded = foldGroup(member)
      const [, sid] = foreignPrincipal.exec(folded) ?? []
      if (sid !== undefined) sids.add(sid.toUpperCase())
      else if (domainDnOf(folded) !== own) dns.add(folded)
    }
  }
  return { sid: sidOf(group), sids: [...sids], dns: [...dns] }
}

function find(connection: LdapConnection, { domainDn }: LdapSettings, filter: Filter) {
  return connection.search({
    ...{ base: domainDn, scope: 'sub', filter },
    ...{ attributes: ['objectSid'], binary: ['objectSid'] },
  })
}

/** DNs of all members. Active Directory gives 1,500 values at a time (MS-ADTS 3.1.1.3.1.3.3). */
async function membersOf(connection: LdapConnection, dn: string): Promise<readonly string[]> {
  const found: string[] = []
  for (let wanted: string | undefined = 'member'; wanted !== undefined; ) {
    const [entry] = await connection.search({
      ...{ base: dn, scope: 'base', filter: has('objectClass') },
      ...{ attributes: [wanted], limit: 1 },
    })
    wanted = undefined
    for (const [name, values] of Object.entries(entry ?? {})) {
      const [isMember, end] = /^member(?:;range=\d+-(\d+|\*))?$/i.exec(name) ?? []
      if (isMember === undefined) continue
      found.push(...[values].flat().filter((value) => typeof value === 'string'))
      if (end !== undefined && end !== '*') wanted = `member;range=${Number(end) + 1}-*`
    }
  }
  return found
}
