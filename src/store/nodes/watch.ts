import type { NodeRow } from '../schema.ts'

/** Of a row as one beat has seen it. */
export type SeenNode = Pick<NodeRow, 'process_id' | 'state' | 'beat'> & {
  /** No one holds the lock of the process. */
  readonly isLockFree: boolean
}

/** Whom to declare dead, if the row still has this beat. */
export type Suspect = Pick<NodeRow, 'process_id' | 'beat'>

/** How often a process says that it lives. */
export const beatMs = 2_000
/** A beat that has not moved for so long belongs to no one. */
const deadMs = 8_000
/** A process that has heard nothing itself for so long knows nothing of others (O12). */
const lateMs = 2 * beatMs
/** A lock may be free for a moment, while its process makes a new connection. */
const looksAtFreeLock = 2

type Known = { readonly beat: number; readonly sinceMs: number; readonly freeLooks: number }

/**
 * Judges only by its own monotonic time which of the others are dead (O10): after 8 seconds without a beat, or sooner
 * where the lock is free at two looks. A process whose own beat came late begins again and declares no one.
 */
export function createWatch(): {
  judge(nowMs: number, others: readonly SeenNode[]): readonly Suspect[]
} {
  let known: ReadonlyMap<string, Known> = new Map()
  let lastMs: number | undefined
  let watchingSinceMs = 0

  return {
    judge(nowMs, others) {
      const isLate = lastMs === undefined || nowMs - lastMs > lateMs
      lastMs = nowMs
      if (isLate) {
        known = new Map()
        watchingSinceMs = nowMs
      }
      const next = new Map<string, Known>()
      const suspects: Suspect[] = []
      for (const { process_id, state, beat, isLockFree } of others) {
        if (state !== 'serving' && state !== 'draining') continue
        const before = known.get(process_id)
        const isStill = before?.beat === beat
        const sinceMs = isStill ? before.sinceMs : nowMs
        const freeLooks = isLockFree ? (isStill ? before.freeLooks : 0) + 1 : 0
        next.set(process_id, { beat, sinceMs, freeLooks })
        // When the database comes back, all locks are free until each has found it.
        const isQuick = freeLooks >= looksAtFreeLock && nowMs - watchingSinceMs >= deadMs
        if (isQuick || nowMs - sinceMs >= deadMs) suspects.push({ process_id, beat })
      }
      known = next
      return suspects
    },
  }
}
