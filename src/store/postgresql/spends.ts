import type { CompiledQuery } from 'kysely'
import type { Clock } from '../../support/index.ts'
import { takeOldest } from '../../support/index.ts'

/** Longer than a standby is behind, and than most codes count. */
const keptMs = 900_000
const most = 50_000

/** What this process has spent lately, for a server that has not heard of it. */
export type Spends = {
  note(query: CompiledQuery): void
  /** In their order. */
  list(): readonly CompiledQuery[]
}

export function createSpends(clock: Clock): Spends {
  const spent = new Map<CompiledQuery, number>()

  function forgetOld(): void {
    for (const [query, atMs] of spent) {
      if (clock.nowMs() - atMs <= keptMs) return
      spent.delete(query)
    }
  }

  return {
    note(query) {
      forgetOld()
      if (spent.size >= most) takeOldest(spent, 1)
      spent.set(query, clock.nowMs())
    },
    list() {
      forgetOld()
      return [...spent.keys()]
    },
  }
}
