import type { Clock } from '../../support/index.ts'

/** Remembers things for a while; the oldest make room when there are too many. */
export type FactCache<T> = {
  get(key: string): T | undefined
  /** `sinceMs`: when the oldest part of it was learnt; absent: now. */
  set(key: string, value: T, sinceMs?: number): void
  delete(key: string): void
}

/** `maxAgeMs` 0 remembers nothing. */
export function createFactCache<T>(
  maxAgeMs: number,
  maxEntries: number,
  clock: Pick<Clock, 'nowMs'>,
): FactCache<T> {
  const entries = new Map<string, { readonly value: T; readonly sinceMs: number }>()
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      const ageMs = clock.nowMs() - entry.sinceMs
      // A clock that was set back must not keep a fact longer.
      if (ageMs >= 0 && ageMs < maxAgeMs) return entry.value
      entries.delete(key)
      return undefined
    },
    set(key, value, sinceMs = clock.nowMs()) {
      if (maxAgeMs === 0) return
      entries.delete(key)
      entries.set(key, { value, sinceMs })
      const oldest = entries.keys().next()
      if (entries.size > maxEntries && !oldest.done) entries.delete(oldest.value)
    },
    delete(key) {
      entries.delete(key)
    },
  }
}
