import type { Timer } from '../support/index.ts'
import type { Lasting } from './generation.ts'

const everyMs = 5_000

/**
 * Looks every few seconds whether the store still has the files that were opened, so that a loss is
 * known before anyone signs in (RULES 43). Says so once, and once when they are back.
 */
export function startStoreWatch({
  clock,
  logger,
  opened,
}: Pick<Lasting, 'clock' | 'logger' | 'opened'>): { stop(): void } {
  const { store, file } = opened
  let timer: Timer | undefined
  let isStopped = false
  let isGone = false

  async function look(): Promise<void> {
    const fault = await store.look()
    if (isStopped) return
    if (fault !== undefined && !isGone) logger.log({ event: 'store-gone', detail: fault })
    if (fault === undefined && isGone) logger.log({ event: 'store-back', file })
    isGone = fault !== undefined
    timer = clock.after(everyMs, () => void look())
  }

  timer = clock.after(everyMs, () => void look())
  return {
    stop() {
      isStopped = true
      timer?.cancel()
    },
  }
}
