import type { Clock } from '../../support/index.ts'

/** So many at once, and so many a second from then on. */
export type AllowanceLimits = { readonly burst: number; readonly perSecond: number }

/** Counts what is used up of an allowance; `take` is false where nothing is left. */
export function createAllowance(clock: Clock, { burst, perSecond }: AllowanceLimits) {
  let left = burst
  let atMs = clock.nowMs()
  return {
    take(): boolean {
      const nowMs = clock.nowMs()
      // A clock that was put back gives nothing.
      left = Math.min(burst, left + (Math.max(0, nowMs - atMs) * perSecond) / 1000)
      atMs = nowMs
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}

export type Allowance = ReturnType<typeof createAllowance>
