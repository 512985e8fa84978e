import type { Clock } from './clock.ts'

/** Lets the first event per key and interval through and counts the others. Made for log lines. */
export interface RateLimit {
  /**
   * `undefined`: keep quiet, this one is counted. A number: go on; that many were kept quiet since
   * the last one of this key that went through.
   */
  admit(key: string): number | undefined
  /** Keys remembered now. */
  readonly size: number
}

export type RateLimitOptions = {
  readonly intervalMs: number
  /**
   * Keys remembered at a time. Keys may come from forged addresses, so the map is capped: when it is
   * full, all further keys share one place, and all together cause one line an interval.
   */
  readonly maxKeys: number
}

type Window = { untilMs: number; suppressed: number }

const overflowKey = ''

/** Creates a limiter that admits one event per key in each `intervalMs`. Empty keys are the shared place. */
export function createRateLimit(clock: Clock, options: RateLimitOptions): RateLimit {
  /** Oldest window first: a key that starts a new window moves to the end. */
  const windows = new Map<string, Window>()

  function admit(key: string): number | undefined {
    const nowMs = clock.nowMs()
    let window = windows.get(key)
    if (window === undefined && windows.size >= options.maxKeys) {
      forgetEnded(nowMs)
      if (windows.size >= options.maxKeys) {
        key = overflowKey
        window = windows.get(key)
      }
    }
    if (window !== undefined && isOpen(window, nowMs)) {
      window.suppressed += 1
      return undefined
    }
    windows.delete(key)
    windows.set(key, { untilMs: nowMs + options.intervalMs, suppressed: 0 })
    return window?.suppressed ?? 0
  }

  function forgetEnded(nowMs: number): void {
    for (const [key, window] of windows) {
      if (isOpen(window, nowMs)) return
      windows.delete(key)
    }
  }

  /** A window that ends further away than one interval was opened before the clock was set back. */
  function isOpen(window: Window, nowMs: number): boolean {
    return nowMs < window.untilMs && window.untilMs - nowMs <= options.intervalMs
  }

  return {
    admit,
    get size() {
      return windows.size
    },
  }
}
