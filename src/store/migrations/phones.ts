import type { Migration } from './migration.ts'

/** Phones whose page shows a code: which of the codes is a phone's, and goes with it. */
export const phones: Migration = (database) => [
  database.schema.alterTable('authenticator').addColumn('phone_id', 'text'),
]
