import type { User } from '../../../accounts/index.ts'
import type { Shielded, Verified } from '../../../signin/index.ts'
import type { Clock } from '../../../support/index.ts'
import { DirectoryError } from '../../errors.ts'
import { unlessAborted } from '../../gate.ts'
import type { LdapConnection } from '../connections/connection.ts'
import type { LdapServers } from '../connections/failover.ts'
import { has } from '../entries/filters.ts'
import type { LdapSettings } from '../options.ts'
import { type DomainLockout, readDomainLockout } from './policy.ts'
import type { Moment, Reading, ShieldMemory, Turn } from './shield-memory.ts'
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
  /**
   * What `guard` would refuse with; undefined where it would check.
   * @throws {DirectoryError} as `guard`
   */
  look(user: User, signal: AbortSignal): Promise<Shielded | undefined>
  /**
   * How far the controller's clock is ahead of ours, in milliseconds, up to a second too little; 0 where it
   * does not say. @throws {DirectoryError} `aborted`
   */
  controllerAheadMs(signal: AbortSignal): Promise<number>
}

/** How long a domain's policy counts. */
const policyMs = 60_000

export function createLockoutShield(
  settings: LdapSettings,
  servers: LdapServers,
  clock: Clock,
  memory: ShieldMemory,
): LockoutShield {
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
      // A process that cannot read this cannot check passwords either, and says so then.
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
    const known = memory.reading(user.key)
    if (known !== undefined && known.server === servers.preferred()) return known.wrongPasswords
    const { dn } = user
    if (dn === undefined) return undefined
    const began = memory.now()
    try {
      const fresh = await servers.search((connection) => read(connection, dn), signal)
      if (fresh !== undefined) memory.learn(user.key, fresh, began)
      return fresh?.wrongPasswords
    } catch (error) {
      if (error instanceof DirectoryError && error.code === 'search-refused') return undefined
      throw error
    }
  }

  async function judge(
    user: User,
    lockout: DomainLockout,
    own: OwnCount,
    signal: AbortSignal,
  ): Promise<Shielded | undefined> {
    const seen = await reading(user, signal)
    const isElsewhere = own.server !== undefined && own.server !== servers.preferred()
    const counted = isElsewhere ? withOwn(seen, own, lockout) : seen
    const judged = judgeWrongPasswords(lockout, counted, own, clock.nowMs())
    if (judged.kind !== 'stop') return undefined
    const { wrong, threshold, untilMs } = judged
    return { kind: 'shielded', wrong, threshold, untilMs }
  }

  async function checkInTurn(
    user: User,
    lockout: DomainLockout,
    turn: Turn,
    signal: AbortSignal,
    check: () => Promise<Verified>,
  ): Promise<Verified> {
    const shielded = await judge(user, lockout, turn.own, signal)
    if (shielded !== undefined) return shielded
    let result: Verified['kind'] | undefined
    const server = servers.preferred()
    try {
      const verified = await check()
      result = verified.kind
      return verified
    } finally {
      turn.noteTry(result, server === servers.preferred() ? server : undefined)
    }
  }

  return {
    attributes,
    now: memory.now,
    learn(userKey, reading, began) {
      // Before the domain is known, no one knows whether there are fine-grained policies to ask for.
      if (domain !== undefined) memory.learn(userKey, reading, began)
    },
    async guard(user, signal, check) {
      const lockout = await unlessAborted(domainLockout(), signal)
      if (lockout === undefined || neverLocks(lockout)) return check()
      const checked = memory.inTurn(user.key, signal, async (turn) => {
        if (signal.aborted) throw new DirectoryError('aborted', 'no one waits for it any longer')
        return checkInTurn(user, lockout, turn, signal, check)
      })
      return unlessAborted(checked, signal)
    },
    async look(user, signal) {
      const lockout = await unlessAborted(domainLockout(), signal)
      if (lockout === undefined || neverLocks(lockout)) return undefined
      return judge(user, lockout, await memory.own(user.key), signal)
    },
    async controllerAheadMs(signal) {
      return (await unlessAborted(domainLockout(), signal))?.clockAheadMs ?? 0
    },
  }
}

/** Controllers count separately, and lock together: tries at another one are not in the count of this one yet. */
function withOwn(
  seen: WrongPasswords | undefined,
  own: OwnCount,
  { clockAheadMs }: DomainLockout,
): WrongPasswords | undefined {
  if (seen?.count === undefined || seen.count >= own.count) return seen
  return { ...seen, count: own.count, lastMs: Math.max(seen.lastMs, own.lastMs + clockAheadMs) }
}

/** Whether the domain is known to lock no one out. */
function neverLocks({ policy, fineGrained }: DomainLockout): boolean {
  return policy?.threshold === 0 && fineGrained?.size === 0
}

/** A policy in the configuration applies to everyone, whatever the directory says or hides. */
function byHand({ lockoutShield }: LdapSettings, read: DomainLockout): DomainLockout {
  if (lockoutShield === 'off' || lockoutShield === 'auto') return read
  const { threshold, windowMs } = lockoutShield
  return { ...read, policy: { threshold, windowMs, durationMs: windowMs }, fineGrained: new Map() }
}
