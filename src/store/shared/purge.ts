import { type RawBuilder, sql } from 'kysely'
import type { Clock, Timer } from '../../support/index.ts'
import type { Connection } from '../connection.ts'
import type { Queries } from '../queries.ts'
import type { Purge, Times } from './context.ts'

const tables = [
  'shared_kept',
  'shared_miss',
  'shared_claim',
  'shared_prompt',
  'shared_note',
] as const

/** Rows that end within this time of each other go together. */
const stepMs = 10_000

/** How long the claim of a process that has died tells the next to claim that there was one: gateways are slow. */
export const abandonedMs = 120_000

/**
 * Takes rows away once their time has passed by the database's clock and by ours, since either may be wrong: what was
 * spent must not be forgotten early. Each process does so while rows that it has written can end.
 */
export function createPurge({
  connection,
  queries,
  clock,
  times,
  isAlive,
}: {
  readonly connection: Connection
  readonly queries: Queries
  readonly clock: Clock
  readonly times: Times
  readonly isAlive: (column: RawBuilder<unknown>) => RawBuilder<boolean>
}): Purge & { run(): Promise<void>; stop(): void } {
  /** Ends of steps in which rows end. */
  const expected = new Set<number>()
  let timer: Timer | undefined
  let timerAtMs = Number.POSITIVE_INFINITY
  let isStopped = false

  async function run(): Promise<void> {
    const nowMs = clock.nowMs()
    const abandonedUntilMs = nowMs + abandonedMs
    await connection.atomically([
      ...tables.map((table) =>
        queries
          .deleteFrom(table)
          .where('until_ms', '<=', times.now())
          .where('own_until_ms', '<=', nowMs)
          .compile(),
      ),
      // They stay for the gateways of their sign-ins, which ask their next server.
      queries
        .updateTable('shared_claim')
        .set({ until_ms: times.at(abandonedUntilMs), own_until_ms: abandonedUntilMs })
        .where('settled', 'is', null)
        .where('until_ms', 'is', null)
        .where(({ not }) => not(isAlive(sql.ref('shared_claim.process_id'))))
        .compile(),
    ])
  }

  function schedule(): void {
    const nextMs = Math.min(...expected)
    if (isStopped || nextMs >= timerAtMs || !Number.isFinite(nextMs)) return
    timer?.cancel()
    timerAtMs = nextMs
    timer = clock.after(Math.max(0, nextMs - clock.nowMs()), () => {
      timerAtMs = Number.POSITIVE_INFINITY
      for (const endMs of expected) if (endMs <= clock.nowMs()) expected.delete(endMs)
      // What a failure leaves is taken away the next time.
      void run().catch(() => undefined)
      schedule()
    })
  }

  function expect(untilMs: number): void {
    const endMs = Math.ceil(untilMs / stepMs) * stepMs + stepMs
    if (expected.has(endMs)) return
    expected.add(endMs)
    schedule()
  }

  return {
    run,
    expect,
    stop() {
      isStopped = true
      timer?.cancel()
    },
  }
}
