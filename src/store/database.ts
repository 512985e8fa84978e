import type { Connection } from './connection.ts'
import type { ColumnTypes } from './migrations/migration.ts'
import type { DatabaseFacts } from './postgresql/facts.ts'
import type { Queries } from './queries.ts'

/** A database that is open, with what differs between the kinds of them. */
export type Database = {
  readonly connection: Connection
  readonly queries: Queries
  readonly types: ColumnTypes
  /** What messages call it. */
  readonly name: string
  /** Users whose rows may be kept in the process. */
  readonly cacheUsers: number
  /** What its server says of itself; absent for a file. */
  facts?(): Promise<DatabaseFacts | undefined>
  /** Runs what makes or changes tables while no other process does; absent where there can be no other. */
  inTurn?<Result>(work: () => Promise<Result>): Promise<Result>
  /** Called before a step that changes existing tables, with the version they have. */
  keepCopy(version: number): Promise<void>
}
