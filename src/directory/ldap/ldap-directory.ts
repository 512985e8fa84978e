import type { User } from '../../accounts/index.ts'
import type {
  CertificateCredential,
  Credential,
  Directory,
  DirectoryDown,
  NewPassword,
  Outsiders,
  PasswordChange,
  PersonFacts,
  Resolved,
  ResumedCredential,
  Shielded,
  Verified,
} from '../../signin/index.ts'
import { type Clock, foldName, type Secret } from '../../support/index.ts'
import type { CheckRow } from '../check-row.ts'
import { DirectoryError } from '../errors.ts'
import { parseTypedName } from '../names/typed-name.ts'
import { createWinbind } from '../winbind/winbind.ts'
import { checkStanding } from './account-status.ts'
import { adviceFor } from './advice.ts'
import { changePassword, changesPasswords } from './change-password.ts'
import { checkServers } from './checks/ldap-check.ts'
import { checkWinbind } from './checks/winbind.ts'
import { readBindResult } from './connections/bind-result.ts'
import type { LdapConnection } from './connections/connection.ts'
import { createFailover } from './connections/failover.ts'
import { createLdapServer } from './connections/server.ts'
import { allOf, type Filter } from './entries/filters.ts'
import { everybodyFilter } from './entries/people-filter.ts'
import { createFactCache } from './fact-cache.ts'
import { createUserFinder, type FoundUser, keyFilter } from './find-user.ts'
import { createGroupsAbroad } from './groups/abroad.ts'
import { createGroupFinder } from './groups/find-groups.ts'
import { findOutsiders } from './groups/outsiders.ts'
import { createGroupPins } from './groups/pins.ts'
import { type Group, lookUpGroups } from './groups/search.ts'
import { findSimilarGroups } from './groups/similar-groups.ts'
import { readClock } from './lockout/policy.ts'
import { createLockoutShield, type LockoutShield } from './lockout/shield.ts'
import { createShieldMemory, type ShieldMemory } from './lockout/shield-memory.ts'
import { type NameSearch, nameSearches, problemOf } from './names/name-searches.ts'
import { type LdapOptions, type LdapServerEvent, readLdapOptions } from './options.ts'
import { readPasswordStamp } from './password-stamp.ts'

export type LdapDirectory = Directory & {
  /**
   * Tries every server, reads what sign-ins need, and looks whether each of the groups (names or DNs
   * that rules use) is there exactly once; for `holdfast check`. Never rejects.
   */
  check(groups?: readonly string[]): Promise<readonly CheckRow[]>
}

/** What can be told of an account without its password. */
const accountKinds = ['right', 'locked', 'disabled', 'expired'] as const

/** Of a password in Active Directory, in UTF-16 (MS-SAMR 2.2.6.21). */
const mostCharacters = 256

/** People remembered at a time; some kilobytes each at most. */
const maxRemembered = 10_000

export type LdapDeps = {
  readonly clock: Clock
  /** What an earlier reading of the configuration knew of people. Default: nothing. */
  readonly shieldMemory?: ShieldMemory | undefined
  /** Told when a server goes down or comes back. */
  readonly log?: ((event: LdapServerEvent) => void) | undefined
}

/**
 * A first factor in Active Directory or OpenLDAP. Names are found by a search account; a password is
 * checked by binding as the person, on a connection leased to that one bind; MS-CHAP, which no bind can
 * check, through winbind.
 * @throws {DirectoryError} `options-invalid`, `plaintext-refused`
 */
export function createLdapDirectory(options: LdapOptions, deps: LdapDeps): LdapDirectory {
  const settings = readLdapOptions(options)
  const { clock, shieldMemory = createShieldMemory(clock) } = deps
  const servers = createFailover(
    settings.servers.map((address) => createLdapServer(address, settings, deps)),
  )
  const winbind = settings.winbind && createWinbind(settings.winbind, clock)
  const pins = createGroupPins()
  const shield =
    settings.lockoutShield === 'off'
      ? undefined
      : createLockoutShield(settings, servers, clock, shieldMemory)
  const abroad = createGroupsAbroad()
  const findUser = createUserFinder(
    settings,
    createGroupFinder(settings, clock),
    pins.namesOf,
    abroad.of,
    () => shield?.attributes() ?? [],
  )
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

  /** An account that `user_filter` leaves out has its names all the same: they are nobody else's. */
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

  async function describe(
    user: User,
    signal: AbortSignal,
  ): Promise<PersonFacts | { kind: 'busy' } | DirectoryDown> {
    const filter = keyFilter(settings, user.key)
    if (filter === undefined) return { kind: 'facts', groups: user.groups, unusablePhones: [] }
    const everything = { ...settings, readGroups: true }
    const find = createUserFinder(
      everything,
      createGroupFinder(everything, clock),
      pins.namesOf,
      abroad.of,
      () => [],
    )
    try {
      const found = await servers.search((connection) => find(connection, filter), signal)
      const { groups } = found.kind === 'user' ? found.user : user
      const unusablePhones = found.kind === 'user' ? found.unusablePhones : []
      const { kind } = await standing(user, { kind: 'certificate', serialNumber: '' }, signal)
      const account = accountKinds.find((each) => each === kind)
      return { kind: 'facts', groups, unusablePhones, ...(account && { account }) }
    } catch (error) {
      return troubleOf(error)
    }
  }

  async function bind(dn: string, password: Secret, signal: AbortSignal): Promise<Verified> {
    try {
      const { code, text, policyError } = await servers.bind(dn, password, signal)
      return readBindResult(code, text, policyError, password)
    } catch (error) {
      return troubleOf(error)
    }
  }

  /** What asks for the person, or what is to be said without asking. */
  function checkOf(
    user: User,
    credential: Exclude<Credential, CertificateCredential | ResumedCredential>,
  ): Verified | ((signal: AbortSignal) => Promise<Verified>) {
    if (credential.kind === 'ms-chap' && winbind !== undefined) {
      return (signal) => winbind.verify(user.name, credential, signal)
    }
    if (credential.kind !== 'pap')
      return { kind: 'not-checkable', detail: adviceFor(credential, settings) }
    const { dn } = user
    const { password, wellFormed } = credential
    // LDAP takes an empty name or password as "anybody" and says yes (RFC 4513 5.1.2).
    if (password.isEmpty) return { kind: 'wrong', detail: 'empty password' }
    if (!wellFormed) return { kind: 'wrong', detail: 'the password is no text' }
    if (!dn) return { kind: 'wrong', detail: 'the user has no DN' }
    if (settings.kind === 'ad' && password.reveal().length > mostCharacters) {
      const detail = `a password in Active Directory has ${mostCharacters} characters at most`
      return { kind: 'too-long', detail }
    }
    return (signal) => bind(dn, password, signal)
  }

  /** Moments that a directory writes down are by its own clock. Only Active Directory tells it. */
  async function controllerAheadMs(signal: AbortSignal): Promise<number> {
    if (shield !== undefined) return shield.controllerAheadMs(signal)
    if (settings.kind !== 'ad') return 0
    const controllerMs = await servers.search(readClock, signal)
    return controllerMs === undefined ? 0 : controllerMs - clock.nowMs()
  }

  async function standing(
    user: User,
    credential: CertificateCredential | ResumedCredential,
    signal: AbortSignal,
  ): Promise<Verified> {
    try {
      const aheadMs = await controllerAheadMs(signal)
      const asked = { user, credential, nowMs: clock.nowMs(), aheadMs }
      return await servers.search(
        (connection) => checkStanding(connection, settings, asked),
        signal,
      )
    } catch (error) {
      return troubleOf(error)
    }
  }

  async function change(user: User, { old, chosen }: NewPassword): Promise<PasswordChange> {
    const { dn } = user
    if (!dn) return { kind: 'not-permitted', detail: 'the user has no DN' }
    usersByKey.delete(user.key)
    try {
      return await servers.change((connection) =>
        changePassword(connection, settings, clock, { user, dn, old, chosen }),
      )
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      const detail = error.message
      if (error.code === 'read-only') return { kind: 'not-permitted', detail }
      return error.code === 'no-answer' ? { kind: 'unclear', detail } : troubleOf(error)
    }
  }

  async function outsidersOf(ids: readonly string[], signal: AbortSignal) {
    const found: (Outsiders | undefined)[] = []
    try {
      for (const id of ids) {
        const find = (connection: LdapConnection) => findOutsiders(connection, settings, id)
        found.push(await servers.search(find, signal))
      }
      return found
    } catch (error) {
      if (error instanceof DirectoryError) return undefined
      throw error
    }
  }

  return {
    name: settings.name,

    async resolve(userName, signal, isCertified = false) {
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
    },

    async resolveKey(userKey, signal) {
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
    },

    async verify(user, credential, signal) {
      if (credential.kind === 'certificate' || credential.kind === 'resumed') {
        return standing(user, credential, signal)
      }
      const check = checkOf(user, credential)
      if (typeof check !== 'function') return check
      const verified = shield
        ? await shielded(shield, user, signal, () => check(untilItEnds))
        : await check(signal)
      // Somebody who was moved or renamed meanwhile must not fail until the memory fades.
      if (verified.kind !== 'right' && verified.kind !== 'shielded') usersByKey.delete(user.key)
      return verified
    },

    async findGroups(references, signal) {
      const found: (readonly Group[])[] = []
      try {
        for (const reference of references) {
          const lookUp = (connection: LdapConnection) =>
            lookUpGroups(connection, settings, reference)
          found.push(await servers.search(lookUp, signal))
        }
        return found
      } catch (error) {
        if (error instanceof DirectoryError) return undefined
        throw error
      }
    },

    async similarGroups(name, signal) {
      const find = (connection: LdapConnection) => findSimilarGroups(connection, settings, name)
      try {
        return await servers.search(find, signal)
      } catch (error) {
        if (error instanceof DirectoryError) return undefined
        throw error
      }
    },

    pinGroups: pins.pin,

    ...(settings.kind === 'ad' ? { findOutsiders: outsidersOf, placeOutsiders: abroad.place } : {}),

    describe,

    ...(shield === undefined
      ? {}
      : {
          shield: (user, signal, check) => shielded(shield, user, signal, check),
          lookAtShield: (user, signal) => lookAt(shield, user, signal),
        }),

    ...(changesPasswords(settings) ? { changePassword: change } : {}),
    changesByMsChap: winbind !== undefined && settings.passwordChange,

    async passwordStamp({ dn }, signal) {
      if (dn === undefined) return undefined
      const read = (connection: LdapConnection) => readPasswordStamp(connection, settings, dn)
      try {
        return await servers.search(read, signal)
      } catch (error) {
        if (error instanceof DirectoryError) return undefined
        throw error
      }
    },

    async check(groups = []) {
      const rows = await checkServers(settings, groups, pins.idOf, clock)
      if (winbind === undefined) return rows
      return [...rows, await checkWinbind(settings, servers.search, winbind)]
    },

    async close() {
      servers.close()
      winbind?.close()
    },
  }
}

/** A bind that has gone out counts, whoever has stopped waiting for it. */
const untilItEnds = new AbortController().signal

async function shielded(
  shield: LockoutShield,
  user: User,
  signal: AbortSignal,
  check: () => Promise<Verified>,
): Promise<Verified> {
  try {
    return await shield.guard(user, signal, check)
  } catch (error) {
    return troubleOf(error)
  }
}

/** What cannot be told now is no refusal: the check itself says what is wrong. */
async function lookAt(
  shield: LockoutShield,
  user: User,
  signal: AbortSignal,
): Promise<Shielded | undefined> {
  try {
    return await shield.look(user, signal)
  } catch (error) {
    if (error instanceof DirectoryError) return undefined
    throw error
  }
}

/** Our own limits are `busy` and never an outage; everything else is. */
function troubleOf(error: unknown): { kind: 'busy' } | DirectoryDown {
  if (!(error instanceof DirectoryError)) throw error
  if (error.code === 'busy' || error.code === 'aborted') return { kind: 'busy' }
  const refused = error.code === 'search-refused' || error.details.accountRefused === true
  return { kind: 'down', detail: error.message, ...(refused ? { refused } : {}) }
}
