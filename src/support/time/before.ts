import type { TimerWheel } from './timer-wheel.ts'

/** Waits for `work` until the deadline; undefined when that came first. */
export function before<T>(
  wheel: Pick<TimerWheel, 'at'>,
  deadlineMs: number,
  work: Promise<T>,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = wheel.at(deadlineMs, () => resolve(undefined))
    work.then(resolve, reject).finally(() => timer.cancel())
  })
}
