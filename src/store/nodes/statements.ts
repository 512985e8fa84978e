import { sql } from 'kysely'
import { databaseNowMs } from '../postgresql/queries.ts'
import { processLockKey } from '../postgresql/session.ts'
import type { Queries } from '../queries.ts'
import type { NodeRow } from '../schema.ts'
import type { Suspect } from './watch.ts'

/** What a process says with each beat. */
export type NodeReport = {
  readonly beatAtMs: number
  readonly configuration: string
  readonly openSignIns: number
}

const alive = ['serving', 'draining'] as const

/** The database's time, milliseconds since 1970. */
export function askTime(queries: Queries) {
  return queries.selectNoFrom(databaseNowMs.as('nowMs')).compile()
}

/** Moves the beat, unless the process was declared dead. Gives its state, and the database's time. */
export function moveBeat(queries: Queries, processId: string, report: NodeReport) {
  return queries
    .updateTable('node')
    .set((row) => ({
      beat: row('beat', '+', 1),
      beat_at_ms: report.beatAtMs,
      database_at_ms: databaseNowMs,
      configuration: report.configuration,
      open_sign_ins: report.openSignIns,
    }))
    .where('process_id', '=', processId)
    .where('state', 'in', alive)
    .returning(['state', 'database_at_ms'])
    .compile()
}

/** All processes, and of those that should live whether no one holds their lock. A lock that is free is taken for this statement alone. */
export function look(queries: Queries) {
  const isFree = sql<boolean>`pg_try_advisory_xact_lock_shared(${sql.raw(processLockKey('process_id'))})`
  return queries
    .selectFrom('node')
    .selectAll()
    .select(
      sql<boolean>`case when state in ('serving', 'draining') then ${isFree} else false end`.as(
        'isLockFree',
      ),
    )
    .orderBy('started_at_ms')
    .orderBy('process_id')
    .compile()
}

/** Takes effect only while the beat is the one that was seen. */
export function declareDead(queries: Queries, { process_id, beat }: Suspect) {
  return queries
    .updateTable('node')
    .set({ state: 'dead' })
    .where('process_id', '=', process_id)
    .where('beat', '=', beat)
    .where('state', 'in', alive)
    .returning(['process_id as processId', 'name'])
    .compile()
}

export function setState(queries: Queries, processId: string, state: NodeRow['state']) {
  return queries
    .updateTable('node')
    .set({ state })
    .where('process_id', '=', processId)
    .where('state', 'in', alive)
    .compile()
}

export function drainNamed(queries: Queries, name: string) {
  return queries
    .updateTable('node')
    .set({ state: 'draining' })
    .where('name', '=', name)
    .where('state', 'in', alive)
    .returningAll()
    .compile()
}

/** Ended ones whose last beat is older than this, by the database's clock. */
export function forgetEnded(queries: Queries, afterMs: number) {
  return queries
    .deleteFrom('node')
    .where('state', 'in', ['stopped', 'dead'])
    .where('database_at_ms', '<', sql<number>`${databaseNowMs} - ${afterMs}`)
    .compile()
}
