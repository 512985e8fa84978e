import { farClockMs, jumpBelievedAfterMs } from '../../support/index.ts'
import type { NodeRow } from '../schema.ts'

/** A beat that is older says nothing about a clock now: the database's may have been moved since. */
const freshMs = 8_000
/** A beat that took longer does not tell when the database was asked. */
const longestMs = 2_000

/** What one beat has learnt of clocks. */
export type SeenClocks = {
  /** The database's time, milliseconds since 1970. */
  readonly databaseMs: number
  /** How far the clock of this machine is ahead of it. */
  readonly ownAheadMs: number
  /** Of the other nodes, with their last beats. */
  readonly others: readonly Pick<NodeRow, 'state' | 'beat_at_ms' | 'database_at_ms'>[]
}

/** The time that the processes of a database have in common. */
export type SharedTime = {
  /** What has to be added to the database's time. */
  readonly addedMs: number
  /** What comes to. It goes on also where the database's clock is moved this moment. */
  nowMs(): number
}

/**
 * Finds out which clocks are right, from beat to beat: the middle one of the database and of all nodes. So one that is
 * wrong moves nothing, whether it is a node's or the database's. Only that of this machine or of the database is
 * believed. `elapsedMs`: a time that only goes on.
 */
export type Clocks = {
  /**
   * Takes up what a beat has seen that began at `beganMs` of the time that only goes on. Gives the time by most clocks;
   * undefined where two contradict each other.
   */
  see(seen: SeenClocks, beganMs: number): number | undefined
  /** Undefined until a beat has seen something: then the database's time is used. */
  time(): SharedTime | undefined
}

export function createClocks(elapsedMs: () => number = () => performance.now()): Clocks {
  let addedMs = 0
  let jumpedAtMs: number | undefined
  let known: { readonly sharedMs: number; readonly atMs: number } | undefined

  const nowMs = () =>
    known === undefined ? 0 : Math.round(known.sharedMs + elapsedMs() - known.atMs)

  return {
    see({ databaseMs, ownAheadMs, others }, beganMs) {
      const atMs = elapsedMs()
      if (atMs - beganMs > longestMs) return undefined
      const fresh = others
        .filter(({ state }) => state === 'serving' || state === 'draining')
        .filter(({ database_at_ms: seenMs }) => Math.abs(databaseMs - seenMs) <= freshMs)
      const expected = known === undefined ? 0 : nowMs() - databaseMs
      const two = [0, ownAheadMs]
      const all = [...two, ...fresh.map((row) => row.beat_at_ms - row.database_at_ms)]
      // Rows of other nodes may be made up: they decide between the two that we have seen, and nothing else (O8).
      const most = middleOf(all, expected)
      const isSure = all.length > 2 && two.some((ahead) => Math.abs(ahead - most) <= farClockMs)
      const middle = isSure ? most : middleOf(two, expected)
      const isJump = known !== undefined && Math.abs(middle - expected) > farClockMs
      jumpedAtMs = isJump ? (jumpedAtMs ?? atMs) : undefined
      const isBelieved = jumpedAtMs === undefined || atMs - jumpedAtMs >= jumpBelievedAfterMs
      addedMs = isBelieved ? correctionOf(middle) : Math.round(expected)
      known = { sharedMs: databaseMs + addedMs, atMs }
      return isSure ? databaseMs + middle : undefined
    },
    time: () => (known === undefined ? undefined : { addedMs, nowMs }),
  }
}

/** A database that is hardly off is right: all have its time in the same way. */
function correctionOf(middle: number): number {
  return Math.abs(middle) <= farClockMs ? 0 : Math.round(middle)
}

/** Of two in the middle, the one that agrees more with what was known before. */
export function middleOf(all: readonly number[], expected: number): number {
  const sorted = all.toSorted((one, other) => one - other)
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0
  const high = sorted[Math.floor(sorted.length / 2)] ?? 0
  return Math.abs(high - expected) < Math.abs(low - expected) ? high : low
}
