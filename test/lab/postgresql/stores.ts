import { createKeyring, openStore, type Store } from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { masterKey, type OpenOptions, type StoreFactory } from '../../store/stores.ts'
import { type Postgresql, startPostgresql } from './server.ts'

let started: Promise<Postgresql> | undefined

/** One server for all tests that only need databases of their own. */
export function sharedPostgresql(): Promise<Postgresql> {
  started ??= startPostgresql()
  return started
}

/** Opens a store in a database as the tests of the ports do. */
export function openDatabase(place: PostgresqlPlace, options: OpenOptions = {}): Promise<Store> {
  return openStore({
    postgresql: place,
    keyring: createKeyring({ current: masterKey }),
    node: 'node-1',
    // A busy machine is not a slow database.
    commitTimeoutMs: 60_000,
    ...options,
  })
}

/** Stores on PostgreSQL, each in a database of its own. */
export const postgresqlStores: StoreFactory = {
  name: 'postgresql',
  async create() {
    const server = await sharedPostgresql()
    const place = await server.createDatabase()
    return {
      open: (options) => openDatabase(place, options),
      remove: () => undefined,
    }
  },
}
