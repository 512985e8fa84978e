import { type Clock, takeOldest } from '../../support/index.ts'

type Misses = {
  readonly userKey: string
  /** Moments of the last ones, the oldest first. */
  readonly atMs: readonly number[]
}

/** Wrong codes by person and typed password, over the last hour. */
export type MissCounts = {
  /** `passwordKey` recognises person and password; no more than `enough` are counted. */
  note(userKey: string, passwordKey: string, enough: number): void
  count(passwordKey: string): number
  forget(userKey: string): void
}

const hourMs = 3_600_000
const removedAtOnce = 100

/**
 * Counts in memory, for `max` passwords at most. Beyond that those with the fewest misses go first, so
 * that a thief cannot wash away the count of a password with many others (RULES 41).
 */
export function createMissCounts(clock: Clock, max = 50_000): MissCounts {
  /** By how many misses there are; each in the order of the last miss. */
  const levels: Map<string, Misses>[] = []

  function find(passwordKey: string): { level: Map<string, Misses>; misses: Misses } | undefined {
    for (const level of levels) {
      const misses = level.get(passwordKey)
      if (misses !== undefined) return { level, misses }
    }
    return undefined
  }

  function recent(misses: Misses | undefined): readonly number[] {
    const sinceMs = clock.nowMs() - hourMs
    return misses?.atMs.filter((atMs) => atMs > sinceMs) ?? []
  }

  function size(): number {
    return levels.reduce((sum, level) => sum + level.size, 0)
  }

  function forgetOld(): void {
    for (const level of levels) {
      for (const [passwordKey, misses] of level) {
        if (recent(misses).length > 0) break
        level.delete(passwordKey)
      }
    }
  }

  return {
    note(userKey, passwordKey, enough) {
      const found = find(passwordKey)
      const atMs = [...recent(found?.misses), clock.nowMs()].slice(-enough)
      found?.level.delete(passwordKey)
      forgetOld()
      if (size() >= max) {
        const fewest = levels.find((level) => level.size > 0)
        if (fewest !== undefined) takeOldest(fewest, removedAtOnce)
      }
      while (levels.length < atMs.length) levels.push(new Map())
      levels[atMs.length - 1]?.set(passwordKey, { userKey, atMs })
    },

    count: (passwordKey) => recent(find(passwordKey)?.misses).length,

    forget(userKey) {
      for (const level of levels) {
        for (const [passwordKey, misses] of level)
          if (misses.userKey === userKey) level.delete(passwordKey)
      }
    },
  }
}
