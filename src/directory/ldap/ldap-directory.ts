import type { User } from '../../accounts/index.ts'
import type {
  CertificateCredential,
  Credential,
  Directory,
  DirectoryDown,
  ForeignMembers,
  NewPassword,
  PasswordChange,
  PersonFacts,
  ResumedCredential,
  Verified,
} from '../../signin/index.ts'
import type { Clock, Secret } from '../../support/index.ts'
import type { CheckRow } from '../check-row.ts'
import { DirectoryError } from '../errors.ts'
import { createWinbind } from '../winbind/winbind.ts'
import { checkAccountStatus } from './account-status.ts'
import { adviceFor } from './advice.ts'
import { changePassword, changesPasswords } from './change-password.ts'
import { checkServers } from './checks/ldap-check.ts'
import { checkWinbind } from './checks/winbind.ts'
import { readBindResult } from './connections/bind-result.ts'
import type { LdapConnection } from './connections/connection.ts'
import { createFailover } from './connections/failover.ts'
import { createLdapServer } from './connections/server.ts'
import { createUserFinder, keyFilter } from './find-user.ts'
import { createGroupFinder } from './groups/find-groups.ts'
import { createForeignGroups } from './groups/foreign-groups.ts'
import { findForeignMembers } from './groups/foreign-members.ts'
import { createGroupPins } from './groups/pins.ts'
import { type Group, lookUpGroups } from './groups/search.ts'
import { findSimilarGroups } from './groups/similar-groups.ts'
import { readClock } from './lockout/policy.ts'
import { createLockoutShield, type LockoutShield } from './lockout/shield.ts'
import { createShieldMemory, type ShieldMemory } from './lockout/shield-memory.ts'
import { type LdapOptions, type LdapServerEvent, readLdapOptions } from './options.ts'
import { readPasswordSetMs, readPasswordStamp } from './password-stamp.ts'
import { listPeople } from './people/list-people.ts'
import { readManager } from './people/manager.ts'
import { troubleOf, unlessTrouble } from './trouble.ts'
import { createUserLookup } from './user-lookup.ts'

export type LdapDirectory = Directory & {
  /**
   * Tries every server, reads what sign-ins need, and checks whether each of the groups (names or DNs that rules use)
   * is there exactly once; for `holdfast check`. Never rejects.
   */
  check(groups?: readonly string[]): Promise<readonly CheckRow[]>
}

/** What can be told of an account without its password. */
const accountKinds = ['right', 'locked', 'disabled', 'expired'] as const

/** Of a password in Active Directory, in UTF-16 (MS-SAMR 2.2.6.21). */
const mostCharacters = 256

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
  const foreignGroups = createForeignGroups()
  const findUser = createUserFinder(
    settings,
    createGroupFinder(settings, clock),
    pins.namesOf,
    foreignGroups.of,
    () => shield?.attributes() ?? [],
  )
  const { resolve, resolveKey, forget } = createUserLookup(settings, {
    clock,
    servers,
    shield,
    findUser,
  })

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
      foreignGroups.of,
      () => [],
    )
    try {
      const found = await servers.search((connection) => find(connection, filter), signal)
      const { groups } = found.kind === 'user' ? found.user : user
      const unusablePhones = found.kind === 'user' ? found.unusablePhones : []
      const { kind } = await accountStatus(user, { kind: 'certificate', serialNumber: '' }, signal)
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

  /** What asks for the person, or the answer that needs no question. */
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
    // LDAP takes an empty name or password as "anyone" and says yes (RFC 4513 5.1.2).
    if (password.isEmpty) return { kind: 'wrong', detail: 'empty password' }
    if (!wellFormed) return { kind: 'wrong', detail: 'the password is not text' }
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

  async function accountStatus(
    user: User,
    credential: CertificateCredential | ResumedCredential,
    signal: AbortSignal,
  ): Promise<Verified> {
    try {
      const aheadMs = await controllerAheadMs(signal)
      const asked = { user, credential, nowMs: clock.nowMs(), aheadMs }
      return await servers.search(
        (connection) => checkAccountStatus(connection, settings, asked),
        signal,
      )
    } catch (error) {
      return troubleOf(error)
    }
  }

  async function change(user: User, { old, chosen }: NewPassword): Promise<PasswordChange> {
    const { dn } = user
    if (!dn) return { kind: 'not-permitted', detail: 'the user has no DN' }
    forget(user.key)
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

  function managerBy(attribute: string): NonNullable<Directory['managerOf']> {
    return async ({ dn }, signal) => {
      if (dn === undefined) return undefined
      const read = (connection: LdapConnection) => readManager(connection, attribute, dn)
      return unlessTrouble(() => servers.search(read, signal))
    }
  }

  async function foreignMembersOf(ids: readonly string[], signal: AbortSignal) {
    return unlessTrouble(async () => {
      const found: (ForeignMembers | undefined)[] = []
      for (const id of ids) {
        const find = (connection: LdapConnection) => findForeignMembers(connection, settings, id)
        found.push(await servers.search(find, signal))
      }
      return found
    })
  }

  return {
    name: settings.name,

    resolve,
    resolveKey,

    async verify(user, credential, signal) {
      if (credential.kind === 'certificate' || credential.kind === 'resumed') {
        return accountStatus(user, credential, signal)
      }
      const check = checkOf(user, credential)
      if (typeof check !== 'function') return check
      const verified = shield
        ? await shielded(shield, user, signal, () => check(untilItEnds))
        : await check(signal)
      // Someone who was moved or renamed meanwhile must not fail until the memory fades.
      if (verified.kind !== 'right' && verified.kind !== 'shielded') forget(user.key)
      return verified
    },

    findGroups: (references, signal) =>
      unlessTrouble(async () => {
        const found: (readonly Group[])[] = []
        for (const reference of references) {
          const lookUp = (connection: LdapConnection) =>
            lookUpGroups(connection, settings, reference)
          found.push(await servers.search(lookUp, signal))
        }
        return found
      }),

    similarGroups(name, signal) {
      const find = (connection: LdapConnection) => findSimilarGroups(connection, settings, name)
      return unlessTrouble(() => servers.search(find, signal))
    },

    listPeople: (group, signal) => listPeople(servers, settings, pins.idOf, group, signal),

    pinGroups: pins.pin,

    ...(settings.kind === 'ad'
      ? { findForeignMembers: foreignMembersOf, useForeignMembers: foreignGroups.place }
      : {}),

    describe,

    ...(shield === undefined
      ? {}
      : {
          shield: (user, signal, check) => shielded(shield, user, signal, check),
          // What cannot be told now is not a refusal: the check of the password says what is wrong.
          lookAtShield: (user, signal) => unlessTrouble(() => shield.look(user, signal)),
        }),

    ...(changesPasswords(settings) ? { changePassword: change } : {}),
    changesByMsChap: winbind !== undefined && settings.passwordChange,

    async passwordStamp({ dn }, signal) {
      if (dn === undefined) return undefined
      const read = (connection: LdapConnection) => readPasswordStamp(connection, settings, dn)
      return unlessTrouble(() => servers.search(read, signal))
    },

    async passwordSetMs({ dn }, signal) {
      if (dn === undefined) return undefined
      const read = (connection: LdapConnection) => readPasswordSetMs(connection, settings, dn)
      return unlessTrouble(() => servers.search(read, signal))
    },

    ...(settings.managerAttribute === undefined
      ? {}
      : { managerOf: managerBy(settings.managerAttribute) }),

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

/** A bind that has gone out is counted, even if its caller has stopped waiting. */
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
