import { sql } from 'kysely'
import type { Connection } from '../connection.ts'
import type { Queries } from '../queries.ts'

/** Tables of rows that end, each with the column that says when. */
const endings = {
  web_session: 'ends_at_ms',
  web_step: 'until_ms',
  web_wait: 'until_ms',
  enrolment_code: 'until_ms',
  pairing: 'until_ms',
  phone_notice: 'until_ms',
} as const

/** What tells their rows apart. */
const keys = {
  web_session: 'token_hash',
  web_step: 'token_hash',
  web_wait: 'token_hash',
  enrolment_code: 'user_key',
  pairing: 'user_key',
  phone_notice: 'id',
} as const satisfies Record<keyof typeof endings, string>

/** Takes away rows that have ended, a step of rows at a time. Gives how many there were. */
export async function purgeEnded(
  { connection, queries }: { readonly connection: Connection; readonly queries: Queries },
  table: keyof typeof endings,
  nowMs: number,
  stepRows: number,
): Promise<number> {
  const key = sql.ref(keys[table])
  const ends = sql.ref(endings[table])
  const rows = sql.table(table)
  const step = sql`delete from ${rows} where ${key} in (
    select ${key} from ${rows} where ${ends} <= ${nowMs} order by ${ends} limit ${stepRows}
  ) returning ${key}`.compile(queries)
  let purged = 0
  for (;;) {
    const { length } = await connection.run(step)
    purged += length
    if (length < stepRows) return purged
  }
}
