import type { Clock } from '../../support/index.ts'

/** This many at once, and this many a second from then on. */
export type TokenBucketLimits = { readonly burst: number; readonly perSecond: number }

/** Counts what is used up of a bucket; `take` is false where nothing is left. */
export function createTokenBucket(clock: Clock, { burst, perSecond }: TokenBucketLimits) {
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

export type TokenBucket = ReturnType<typeof createTokenBucket>
