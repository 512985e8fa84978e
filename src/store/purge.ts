import type { Clock, Timer } from '../support/index.ts'

const everyMs = 3_600_000
const stepRows = 1_000

/** Stores of what ends by itself. */
const ending = [
  'remembered',
  'pauses',
  'accounting',
  'webSessions',
  'webSteps',
  'webWaits',
  'enrolmentCodes',
  'pairings',
  'shield',
  'bells',
  'receipts',
  'phoneNotices',
] as const

type Purgeable = { purge(nowMs: number, stepRows: number): Promise<unknown> }

export type PurgeOptions = {
  readonly store: {
    readonly audit: { purgeAudit(beforeMs: number, stepRows: number): Promise<unknown> }
  } & Readonly<Record<(typeof ending)[number], Purgeable>>
  readonly clock: Clock
  /** How long audit rows are kept, in milliseconds; asked each time. */
  readonly retentionMs: () => number
  readonly onError: (error: unknown) => void
}

/** Deletes audit rows past their retention and what has ended by itself, once an hour and at the start. */
export function purgeHourly({ store, clock, retentionMs, onError }: PurgeOptions): {
  stop(): void
} {
  let timer: Timer | undefined
  let stopped = false

  async function run(): Promise<void> {
    try {
      await store.audit.purgeAudit(clock.nowMs() - retentionMs(), stepRows)
      for (const name of ending) await store[name].purge(clock.nowMs(), stepRows)
    } catch (error) {
      // One that is under way while the store closes is made up for at the next start.
      if (!stopped) onError(error)
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
