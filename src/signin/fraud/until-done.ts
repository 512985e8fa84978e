import type { Clock } from '../../support/index.ts'

const retryMs = [1_000, 2_000, 5_000, 15_000]
const laterMs = 60_000

/**
 * Runs work that must not get lost. Where it fails it is tried again, until it is done or the process ends: it has to
 * be safe to do twice. Gives the result of the first try, or undefined where that failed.
 */
export async function untilDone<Result>(
  clock: Pick<Clock, 'after'>,
  work: () => Promise<Result>,
  onFailure: (error: unknown) => void,
): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    onFailure(error)
    again(0)
    return undefined
  }

  function again(times: number): void {
    clock.after(retryMs[times] ?? laterMs, () => {
      work().catch((error: unknown) => {
        onFailure(error)
        again(times + 1)
      })
    })
  }
}
