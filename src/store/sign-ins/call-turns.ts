import { type RawBuilder, sql } from 'kysely'
import type { StoreContext } from '../context.ts'
import type { Nodes } from '../nodes/nodes.ts'
import { sharedNow } from '../nodes/shared-now.ts'

/** The starts of calls at accounts of providers, which the processes of a database share. */
export interface CallTurnStore {
  /**
   * Takes the next turn of this account, `gapMs` after the one before, and gives how long it is until then. Undefined, and
   * then none is taken, where that would be longer than `withinMs`.
   */
  take(account: string, gapMs: number, withinMs: number): Promise<number | undefined>
}

/** Microseconds since 1970 by the database's clock. */
const databaseNowUs = sql<number>`cast(floor(extract(epoch from clock_timestamp()) * 1000000) as bigint)`
/** No call waits that long: the clock of another server was ahead. */
const longestQueueUs = 600_000_000

/** Undefined where the store is a file: one process has its accounts alone. `time`: what nodes have in common. */
export function createCallTurns(
  { connection, queries }: StoreContext,
  time: Nodes['time'] = () => undefined,
): CallTurnStore | undefined {
  if (connection.processId === undefined) return undefined
  return {
    async take(account, gapMs, withinMs) {
      const gapUs = sql`cast(${Math.ceil(gapMs * 1000)} as bigint)`
      const withinUs = sql`cast(${Math.max(0, Math.floor(withinMs * 1000))} as bigint)`
      const nowUs = sharedNow(time(), databaseNowUs, 1_000)
      const turnUs = turnAt(nowUs)
      // Each row of the account is seen by one transaction at a time, and the time is read after that.
      const [row] = await connection.run(
        sql<{ wait_us: number }>`insert into call_turn as turn (account, next_at_us)
          values (${account}, ${nowUs} + ${gapUs})
          on conflict (account) do update set next_at_us = ${turnUs} + ${gapUs}
          where ${turnUs} <= ${nowUs} + ${withinUs}
          returning next_at_us - ${gapUs} - ${nowUs} as wait_us`.compile(queries),
      )
      return row && Math.max(0, row.wait_us / 1000)
    },
  }
}

/** When the next call may start. */
const turnAt = (
  nowUs: RawBuilder<number>,
) => sql`case when turn.next_at_us > ${nowUs} + ${longestQueueUs} then ${nowUs}
  else greatest(turn.next_at_us, ${nowUs}) end`
