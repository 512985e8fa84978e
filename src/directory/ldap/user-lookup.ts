import type { User } from '../../accounts/index.ts'
import type { Directory, Resolved } from '../../signin/index.ts'
import { type Clock, foldName } from '../../support/index.ts'
import { parseTypedName } from '../names/typed-name.ts'
import type { LdapServers } from './connections/failover.ts'
import { allOf, type Filter } from './entries/filters.ts'
import { everybodyFilter } from './entries/people-filter.ts'
import { createFactCache } from './fact-cache.ts'
import { type FoundUser, keyFilter, type UserFinder } from './find-user.ts'
import type { LockoutShield } from './lockout/shield.ts'
import { type NameSearch, nameSearches, problemOf } from './names/name-searches.ts'
import type { LdapSettings } from './options.ts'
import { troubleOf } from './trouble.ts'

/** Users remembered at a time; some kilobytes each at most. */
const maxRemembered = 10_000

/** From what a user typed, or from `User.key`, to the one account; remembered for `cacheMs`. */
export type UserLookup = Pick<Directory, 'resolve' | 'resolveKey'> & {
  /** The next look-up of this user asks the directory. */
  forget(userKey: string): void
}

export function createUserLookup(
  settings: LdapSettings,
  parts: {
    readonly clock: Clock
    readonly servers: LdapServers
    readonly shield: LockoutShield | undefined
    readonly findUser: UserFinder
  },
): UserLookup {
  const { clock, findUser, servers, shield } = parts
  const usersByKey = createFactCache<User>(settings.cacheMs, maxRemembered, clock)
  const keysByName = createFactCache<string>(settings.cacheMs, maxRemembered, clock)

  /** Finds the one account that a filter fits, and remembers it. */
  async function search(filter: Filter, signal: AbortSignal): Promise<FoundUser> {
    const began = shield?.now()
    const found = await servers.search((connection) => findUser(connection, filter), signal)
    if (found.kind !== 'user') return found
    usersByKey.set(found.user.key, found.user, found.sinceMs)
    if (began !== undefined) shield?.learn(found.user.key, found.reading, began)
    return found
  }

  /** An account that `user_filter` leaves out has its names all the same: no other account has them. */
  async function isLeftOut(filter: Filter, signal: AbortSignal): Promise<boolean> {
    if (settings.userFilter === undefined) return false
    const anybody = everybodyFilter({ ...settings, userFilter: undefined })
    const query = {
      base: settings.baseDn,
      scope: 'sub',
      filter: allOf(filter, anybody),
      attributes: ['1.1'],
      limit: 1,
    } as const
    const entries = await servers.search((connection) => connection.search(query), signal)
    return entries.length > 0
  }

  async function searchName(
    searches: readonly NameSearch[],
    signal: AbortSignal,
  ): Promise<Resolved> {
    for (const { attribute, filter } of searches) {
      const found = await search(filter, signal)
      switch (found.kind) {
        case 'user':
          return { kind: 'user', user: found.user }
        case 'ambiguous':
          return { kind: 'ambiguous', attribute }
        case 'unknown':
          if (found.problem !== undefined) return found
          if (await isLeftOut(filter, signal)) {
            return { kind: 'unknown', problem: { kind: 'left-out' } }
          }
      }
    }
    return { kind: 'unknown' }
  }

  async function resolve(
    userName: string,
    signal: AbortSignal,
    isCertified = false,
  ): Promise<Resolved> {
    const typed = parseTypedName(userName)
    if (typed.kind === 'invalid') return typed
    const cacheKey = `${isCertified} ${typed.kind} ${foldName(userName)}`
    const known = usersByKey.get(keysByName.get(cacheKey) ?? '')
    if (known) return { kind: 'user', user: known }
    try {
      const resolved = await searchName(nameSearches(settings, typed, isCertified), signal)
      if (resolved.kind === 'user') keysByName.set(cacheKey, resolved.user.key)
      if (resolved.kind !== 'unknown') return resolved
      const problem = resolved.problem ?? problemOf(settings, typed)
      return problem === undefined ? resolved : { kind: 'unknown', problem }
    } catch (error) {
      return troubleOf(error)
    }
  }

  async function resolveKey(userKey: string, signal: AbortSignal): Promise<Resolved> {
    const known = usersByKey.get(userKey)
    if (known) return { kind: 'user', user: known }
    const filter = keyFilter(settings, userKey)
    if (filter === undefined) return { kind: 'unknown' }
    try {
      const found = await search(filter, signal)
      return found.kind === 'user' ? { kind: 'user', user: found.user } : found
    } catch (error) {
      return troubleOf(error)
    }
  }

  return { resolve, resolveKey, forget: (userKey) => usersByKey.delete(userKey) }
}
