import { sql } from 'kysely'
import type { Clock } from '../../support/index.ts'
import type { Connection } from '../connection.ts'
import type { Database } from '../database.ts'
import { StoreError } from '../errors.ts'
import { connectPostgresql, type TakeOver } from './connection.ts'
import { readFacts } from './facts.ts'
import { formatPlace, type PostgresqlPlace } from './place.ts'
import { createPostgresqlQueries, postgresqlTypes } from './queries.ts'

/**
 * Opens a database of PostgreSQL for this process alone. With `refuse`, it must hold a store. Throws StoreError
 * `store-missing` or `database-…`.
 */
export async function openPostgresql(options: {
  readonly place: PostgresqlPlace
  readonly clock: Clock
  readonly whenMissing: 'make' | 'refuse'
  readonly sharing?: 'alone' | 'several' | undefined
  readonly commitTimeoutMs?: number | undefined
  readonly onTakeOver?: ((event: TakeOver) => void) | undefined
}): Promise<Database> {
  const { place, clock, whenMissing, sharing, commitTimeoutMs, onTakeOver } = options
  const connection = await connectPostgresql({
    ...{ place, clock },
    ...(sharing === undefined ? {} : { sharing }),
    ...(commitTimeoutMs === undefined ? {} : { commitTimeoutMs }),
    ...(onTakeOver === undefined ? {} : { onTakeOver }),
  })
  try {
    if (whenMissing === 'refuse' && !(await holdsStore(connection))) {
      throw new StoreError('store-missing', 'the database holds no store')
    }
    return {
      ...{ connection, name: formatPlace(place) },
      queries: createPostgresqlQueries(),
      types: postgresqlTypes,
      // Another process may have had the database while our connection was lost.
      cacheUsers: 0,
      facts: () => readFacts(connection, clock),
      // A step counts as a whole or not at all, and pg_dump is the administrator's.
      keepCopy: async () => undefined,
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** Whether a database of PostgreSQL holds a store. Throws StoreError `database-…`. */
export async function isStoreIn(place: PostgresqlPlace, clock: Clock): Promise<boolean> {
  const connection = await connectPostgresql({ place, clock })
  try {
    return await holdsStore(connection)
  } finally {
    await connection.close()
  }
}

async function holdsStore(connection: Connection): Promise<boolean> {
  const find = sql<{ found: boolean }>`select to_regclass('schema_version') is not null as found`
  const [row] = await connection.run(find.compile(createPostgresqlQueries()))
  return row?.found === true
}
