import type { Clock } from '../../support/index.ts'
import type { EarlierSignIn } from '../method.ts'

/** Beyond that the oldest goes: its device opens a new session. */
const maxKept = 10_000

type Kept = {
  /** As OpenSSL wants it back, the keys of the tunnel among it. */
  readonly data: Buffer
  readonly signIn: EarlierSignIn
}

/**
 * Sessions of TLS 1.2 that devices may resume, of one method at one gateway, in memory only. One is kept
 * once its sign-in was accepted, never before (RULES 1, 27).
 */
export type SessionCache = {
  find(id: Buffer): Kept | undefined
  keep(id: Buffer, kept: Kept): void
  forget(id: Buffer): void
}

/** `lifetimeMs`: from the sign-in on, however often it is resumed. */
export function createSessionCache(lifetimeMs: number, clock: Clock): SessionCache {
  const kept = new Map<string, Kept>()
  return {
    find(id) {
      const found = kept.get(keyOf(id))
      if (found === undefined) return undefined
      const ageMs = clock.nowMs() - found.signIn.provenAtMs
      // A clock that was set back must not make it last longer.
      return ageMs >= 0 && ageMs < lifetimeMs ? found : undefined
    },
    keep(id, session) {
      const [oldest] = kept.keys()
      if (kept.size >= maxKept && oldest !== undefined) kept.delete(oldest)
      kept.set(keyOf(id), session)
    },
    forget: (id) => kept.delete(keyOf(id)),
  }
}

function keyOf(id: Buffer): string {
  return id.toString('base64url')
}
