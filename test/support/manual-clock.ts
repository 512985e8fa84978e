import type { Clock, Timer } from '../../src/support/index.ts'

type Pending = { dueMs: number; run: () => void }

/** A clock that stands still until a test moves it. */
export type ManualClock = Clock & {
  /** Moves time forward and runs what falls due on the way, in order. */
  advance(ms: number): void
  /** Changes what the clock shows without any time passing, as an administrator or NTP would. */
  set(nowMs: number): void
  /** How far it was moved forward, whatever was set. */
  elapsedMs(): number
  /** Timers that wait. */
  readonly waiting: number
}

/** Starts at `startMs` (milliseconds since 1970). */
export function createManualClock(startMs = 1_750_000_000_000): ManualClock {
  let shownMs = startMs
  let elapsedMs = 0
  const timers = new Set<Pending>()

  function nextDue(untilMs: number): Pending | undefined {
    let first: Pending | undefined
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (first === undefined || timer.dueMs < first.dueMs))
        first = timer
    }
    return first
  }

  function move(toMs: number): void {
    shownMs += toMs - elapsedMs
    elapsedMs = toMs
  }

  return {
    nowMs: () => shownMs,
    elapsedMs: () => elapsedMs,
    after(delayMs, run): Timer {
      const timer = { dueMs: elapsedMs + delayMs, run }
      timers.add(timer)
      return { cancel: () => timers.delete(timer) }
    },
    advance(ms) {
      const untilMs = elapsedMs + ms
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer)
        move(timer.dueMs)
        timer.run()
      }
      move(untilMs)
    },
    set(nowMs) {
      shownMs = nowMs
    },
    get waiting() {
      return timers.size
    },
  }
}
