import type { Clock, Timer } from '../../support/index.ts'

/** Says whether this process has just stood still, such as on a machine that was suspended. */
export type StandStill = {
  /** How long a datagram that is read now may have waited to be read, in whole milliseconds; 0 where the process did not stand still. */
  waitedMs(): number
  stop(): void
}

const tickMs = 500
/** A busy process is late by less. */
const lateMs = 2_000
/** Datagrams that have waited are read within this time. */
const catchUpMs = 250

/**
 * What has waited in a socket looks as if it came now, but another server may have answered its gateway long ago: no phone
 * may ring for it. `elapsedMs` goes on evenly, whatever happens to the clock.
 */
export function watchStandStill(
  clock: Pick<Clock, 'after'>,
  elapsedMs: () => number = () => performance.now(),
): StandStill {
  let awakeAtMs = elapsedMs()
  let stoodStill: { readonly fromMs: number; readonly untilMs: number } | undefined
  let timer: Timer = clock.after(tickMs, tick)

  /** Timers may run before the sockets are read, or after. */
  function look(): number {
    const nowMs = elapsedMs()
    if (nowMs - awakeAtMs >= tickMs + lateMs) {
      stoodStill = { fromMs: awakeAtMs, untilMs: nowMs + catchUpMs }
    }
    return nowMs
  }

  function tick(): void {
    awakeAtMs = look()
    timer = clock.after(tickMs, tick)
  }

  return {
    waitedMs() {
      const nowMs = look()
      if (stoodStill === undefined || nowMs > stoodStill.untilMs) return 0
      return Math.ceil(nowMs - stoodStill.fromMs)
    },
    stop: () => timer.cancel(),
  }
}
