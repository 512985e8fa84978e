import type { Timer } from '../support/index.ts'
import type { Lasting } from './generation.ts'
import { explain } from './observe.ts'

const everyMs = 3_600_000
const stepRows = 1_000

/** Deletes audit rows past their retention and what is no longer remembered, once an hour and at the start. */
export function startUpkeep(
  { clock, logger, opened }: Lasting,
  retentionMs: () => number,
): { stop(): void } {
  let timer: Timer | undefined
  let stopped = false

  async function run(): Promise<void> {
    try {
      await opened.store.audit.purgeAudit(clock.nowMs() - retentionMs(), stepRows)
      await opened.store.remembered.purge(clock.nowMs(), stepRows)
      await opened.store.accounting.purge(clock.nowMs(), stepRows)
    } catch (error) {
      // One that is under way while the store closes is made up for at the next start.
      if (!stopped) logger.log({ event: 'store-failed', ...explain(error) })
    }
    if (!stopped) timer = clock.after(everyMs, () => void run())
  }

  void run()
  return {
    stop() {
      stopped = true
      timer?.cancel()
    },
  }
}
