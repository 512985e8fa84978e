import { setTimeout as sleep } from 'node:timers/promises'
import type { CompiledQuery } from 'kysely'
import type { Connection } from '../connection.ts'
import { StoreError } from '../errors.ts'
import type { Queries } from '../queries.ts'
import { contractions as allContractions, type Contraction } from './contraction.ts'
import type { ColumnTypes, Migration } from './migration.ts'
import { beginVersion, createVersionTable, migrations } from './migrations.ts'

export type MigrateOptions = {
  readonly connection: Connection
  readonly queries: Queries
  readonly types: ColumnTypes
  /** Called before a step that changes existing tables, with the version they have. */
  readonly keepCopy: (version: number) => Promise<void>
  /** Whether a database without tables may become a store. It is damaged otherwise. Default: true. */
  readonly mayBeNew?: boolean
  /** Whether programs of other versions may have it open at the same time. Default: false. */
  readonly isShared?: boolean
  /** Default: all there are. */
  readonly steps?: readonly Migration[]
  /** Default: all there are, where `steps` are all. */
  readonly contractions?: readonly Contraction[]
}

/** A new index over the audit of years takes its time. */
const stepTimeoutMs = 3_600_000

/** The first to ask also waits for what a crash left in the log to be brought in. */
const openTimeoutMs = 60_000

/** A change of a table waits for two seconds at most, so that nothing waits behind it; it comes again this often. */
const lockTries = 10
const lockPauseMs = 500

/**
 * Brings the tables up to date, forward only, each step whole or not at all. Where a database is shared, tables only grow
 * here: a program of the version before goes on beside this one, and so does this one where a newer has been. Throws StoreError
 * `store-newer` for tables that this version must not use, `store-migration-failed` when a step fails.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { connection, queries, mayBeNew = true, isShared = false, steps = migrations } = options
  const version = await readVersion(connection, queries)
  if (version === 0 && !mayBeNew) throw new StoreError('store-damaged', 'the file holds no store')
  if (version > steps.length) {
    const least = isShared ? await readLeast(options) : version
    if (least <= steps.length) return
    throw new StoreError('store-newer', `version ${least}, this program knows ${steps.length}`)
  }
  // A new database holds nothing that a copy could save.
  const keepCopy = version === 0 ? async () => undefined : options.keepCopy
  for (let at = version; at < steps.length; ) at = await expand({ ...options, keepCopy }, at)
  // No older program has a file open, or a database that was made just now.
  if (!isShared || version === 0) await contract(options)
}

/** Carries out one step, or finds that another process has. Gives the version that the tables have then. */
async function expand(options: MigrateOptions, index: number): Promise<number> {
  const { connection, queries, types, keepCopy, steps = migrations } = options
  const step = steps[index]
  if (step === undefined) return index + 1
  await keepCopy(index)
  const changes = step(queries, types).map((statement) => statement.compile())
  const setVersion = queries
    .updateTable('schema_version')
    .set({ version: index + 1 })
    .compile()
  try {
    await change(options, [...changes, setVersion])
  } catch (cause) {
    const version = await readVersion(connection, queries).catch(() => index)
    if (version > index) return version
    throw new StoreError('store-migration-failed', `step ${index + 1}`, { cause })
  }
  return index + 1
}

/**
 * Takes away what only older programs use. Gives how many steps it has done. Throws StoreError `store-migration-failed`
 * when one fails.
 */
export async function contract(options: MigrateOptions): Promise<number> {
  const { queries, types } = options
  const { contractions = options.steps === undefined ? allContractions : [] } = options
  if (contractions.length === 0) return 0
  const done = await countContractions(options)
  for (const [index, { least, step }] of contractions.entries()) {
    if (index < done) continue
    const changes = step(queries, types).map((statement) => statement.compile())
    const note = queries
      .insertInto('contraction')
      .values({ number: index + 1, least })
      .compile()
    try {
      await change(options, [...changes, note])
    } catch (cause) {
      throw new StoreError('store-migration-failed', `contraction ${index + 1}`, { cause })
    }
  }
  return Math.max(0, contractions.length - done)
}

/** Comes again where another process holds a table. */
async function change(
  { connection, isShared = false }: MigrateOptions,
  queries: readonly CompiledQuery[],
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await connection.atomically(queries, { timeoutMs: stepTimeoutMs })
      return
    } catch (error) {
      const isLocked = error instanceof StoreError && error.code === 'store-too-slow'
      if (!isShared || !isLocked || tries === lockTries) throw error
      await sleep(lockPauseMs)
    }
  }
}

/** How many contractions a store has seen. */
export async function countContractions({
  connection,
  queries,
}: Pick<MigrateOptions, 'connection' | 'queries'>): Promise<number> {
  const rows = await connection.run(queries.selectFrom('contraction').select('number').compile())
  return rows.length
}

/** The version of the tables that a program must know to use them. */
async function readLeast({ connection, queries }: MigrateOptions): Promise<number> {
  const rows = await connection.run(queries.selectFrom('contraction').select('least').compile())
  return rows.reduce((most, { least }) => Math.max(most, least), 0)
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
  await connection.run(beginVersion.compile(queries))
  return 0
}
