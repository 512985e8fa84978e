import { type RawBuilder, sql } from 'kysely'
import type { Clock } from '../../support/index.ts'
import type { Connection } from '../connection.ts'
import type { StoreError } from '../errors.ts'
import type { Hints } from '../hints.ts'
import type { SharedTime } from '../nodes/clocks.ts'
import { sharedNow } from '../nodes/shared-now.ts'
import type { Queries } from '../queries.ts'
import type { Sealer } from '../sealing/sealing.ts'
import type { Asking } from './asking.ts'

/** What every part of the shared registry works with. */
export type SharedContext = {
  readonly connection: Connection
  readonly queries: Queries
  readonly sealer: Sealer
  /** For session keys: what it seals opens for an hour or two, and never from a backup. */
  readonly hourSealer: Pick<Sealer, 'seal' | 'open'>
  readonly clock: Clock
  readonly times: Times
  /** Of this process. It changes when others have declared it dead. */
  readonly processId: () => string
  /** A condition: whether the process in this column is alive. */
  readonly isAlive: (column: RawBuilder<unknown>) => RawBuilder<boolean>
  readonly hints: Pick<Hints, 'tell'>
  readonly asking: Asking
  readonly purge: Purge
  /** Carries it out, and again each second while the database is away. */
  readonly keepTrying: (work: () => Promise<unknown>) => void
  /** Told about each row that does not open: someone has written it by hand. */
  readonly onUnreadable: (error: StoreError) => void
}

/** Takes rows away whose time has passed. */
export type Purge = {
  /** Says that a row was written which ends then, milliseconds since 1970. */
  expect(untilMs: number): void
}

/** Moments as rows have them. Clocks of processes differ: a deadline is handed over as the time that is left. */
export type Times = {
  /** Milliseconds since 1970 at this statement: the database's clock, unless most others say that it is wrong. */
  readonly now: () => RawBuilder<number>
  /** The same when ours is `untilMs`. */
  readonly at: (untilMs: number) => RawBuilder<number>
  /**
   * A moment that has passed by every process's clock. Rows that end before it are over, also where the database's clock
   * was set back or another server took over.
   */
  readonly longAgoMs: () => number
}

/** Far more than the clocks of processes may differ, which is warned of from 5 s. */
const clockSlackMs = 300_000

/** `now()` would be the start of the transaction. */
const databaseNow = sql<number>`cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)`

/** `time`: what the processes have found out about the database's clock. `asked`: that clock. */
export function createTimes(
  clock: Clock,
  time: () => SharedTime | undefined,
  asked: () => RawBuilder<number> = () => databaseNow,
): Times {
  const now = () => sharedNow(time(), asked())
  return {
    now,
    at: (untilMs) => sql<number>`${now()} + cast(${Math.round(untilMs - clock.nowMs())} as bigint)`,
    longAgoMs: () => clock.nowMs() - clockSlackMs,
  }
}
