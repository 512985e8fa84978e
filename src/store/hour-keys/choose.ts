const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** How often a process reads the keys. */
export const readEveryMs = minuteMs
/** How long before it begins a key is there for all to read, so that each process has it when the first one uses it. */
const aheadMs = 5 * minuteMs

/** A key of the hour. They are numbered in the order in which they were made. */
export type Begins = {
  readonly number: number
  /** By the database's clock, milliseconds since 1970. */
  readonly beginsMs: number
}

/** The key in use now: the newest that has begun. Where the database's clock was set back, the oldest there is. */
export function currentOf<Key extends Begins>(
  newestFirst: readonly Key[],
  nowMs: number,
): Key | undefined {
  return newestFirst.find(({ beginsMs }) => beginsMs <= nowMs) ?? newestFirst.at(-1)
}

/** The key that has to be made now. Undefined while the newest is young enough. */
export function nextOf(newestFirst: readonly Begins[], nowMs: number): Begins | undefined {
  const [newest] = newestFirst
  if (newest === undefined) return { number: 1, beginsMs: nowMs }
  const dueMs = newest.beginsMs + hourMs
  // A clock that was set back would leave one key in use until it gets there again.
  const isFar = newest.beginsMs > nowMs + 2 * aheadMs
  if (!isFar && dueMs > nowMs + aheadMs) return undefined
  const beginsMs = isFar ? nowMs + aheadMs : Math.max(dueMs, nowMs + aheadMs)
  return { number: newest.number + 1, beginsMs }
}
