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
  /**
   * The chain of the audit that this process writes. Processes that share a database have one each: ask each time,
   * since it is another one after this process was declared dead.
   */
  readonly chain: () => string
  /** Whether other processes write chains meanwhile: what is asked of the audit is asked of all of them. */
  readonly hasManyChains: boolean
  /** Users whose rows are kept in the process; 0 where other processes write too. */
  readonly cacheUsers: number
  /** Told about each row whose sealed value does not open; the row is left out. */
  readonly onUnreadable: (error: StoreError) => void
}
