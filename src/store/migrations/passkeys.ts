import type { Migration } from './migration.ts'

/** Passkeys of people, and what those know each person by. */
export const passkeys: Migration = (database, types) => [
  database.schema.alterTable('authenticator').addColumn('credential_id', 'text'),
  database.schema.alterTable('authenticator').addColumn('passkey', types.bytes),
  database.schema.alterTable('authenticator').addColumn('transports', 'text'),
  database.schema.alterTable('authenticator').addColumn('sign_count', types.integer),
  database.schema.alterTable('authenticator').addColumn('backed_up', types.integer),
  database.schema.alterTable('authenticator').addColumn('last_used_at_ms', types.integer),
  database.schema
    .createIndex('authenticator_credential_id')
    .on('authenticator')
    .column('credential_id')
    .unique(),
  database.schema.alterTable('person').addColumn('user_handle', types.bytes),
]
