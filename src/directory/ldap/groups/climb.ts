import type { Clock } from '../../../support/index.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { createFactCache } from '../fact-cache.ts'
import type { LdapSettings } from '../options.ts'
import { directMembership, type Group, type KnownGroups, searchGroups } from './search.ts'

/** Finds the groups above groups, over any number of steps. Gives the ones it starts from as well. */
export type Climb = (connection: LdapConnection, from: KnownGroups) => Promise<KnownGroups>

/** DNs asked about in one search. */
const dnsPerSearch = 50
/** Answers remembered at a time; some kilobytes each at most. */
const maxRemembered = 5000

/**
 * Climbs level by level; a group is asked about once, so circles end. What a search found is remembered
 * as long as other facts, since many people come by the same groups.
 */
export function createClimb(settings: LdapSettings, clock: Clock): Climb {
  const remembered = createFactCache<KnownGroups>(settings.cacheMs, maxRemembered, clock)

  async function search(connection: LdapConnection, dns: readonly string[]): Promise<KnownGroups> {
    const sinceMs = clock.nowMs()
    const groups = await searchGroups(connection, settings, directMembership(settings, dns))
    const found = { groups, sinceMs }
    remembered.set(keyOf(...dns), found, sinceMs)
    // Most groups are in no other group. Then each of them is known to be in none; otherwise that is known only of all
    // of them together.
    if (groups.length === 0) for (const dn of dns) remembered.set(keyOf(dn), found, sinceMs)
    return found
  }

  async function parentsOf(
    connection: LdapConnection,
    groups: readonly Group[],
  ): Promise<readonly KnownGroups[]> {
    const parents: KnownGroups[] = []
    const unknown: string[] = []
    for (const { dn } of groups) {
      const known = remembered.get(keyOf(dn))
      if (known) parents.push(known)
      else unknown.push(dn)
    }
    for (let start = 0; start < unknown.length; start += dnsPerSearch) {
      const dns = unknown.slice(start, start + dnsPerSearch)
      parents.push(remembered.get(keyOf(...dns)) ?? (await search(connection, dns)))
    }
    return parents
  }

  return async (connection, from) => {
    const found = new Map(from.groups.map((group) => [keyOf(group.dn), group]))
    let { groups: level, sinceMs } = from
    while (level.length > 0) {
      const next: Group[] = []
      for (const parents of await parentsOf(connection, level)) {
        sinceMs = Math.min(sinceMs, parents.sinceMs)
        for (const group of parents.groups) {
          if (found.has(keyOf(group.dn))) continue
          found.set(keyOf(group.dn), group)
          next.push(group)
        }
      }
      level = next
    }
    return { groups: [...found.values()], sinceMs }
  }
}

/** Case has no meaning in a DN, and a NUL is never written as such (RFC 4514 2.4). */
function keyOf(...dns: readonly string[]): string {
  return dns.join('\0').toLowerCase()
}
