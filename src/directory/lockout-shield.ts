import type { User } from '../accounts/index.ts'
import type { Verified } from '../signin/index.ts'
import type { Clock } from '../support/index.ts'
import { DirectoryError } from './errors.ts'
import { createFactCache } from './fact-cache.ts'
import type { LdapServers } from './failover.ts'
import { has } from './filters.ts'
import { unlessAborted } from './gate.ts'
import type { LdapConnection } from './ldap-connection.ts'
import type { LdapSettings } from './ldap-options.ts'
import { type DomainLockout, readDomainLockout } from './lockout-policy.ts'
import { createTurns } from './turns.ts'
import {
  fineGrainedAttribute,
  judgeWrongPasswords,
  type OwnCount,
  readWrongPasswords,
  type WrongPasswords,
  wrongPasswordAttributes,
} from './wrong-passwords.ts'

/**
 * Keeps strangers from locking people out of Windows: stops before the last wrong password that
 * Active Directory would count (RULES 29).
 */
export type LockoutShield = {
  /** What a search for people asks for beside the rest, so that the count costs no search of its own. */
  attributes(): readonly string[]
  /** The moment at which such a search begins. */
  now(): Moment
  /** What it has shown. */
  learn(userKey: string, reading: Reading, began: Moment): void
  /**
   * Checks a password, unless a wrong one could be the last; one at a time for each person. The signal
   * ends only the waiting: a check that has begun is waited for before the next.
   * @throws {DirectoryError} `busy`, `aborted`, `no-answer`, `server-down`
   */
  guard(user: User, signal: AbortSignal, check: () => Promise<Verified>): Promise<Verified>
}

/** A count belongs to the controller that gave it, by its URL. */
export type Reading = { readonly server: string; readonly wrongPasswords: WrongPasswords }

/** `tries`: how many passwords had been tried by then; a millisecond is too long to tell before from after. */
export type Moment = { readonly atMs: number; readonly tries: number }

/** How long a reading counts. Nobody else's tries are seen meanwhile. */
const readingMs = 1_000
/** How long a domain's policy counts. */
const policyMs = 60_000
/** People whose tries are remembered at a time. */
const maxPeople = 10_000
/** Longer than any observation window that makes sense. */
const ownMs = 24 * 3_600_000

export function createLockoutShield(
  settings: LdapSettings,
  servers: LdapServers,
  clock: Clock,
): LockoutShield {
  const readings = createFactCache<Reading>(readingMs, maxPeople, clock)
  const lastTries = createFactCache<number>(policyMs, maxPeople, clock)
  const own = createFactCache<OwnCount>(ownMs, maxPeople, clock)
  const inTurn = createTurns()
  let tries = 0
  let domain: DomainLockout | undefined
  let asked: { readonly sinceMs: number; readonly answered: Promise<void> } | undefined

  /** The last answer that came: only the first is waited for. Undefined where there is none. */
  async function domainLockout(): Promise<DomainLockout | undefined> {
    const ageMs = clock.nowMs() - (asked?.sinceMs ?? 0)
    if (asked === undefined || ageMs < 0 || ageMs > policyMs) {
      asked = { sinceMs: clock.nowMs(), answered: askDomain() }
    }
    if (domain === undefined) await asked.answered
    return domain
  }

  async function askDomain(): Promise<void> {
    try {
      const read = await servers.search(
        (connection) => readDomainLockout(connection, settings, () => clock.nowMs()),
        AbortSignal.timeout(3 * settings.limits.searchMs),
      )
      domain = byHand(settings, read)
    } catch (error) {
      // Who cannot read this cannot check passwords either, and says so then.
      if (!(error instanceof DirectoryError)) throw error
    }
  }

  function attributes(): readonly string[] {
    return domain === undefined || domain.fineGrained?.size === 0
      ? wrongPasswordAttributes
      : [...wrongPasswordAttributes, fineGrainedAttribute]
  }

  async function read(connection: LdapConnection, dn: string): Promise<Reading | undefined> {
    const [entry] = await connection.search({
      base: dn,
      scope: 'base',
      filter: has('objectClass'),
      attributes: attributes(),
      limit: 1,
    })
    return entry && { server: connection.url, wrongPasswords: readWrongPasswords(entry) }
  }

  /** What the controller counts that the password will go to; undefined where it does not say. */
  async function reading(user: User, signal: AbortSignal): Promise<WrongPasswords | undefined> {
    const known = readings.get(user.key)
    if (known !== undefined && known.server === servers.preferred()) return known.wrongPasswords
    const { dn } = user
    if (dn === undefined) return undefined
    const sinceMs = clock.nowMs()
    try {
      const fresh = await servers.search((connection) => read(connection, dn), signal)
      if (fresh !== undefined) readings.set(user.key, fresh, sinceMs)
      return fresh?.wrongPasswords
    } catch (error) {
      if (error instanceof DirectoryError && error.code === 'search-refused') return undefined
      throw error
    }
  }

  async function checkInTurn(
    user: User,
    lockout: DomainLockout,
    signal: AbortSignal,
    check: () => Promise<Verified>,
  ): Promise<Verified> {
    const seen = await reading(user, signal)
    const ours = own.get(user.key) ?? { count: 0, lastMs: 0 }
    const judged = judgeWrongPasswords(lockout, seen, ours, clock.nowMs())
    if (judged.kind === 'stop') {
      const { wrong, threshold, untilMs } = judged
      return { kind: 'shielded', wrong, threshold, untilMs }
    }
    try {
      const verified = await check()
      if (verified.kind === 'wrong') {
        own.set(user.key, { count: ours.count + 1, lastMs: clock.nowMs() })
      } else if (verified.kind === 'right') own.delete(user.key)
      return verified
    } finally {
      // Whatever was read before has not seen this try.
      readings.delete(user.key)
      tries += 1
      lastTries.set(user.key, tries)
    }
  }

  return {
    attributes,
    now: () => ({ atMs: clock.nowMs(), tries }),
    learn(userKey, reading, began) {
      // Before the domain is known, nobody knows whether there are fine-grained policies to ask for.
      if (domain === undefined) return
      const lastTry = lastTries.get(userKey) ?? 0
      if (began.tries >= lastTry) readings.set(userKey, reading, began.atMs)
    },
    async guard(user, signal, check) {
      const lockout = await unlessAborted(domainLockout(), signal)
      if (lockout === undefined || neverLocks(lockout)) return check()
      const checked = inTurn(user.key, () => {
        if (signal.aborted) throw new DirectoryError('aborted', 'nobody waits for it any more')
        return checkInTurn(user, lockout, signal, check)
      })
      return unlessAborted(checked, signal)
    },
  }
}

/** Whether the domain is known to lock nobody out. */
function neverLocks({ policy, fineGrained }: DomainLockout): boolean {
  return policy?.threshold === 0 && fineGrained?.size === 0
}

/** A policy that is written down counts for everybody, whatever the directory says or hides. */
function byHand({ lockoutShield }: LdapSettings, read: DomainLockout): DomainLockout {
  if (lockoutShield === 'off' || lockoutShield === 'auto') return read
  const { threshold, windowMs } = lockoutShield
  return { ...read, policy: { threshold, windowMs, durationMs: windowMs }, fineGrained: new Map() }
}
