import type { User } from '../../../../src/accounts/index.ts'
import type {
  LdapConnection,
  SearchQuery,
} from '../../../../src/directory/ldap/connections/connection.ts'
import type { LdapServers } from '../../../../src/directory/ldap/connections/failover.ts'
import { createLockoutShield } from '../../../../src/directory/ldap/lockout/shield.ts'
import type { ShieldMemory } from '../../../../src/directory/ldap/lockout/shield-memory.ts'
import type { LdapSettings } from '../../../../src/directory/ldap/options.ts'
import { systemClock } from '../../../../src/support/index.ts'

const domainDn = 'DC=corp,DC=example,DC=com'
const halfAnHour = '-18000000000'
const never = new AbortController().signal

export type Tried = 'right' | 'wrong' | 'shielded' | 'down'

export type FakeProcess = {
  attempt(user: User, result: 'right' | 'wrong' | 'down'): Promise<Tried>
  /** Asks the directory, and tries no password. */
  look(user: User): Promise<unknown>
}

export type FakeDomain = {
  /** A process that uses this controller. */
  process(memory: ShieldMemory, controller?: string): FakeProcess
  /** Wrong passwords that count for a lock, wherever they were typed. */
  wrong(user: User): number
}

/**
 * Active Directory as far as it locks people out: each controller tells the tries that came to itself, and all of them
 * count together.
 */
export function createFakeDomain(threshold: number, { hidesCounts = false } = {}): FakeDomain {
  const counts = new Map<string, number>()
  const totals = new Map<string, number>()

  function answer(controller: string, { base }: SearchQuery): readonly object[] {
    if (base === '') return [{ dn: '', currentTime: formatTime(Date.now()) }]
    if (base === domainDn) {
      const window = { lockOutObservationWindow: halfAnHour, lockoutDuration: halfAnHour }
      return [{ dn: base, lockoutThreshold: String(threshold), ...window }]
    }
    if (base.startsWith('CN=Password Settings Container')) return [{ dn: base }]
    if (hidesCounts) return [{ dn: base }]
    const count = counts.get(`${controller} ${base}`) ?? 0
    const lastTicks = (BigInt(Date.now()) + 11_644_473_600_000n) * 10_000n
    return [{ dn: base, badPwdCount: String(count), badPasswordTime: String(lastTicks) }]
  }

  return {
    process(memory, controller = 'ldaps://dc1') {
      const connection = {
        url: controller,
        async search(query: SearchQuery) {
          await new Promise((resolve) => setImmediate(resolve))
          return answer(controller, query)
        },
      } as unknown as LdapConnection
      const servers = {
        search: (work: (one: LdapConnection) => Promise<unknown>) => work(connection),
        preferred: () => controller,
      } as unknown as LdapServers
      const settings = {
        ...{ domainDn, lockoutShield: 'auto', limits: { searchMs: 5_000 } },
      } as unknown as LdapSettings
      const shield = createLockoutShield(settings, servers, systemClock, memory)
      return {
        async attempt(user, result) {
          const verified = await shield.guard(user, never, async () => {
            await new Promise((resolve) => setImmediate(resolve))
            const key = `${controller} ${user.dn}`
            if (result === 'right') {
              counts.delete(key)
              totals.delete(user.key)
            }
            if (result === 'wrong') {
              counts.set(key, (counts.get(key) ?? 0) + 1)
              totals.set(user.key, (totals.get(user.key) ?? 0) + 1)
            }
            return result === 'down' ? { kind: 'down', detail: 'gone' } : { kind: result }
          })
          return verified.kind as Tried
        },
        look: (user) => shield.look(user, never),
      }
    },
    wrong: ({ key }) => totals.get(key) ?? 0,
  }
}

/** GeneralizedTime, as rootDSE tells it. */
function formatTime(atMs: number): string {
  return `${new Date(atMs).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}.0Z`
}

export function personOf(key: string): User {
  const dn = `CN=${key},${domainDn}`
  return { key, directory: 'corp', name: key, displayName: key, groups: [], phones: [], dn }
}
