import type { Clock } from '../../../support/index.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { bytesValue } from '../entries/entry.ts'
import { anyOf, equals } from '../entries/filters.ts'
import { createFactCache } from '../fact-cache.ts'
import type { LdapSettings } from '../options.ts'
import { binaryNames, type Group, type KnownGroups, nameAttributes, toGroup } from './search.ts'

/** Finds the groups with these SIDs; one that no one has, or that the account may not see, is left out. */
export type GroupNames = (
  connection: LdapConnection,
  sids: readonly Buffer[],
) => Promise<KnownGroups>

/** None where there is no such group. */
type Named = { readonly group: readonly Group[]; readonly sinceMs: number }

/** SIDs asked about in one search; below the 1,000 entries that Active Directory gives at once. */
const sidsPerSearch = 200
/** Groups remembered at a time; some hundred bytes each. */
const maxRemembered = 20_000

/**
 * Names and DNs of groups by SID, remembered as long as other facts. Two callers that ask about a group at once get the
 * same answer.
 */
export function createGroupNames(settings: LdapSettings, clock: Clock): GroupNames {
  const remembered = createFactCache<Named>(settings.cacheMs, maxRemembered, clock)
  const asked = new Map<string, Promise<ReadonlyMap<string, Named>>>()

  async function search(
    connection: LdapConnection,
    sids: readonly Buffer[],
  ): Promise<ReadonlyMap<string, Named>> {
    const sinceMs = clock.nowMs()
    const entries = await connection.search({
      // A group of the domain is found wherever it is: a token holds it all the same.
      base: settings.domainDn,
      scope: 'sub',
      filter: anyOf(...sids.map((sid) => equals('objectSid', sid))),
      attributes: nameAttributes(settings),
      binary: binaryNames,
      limit: sids.length,
    })
    const found = new Map(entries.map((entry) => [keyOf(bytesValue(entry, 'objectSid')), entry]))
    return new Map(
      sids.map((sid) => {
        const entry = found.get(keyOf(sid))
        return [keyOf(sid), { group: entry ? [toGroup(settings, entry)] : [], sinceMs }]
      }),
    )
  }

  function ask(connection: LdapConnection, sids: readonly Buffer[]): void {
    const answer = search(connection, sids)
    for (const sid of sids) asked.set(keyOf(sid), answer)
    const forget = () => {
      for (const sid of sids) asked.delete(keyOf(sid))
    }
    answer.then((named) => {
      for (const [key, each] of named) remembered.set(key, each, each.sinceMs)
      forget()
    }, forget)
  }

  return async (connection, sids) => {
    const known = new Map(sids.map((sid) => [keyOf(sid), remembered.get(keyOf(sid))]))
    const unknown = sids.filter((sid) => !known.get(keyOf(sid)) && !asked.has(keyOf(sid)))
    for (let start = 0; start < unknown.length; start += sidsPerSearch)
      ask(connection, unknown.slice(start, start + sidsPerSearch))
    const named = await Promise.all(
      [...known].map(async ([key, each]) => each ?? (await asked.get(key))?.get(key)),
    )
    return {
      groups: named.flatMap((each) => each?.group ?? []),
      sinceMs: Math.min(clock.nowMs(), ...named.flatMap((each) => each?.sinceMs ?? [])),
    }
  }
}

function keyOf(sid: Buffer | undefined): string {
  return sid?.toString('hex') ?? ''
}
