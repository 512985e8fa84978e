import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Clock } from '../../support/index.ts'
import type { Connection } from '../connection.ts'
import type { Database } from '../database.ts'
import { StoreError } from '../errors.ts'
import type { RowsLost, TakeOver } from './again/entering.ts'
import { connectPostgresql } from './connection.ts'
import { readFacts } from './facts.ts'
import { createPostgresqlHints } from './hints.ts'
import type { NodeSelf } from './membership.ts'
import { formatPlace, type PostgresqlPlace } from './place.ts'
import { createPostgresqlQueries, postgresqlTypes } from './queries.ts'
import { openSeenServer } from './seen-server.ts'
import { lockClass, startLock } from './session.ts'

/**
 * Opens a database of PostgreSQL, for this process alone unless `sharing` says otherwise. With `refuse`, it must hold a store. Throws StoreError
 * `store-missing` or `database-…`.
 */
export async function openPostgresql(options: {
  readonly place: PostgresqlPlace
  readonly clock: Clock
  readonly whenMissing: 'make' | 'refuse'
  readonly sharing?: 'alone' | 'several' | undefined
  readonly self?: NodeSelf | undefined
  readonly commitTimeoutMs?: number | undefined
  readonly patienceMs?: number | undefined
  readonly losesNothing?: boolean | undefined
  readonly seenFile?: string | undefined
  readonly onTakeOver?: ((event: TakeOver) => void) | undefined
  readonly onRowsLost?: ((event: RowsLost) => void) | undefined
  readonly onSeenFailed?: ((detail: string) => void) | undefined
}): Promise<Database> {
  const { place, clock, whenMissing, sharing, self, commitTimeoutMs, patienceMs } = options
  const { onTakeOver, onRowsLost } = options
  const connection = await connectPostgresql({
    ...{ place, clock, losesNothing: options.losesNothing ?? false },
    seen: await openSeenServer(options.seenFile, clock, options.onSeenFailed),
    ...(sharing === undefined ? {} : { sharing }),
    ...(self === undefined ? {} : { node: self }),
    ...(commitTimeoutMs === undefined ? {} : { commitTimeoutMs }),
    ...(patienceMs === undefined ? {} : { patienceMs }),
    ...(onTakeOver === undefined ? {} : { onTakeOver }),
    ...(onRowsLost === undefined ? {} : { onRowsLost }),
  })
  try {
    if (whenMissing === 'refuse' && !(await holdsStore(connection))) {
      throw new StoreError('store-missing', 'the database holds no store')
    }
    return {
      ...{ connection, name: formatPlace(place) },
      queries: createPostgresqlQueries(),
      types: postgresqlTypes,
      isShared: true,
      // Another process may have had the database while our connection was lost.
      cacheUsers: 0,
      ...{ takeOvers: connection.takeOvers, reach: connection.reach },
      noteServer: connection.noteServer,
      facts: () => readFacts(connection, clock),
      ...(sharing === 'several' ? { inTurn: (work) => inTurn(connection, work) } : {}),
      createHints: (onDeaf) => createPostgresqlHints(place, clock, onDeaf),
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
  const connection = await connectPostgresql({ place, clock, sharing: 'several' })
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

/** Longer than a node takes to make the tables of a new store, or to change those of an old one. */
const turnWaitMs = 60_000
const turnPauseMs = 100

/** Nodes that start at the same moment do what makes or changes tables one after the other. */
async function inTurn<Result>(
  connection: Connection,
  work: () => Promise<Result>,
): Promise<Result> {
  const queries = createPostgresqlQueries()
  const take = sql<{
    taken: boolean
  }>`select pg_try_advisory_lock(${lockClass}, ${startLock}) as taken`
  const give = sql`select pg_advisory_unlock(${lockClass}, ${startLock})`
  for (let waitedMs = 0; ; waitedMs += turnPauseMs) {
    const [row] = await connection.run(take.compile(queries))
    if (row?.taken === true) break
    if (waitedMs >= turnWaitMs) {
      throw new StoreError('store-too-slow', 'another node has been starting for a minute')
    }
    await sleep(turnPauseMs)
  }
  try {
    return await work()
  } finally {
    // Where the connection was lost, the lock went with it.
    await connection.run(give.compile(queries)).catch(() => undefined)
  }
}
