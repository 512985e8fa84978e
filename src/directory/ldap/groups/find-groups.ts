import type { Clock } from '../../../support/index.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { allOf, type Filter, leadsTo } from '../entries/filters.ts'
import { formatSid } from '../entries/sid.ts'
import { createFactCache } from '../fact-cache.ts'
import type { LdapSettings } from '../options.ts'
import { createClimb } from './climb.ts'
import { createGroupNames } from './names.ts'
import { directMembership, isGroup, type KnownGroups, searchGroups } from './search.ts'
import { readTokenGroups } from './token-groups.ts'

export type Member = {
  readonly dn: string
  /** For `memberUid`. */
  readonly loginName: string | undefined
  /** SID of the primary group in Active Directory, which does not list them as its member. */
  readonly primaryGroup: Buffer | undefined
}

/**
 * The groups a person is in: directly, and through other groups as the settings say. Always complete,
 * or it throws: a group that is missed could be one that denies.
 */
export type GroupFinder = (connection: LdapConnection, member: Member) => Promise<KnownGroups>

/** Primary groups remembered at a time: nearly everyone shares one. */
const maxPrimaryGroups = 1000

export function createGroupFinder(settings: LdapSettings, clock: Clock): GroupFinder {
  if (!settings.readGroups) return async () => ({ groups: [], sinceMs: clock.nowMs() })
  const named = createGroupNames(settings, clock)
  if (settings.nestedGroups === 'token-groups')
    return async (connection, { dn }) => {
      const token = await readTokenGroups(connection, dn)
      const sids = token.flatMap((sid) => formatSid(sid) ?? [])
      return { ...(await named(connection, token)), sids }
    }

  const climb = createClimb(settings, clock)
  const primaryGroups = createFactCache<KnownGroups>(settings.cacheMs, maxPrimaryGroups, clock)

  async function holding(
    connection: LdapConnection,
    dn: string,
    loginName?: string,
  ): Promise<KnownGroups> {
    const sinceMs = clock.nowMs()
    const search = (filter: Filter) => searchGroups(connection, settings, filter)
    if (settings.nestedGroups === 'matching-rule')
      return { groups: await search(allOf(isGroup(settings), leadsTo('member', dn))), sinceMs }
    const direct = { groups: await search(directMembership(settings, [dn], loginName)), sinceMs }
    return settings.nestedGroups === 'none' ? direct : climb(connection, direct)
  }

  async function primaryAndAbove(connection: LdapConnection, sid: Buffer): Promise<KnownGroups> {
    const key = sid.toString('hex')
    const known = primaryGroups.get(key)
    if (known) return known
    const primary = await named(connection, [sid])
    const [group] = primary.groups
    const isAll = group === undefined || settings.nestedGroups === 'none'
    const all = isAll ? primary : join(primary, await holding(connection, group.dn))
    primaryGroups.set(key, all, all.sinceMs)
    return all
  }

  return async (connection, { dn, loginName, primaryGroup }) => {
    const own = await holding(connection, dn, loginName)
    return primaryGroup ? join(own, await primaryAndAbove(connection, primaryGroup)) : own
  }
}

function join(one: KnownGroups, other: KnownGroups): KnownGroups {
  return {
    groups: [...one.groups, ...other.groups],
    sinceMs: Math.min(one.sinceMs, other.sinceMs),
  }
}
