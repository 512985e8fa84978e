import type { StoreReach, TakeOvers } from '../accounts/index.ts'
import type { Connection } from './connection.ts'
import type { Hints } from './hints.ts'
import type { ColumnTypes } from './migrations/migration.ts'
import type { DatabaseFacts } from './postgresql/facts.ts'
import type { Queries } from './queries.ts'

/** A database that is open, with what differs between the kinds of them. */
export type Database = {
  readonly connection: Connection
  readonly queries: Queries
  readonly types: ColumnTypes
  /** Whether processes of other versions may have it open at the same time. */
  readonly isShared: boolean
  /** What messages call it. */
  readonly name: string
  /** Users whose rows may be kept in the process. */
  readonly cacheUsers: number
  /** What its server says of itself; absent for a file. */
  facts?(): Promise<DatabaseFacts | undefined>
  /** Runs what makes or changes tables while no other process does; absent where there can be no other. */
  inTurn?<Result>(work: () => Promise<Result>): Promise<Result>
  /** What a server that took over may have forgotten. */
  readonly takeOvers: TakeOvers
  readonly reach: StoreReach
  /** Must be called once the tables are up to date; absent for a file. */
  noteServer?(): Promise<void>
  /** A way to tell other processes what has changed, which is not open yet; absent for a file. */
  createHints?(onDeaf?: (detail: string) => void): Hints
  /** Called before a step that changes existing tables, with their version. */
  keepCopy(version: number): Promise<void>
}
