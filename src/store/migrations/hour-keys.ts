import { type Migration, table } from './migration.ts'

/** Keys that processes share; empty in a file. And by what an equal request of another process is known. */
export const hourKeys: Migration = (database, types) => [
  table(database, types, 'hour_key', { number: 'integer', begins_ms: 'integer', sealed: 'bytes' }, [
    'number',
  ]),
  database.schema.alterTable('authenticator').addColumn('spent_claim', 'text'),
  database.schema.alterTable('recovery_code').addColumn('spent_claim', 'text'),
  database.schema.alterTable('spent').addColumn('spent_claim', 'text'),
]
