import type { Clock, Timer } from '../../support/index.ts'

const everyMs = 5_000

/** What the log says of it. */
export type StoreFilesEvent =
  | { readonly event: 'store-gone'; readonly detail: string }
  | { readonly event: 'store-back'; readonly file: string }

/**
 * Looks every few seconds whether the store still has the files that were opened, so that a loss is
 * known before anyone signs in (RULES 43). Says so once, and once when they are back.
 */
export function watchStoreFiles({
  clock,
  store,
  file,
  log,
}: {
  readonly clock: Clock
  readonly store: { look(): Promise<string | undefined> }
  readonly file: string
  readonly log: (event: StoreFilesEvent) => void
}): { stop(): void } {
  let timer: Timer | undefined
  let isStopped = false
  let isGone = false

  async function look(): Promise<void> {
    const fault = await store.look()
    if (isStopped) return
    if (fault !== undefined && !isGone) log({ event: 'store-gone', detail: fault })
    if (fault === undefined && isGone) log({ event: 'store-back', file })
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
