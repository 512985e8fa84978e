import type { Clock } from '../../support/index.ts'
import type { Database } from '../database.ts'
import { StoreError } from '../errors.ts'
import { contract, migrate, readVersion } from '../migrations/migrate.ts'
import { migrations } from '../migrations/migrations.ts'
import { openDatabase, type StorePlace } from '../open-store.ts'

/** Changes wait for tables that others use. */
const commitTimeoutMs = 60_000

/** Versions of the tables before and now. */
export type Migrated = { readonly before: number; readonly now: number }

/** How many steps have taken something away, and the version of the tables that programs must know from now on. */
export type Contracted = { readonly steps: number; readonly least: number }

/**
 * Adds to the tables what this version needs, while services of the version before go on. Throws StoreError
 * `store-missing`, `store-newer`, `store-migration-failed` or `database-…`.
 */
export async function migrateStore(place: StorePlace, clock: Clock): Promise<Migrated> {
  return withDatabase(place, clock, async (database) => {
    const before = await readVersion(database.connection, database.queries)
    await migrate({ ...database, mayBeNew: false })
    return { before, now: await readVersion(database.connection, database.queries) }
  })
}

/**
 * Takes away what only versions before this one use. Throws StoreError as `migrateStore` does, `store-newer` for tables
 * that this version has not made, and `store-older-nodes`, with their names, while services of an older version live.
 */
export async function contractStore(place: StorePlace, clock: Clock): Promise<Contracted> {
  return withDatabase(place, clock, async (database) => {
    const version = await readVersion(database.connection, database.queries)
    if (version !== migrations.length) {
      const detail = `version ${version}, this program knows ${migrations.length}`
      const isOld = version < migrations.length
      throw new StoreError(isOld ? 'store-migration-failed' : 'store-newer', detail)
    }
    await refuseOlder(database)
    return { steps: await contract(database), least: version }
  })
}

/** Names the services that live and do not know all that these tables have. */
async function refuseOlder({ connection, queries }: Database): Promise<void> {
  // Only here, so that an installation with SQLite does not load it.
  const { look } = await import('./statements.ts')
  const older = (await connection.run(look(queries)))
    .filter(({ state }) => state === 'serving' || state === 'draining')
    .filter(({ isLockFree, steps }) => !isLockFree && (steps ?? 0) < migrations.length)
  if (older.length === 0) return
  const names = older.map(({ name, version }) => `${name} (${version})`).join(', ')
  throw new StoreError('store-older-nodes', `${names} ${older.length > 1 ? 'run' : 'runs'}`)
}

async function withDatabase<Result>(
  place: StorePlace,
  clock: Clock,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(
    { ...place, whenMissing: 'refuse', sharing: 'several', commitTimeoutMs },
    clock,
  )
  try {
    const { inTurn = (turn) => turn() } = database
    return await inTurn(() => work(database))
  } catch (error) {
    throw error instanceof StoreError ? error.about(database.name) : error
  } finally {
    await database.connection.close()
  }
}
