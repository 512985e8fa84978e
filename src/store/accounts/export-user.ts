import type { StoreContext } from '../context.ts'
import type { Schema } from '../schema.ts'
import {
  auditOf,
  limitsOf,
  type PersonTable,
  personTableNames,
  personTables,
} from './person-tables.ts'
import { renewedHashName } from './renewed-hashes.ts'

/** Newest rows of the audit that an export holds at most. */
const mostAuditRows = 10_000

/** In the place of what is kept and could stand for the person. */
const hidden = 'kept, not shown'

type ExportedRow = Readonly<Record<string, unknown>>

/** Everything that the store has about one person, as JSON, table by table; nothing in it is secret. Moments are in UTC. */
export type ExportedUser = {
  readonly tables: Readonly<
    Record<PersonTable | 'secret' | 'limit_use' | 'audit', readonly ExportedRow[]>
  >
  /** There are more rows of the audit than an export holds. */
  readonly auditIsCut: boolean
}

/** `addresses`: phone numbers and mail addresses of the directory. */
export async function exportUser(
  { connection, queries }: StoreContext,
  userKey: string,
  addresses: readonly string[],
): Promise<ExportedUser> {
  const read = async (table: PersonTable): Promise<readonly ExportedRow[]> => {
    const rows = await connection.run(
      queries.selectFrom(table).selectAll().where('user_key', '=', userKey).compile(),
    )
    return rows.map((row) => exportRow(row, personTables[table]))
  }
  const own = await Promise.all(personTableNames.map(async (table) => [table, await read(table)]))
  const [user] = await connection.run(
    queries.selectFrom('user').select('name').where('user_key', '=', userKey).compile(),
  )
  const [hashes, limits, audit] = await Promise.all([
    connection.run(
      queries
        .selectFrom('secret')
        .select('sealed')
        .where('name', '=', renewedHashName(userKey))
        .compile(),
    ),
    connection.run(
      queries
        .selectFrom('limit_use')
        .selectAll()
        .where(limitsOf(queries, userKey, addresses))
        .compile(),
    ),
    connection.run(
      queries
        .selectFrom('audit')
        .selectAll()
        .where(auditOf(userKey, user?.name))
        .orderBy('ended_at_ms', 'desc')
        .orderBy('seq', 'desc')
        .limit(mostAuditRows + 1)
        .compile(),
    ),
  ])
  return {
    tables: {
      ...(Object.fromEntries(own) as Record<PersonTable, readonly ExportedRow[]>),
      secret: hashes.map(() => ({ password_hash: hidden })),
      limit_use: limits.map((row) => exportRow(row)),
      audit: audit.slice(0, mostAuditRows).map(exportAudit),
    },
    auditIsCut: audit.length > mostAuditRows,
  }
}

function exportRow(
  row: Readonly<Record<string, unknown>>,
  columns: Readonly<Record<string, 'shown' | 'hidden' | 'repeated'>> = {},
): ExportedRow {
  const shown = Object.entries(row).flatMap(([name, value]) => {
    const column = columns[name] ?? 'shown'
    if (value === null || column === 'repeated') return []
    if (column === 'hidden') return [[name, hidden]]
    const isMoment = name.endsWith('_ms') && name !== 'window_ms'
    if (!isMoment) return [[name, value]]
    // 0 stands for "not at all".
    return value === 0 ? [] : [[name.replace(/_ms$/, ''), momentOf(value)]]
  })
  return Object.fromEntries(shown)
}

/** What chains the rows says nothing of the person. */
function exportAudit(row: Schema['audit']): ExportedRow {
  const {
    previous_hash: _,
    hash: __,
    salt: ___,
    personal_hash: ____,
    user_key,
    timeline,
    ...rest
  } = row
  return {
    ...exportRow({ ...rest, user_key }),
    timeline: timeline === null ? [] : (JSON.parse(timeline) as unknown),
  }
}

/** As ISO 8601 in UTC; a number that is no moment stays one. */
function momentOf(value: unknown): unknown {
  const moment = new Date(Number(value))
  return Number.isNaN(moment.getTime()) ? value : moment.toISOString()
}
