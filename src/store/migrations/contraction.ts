import type { Migration } from './migration.ts'
import { table } from './migration.ts'

/**
 * A step that takes away what only older versions still use. While several processes share a database, an older one may
 * be among them, so it waits for `holdfast store contract`; a store in a file is contracted at the start.
 */
export type Contraction = {
  /** The version of the tables that every program must know from then on: see `migrations`. */
  readonly least: number
  readonly step: Migration
}

/** In order. What was released is never changed. */
export const contractions: readonly Contraction[] = [
  // Processes that did not say what they know of the tables.
  { least: 26, step: (database) => [database.deleteFrom('node').where('steps', 'is', null)] },
]

/** Which of them have happened, from 1. */
export const contractionTable: Migration = (database, types) => [
  table(database, types, 'contraction', { number: 'integer', least: 'integer' }, ['number']),
]
