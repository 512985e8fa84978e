/** A timer that was set; `cancel` is safe to call twice. */
export type Timer = { cancel(): void }

/** Where time comes from. Passed in everywhere, so that a test can hold it. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). */
  nowMs(): number
  /** Calls `run` once, not before `delayMs` milliseconds have passed. Does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer
  /** What the clock of this machine shows, of a clock that does not go by it alone. */
  machineMs?(): number
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
}
