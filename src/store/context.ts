import type { Clock } from '../support/index.ts'
import type { Connection } from './connection.ts'
import type { StoreError } from './errors.ts'
import type { Queries } from './queries.ts'
import type { Sealer } from './sealing/sealing.ts'

/** What every part of the store works with. */
export type StoreContext = {
  readonly connection: Connection
  readonly queries: Queries
  readonly sealer: Sealer
  readonly clock: Clock
  /** Users whose rows are kept in the process; 0 where other processes write too. */
  readonly cacheUsers: number
  /** Told about each row whose sealed value does not open; the row is left out. */
  readonly onUnreadable: (error: StoreError) => void
}
