import { type RawBuilder, sql } from 'kysely'

/**
 * A condition for a statement: whether this process serves or drains. A column is given as `sql.ref('table.column')`.
 */
export function isAliveProcess(processId: string | RawBuilder<unknown>): RawBuilder<boolean> {
  const id = typeof processId === 'string' ? sql.val(processId) : processId
  return sql<boolean>`exists (select 1 from node as alive where alive.process_id = ${id}
    and alive.state in ('serving', 'draining'))`
}
