import { type Migration, table } from './migration.ts'

/** Processes that share a database; empty in a file. */
export const nodes: Migration = (database, types) => [
  table(
    database,
    types,
    'node',
    {
      process_id: 'text',
      name: 'text',
      version: 'text',
      state: 'text',
      started_at_ms: 'integer',
      beat: 'integer',
      beat_at_ms: 'integer',
      database_at_ms: 'integer',
      configuration: 'text',
      open_sign_ins: 'integer',
    },
    ['process_id'],
  ),
]

/** What each knows of the tables; null for those of a version that did not say. */
export const nodeSteps: Migration = (database, types) => [
  database.schema.alterTable('node').addColumn('steps', types.integer),
]

/** By it a process that has lost its connection finds out whether its last commit counts; null until the first. */
export const lastWrites: Migration = (database, types) => [
  database.schema.alterTable('node').addColumn('last_write', types.integer),
]
