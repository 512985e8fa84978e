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

/** In the place of what is kept and could stand for the person. */
const hidden = 'kept, not shown'

type ExportedRow = Readonly<Record<string, unknown>>

/** What the store has about one person, as JSON, table by table; nothing in it is secret. Moments are in UTC. */
export type ExportedUser = Readonly<
  Record<PersonTable | 'secret' | 'limit_use', readonly ExportedRow[]>
>

/** Where in the audit an export goes on. */
export type AuditPlace = Pick<Schema['audit'], 'ended_at_ms' | 'node' | 'seq'>

export type ExportedAudit = {
  /** Newest first. */
  readonly rows: readonly ExportedRow[]
  /** Absent: there is nothing after these. */
  readonly next?: AuditPlace
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
  const own = await Promise.all(
    personTableNames.map(async (table) => [table, await read(table)] as const),
  )
  const [hashes, limits] = await connection.atomically([
    queries
      .selectFrom('secret')
      .select('name')
      .where('name', '=', renewedHashName(userKey))
      .compile(),
    queries
      .selectFrom('limit_use')
      .selectAll()
      .where(limitsOf(queries, userKey, addresses))
      .compile(),
  ])
  return {
    ...(Object.fromEntries(own) as Record<PersonTable, readonly ExportedRow[]>),
    secret: hashes.map(() => ({ password_hash: hidden })),
    limit_use: limits.map((row) => exportRow(row)),
  }
}

/** At most `limit` rows of the audit about a person, those after `after`. */
export async function exportAudit(
  { connection, queries }: StoreContext,
  userKey: string,
  limit: number,
  after?: AuditPlace,
): Promise<ExportedAudit> {
  const [user] = await connection.run(
    queries.selectFrom('user').select('name').where('user_key', '=', userKey).compile(),
  )
  let query = queries
    .selectFrom('audit')
    .selectAll()
    .where(auditOf(userKey, user?.name))
    .orderBy('ended_at_ms', 'desc')
    .orderBy('node', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('ended_at_ms', 'node', 'seq'),
        '<',
        tuple(after.ended_at_ms, after.node, after.seq),
      ),
    )
  }
  const rows = await connection.run(query.compile())
  const last = rows.at(-1)
  return {
    rows: rows.map(exportAuditRow),
    ...(last === undefined || rows.length < limit ? {} : { next: placeOf(last) }),
  }
}

function placeOf({ ended_at_ms, node, seq }: AuditPlace): AuditPlace {
  return { ended_at_ms, node, seq }
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

/** What chains the rows says nothing about the person. */
function exportAuditRow(row: Schema['audit']): ExportedRow {
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

/** As ISO 8601 in UTC; a number that is not a moment stays one. */
function momentOf(value: unknown): unknown {
  const moment = new Date(Number(value))
  return Number.isNaN(moment.getTime()) ? value : moment.toISOString()
}
