import type { Connection } from '../connection.ts'
import { StoreError } from '../errors.ts'
import type { Queries } from '../queries.ts'
import type { ColumnTypes, Migration } from './migration.ts'
import { createVersionTable, migrations } from './migrations.ts'

export type MigrateOptions = {
  readonly connection: Connection
  readonly queries: Queries
  readonly types: ColumnTypes
  /** Called before a step that changes existing tables, with the version they have. */
  readonly keepCopy: (version: number) => Promise<void>
  /** Whether a database without tables may become a store. It is damaged otherwise. Default: true. */
  readonly mayBeNew?: boolean
  /** Default: all there are. */
  readonly steps?: readonly Migration[]
}

/** A new index over the audit of years takes its time; nobody is served yet. */
const stepTimeoutMs = 3_600_000

/** The first to ask also waits for what a crash left in the log to be brought in. */
const openTimeoutMs = 60_000

/**
 * Brings the tables up to date, forward only, each step whole or not at all. Throws StoreError
 * `store-newer` for tables this version does not know, `store-migration-failed` when a step fails.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { connection, queries, types, keepCopy, mayBeNew = true, steps = migrations } = options
  const version = await readVersion(connection, queries)
  if (version === 0 && !mayBeNew) throw new StoreError('store-damaged', 'the file holds no store')
  if (version > steps.length) {
    throw new StoreError('store-newer', `version ${version}, this program knows ${steps.length}`)
  }
  for (const [index, step] of steps.entries()) {
    if (index < version) continue
    // A new database holds nothing that a copy could save.
    if (version > 0) await keepCopy(index)
    const changes = step(queries, types).map((statement) => statement.compile())
    const setVersion = queries
      .updateTable('schema_version')
      .set({ version: index + 1 })
      .compile()
    try {
      await connection.atomically([...changes, setVersion], { timeoutMs: stepTimeoutMs })
    } catch (cause) {
      throw new StoreError('store-migration-failed', `step ${index + 1}`, { cause })
    }
  }
}

/** How many migrations a database has seen; 0 for an empty file. */
export async function readVersion(connection: Connection, queries: Queries): Promise<number> {
  const [, rows] = await connection.atomically(
    [
      createVersionTable.compile(queries),
      queries.selectFrom('schema_version').select('version').compile(),
    ],
    { timeoutMs: openTimeoutMs },
  )
  const [row] = rows
  if (row !== undefined) return row.version
  await connection.run(queries.insertInto('schema_version').values({ version: 0 }).compile())
  return 0
}
