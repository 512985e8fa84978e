import { type Migration, table } from './migration.ts'

/** Notifications to phones. An endpoint belongs to one of them. */
export const subscriptions: Migration = (database, types) => [
  database.schema.alterTable('authenticator').addColumn('subscription', types.bytes),
  database.schema.alterTable('authenticator').addColumn('endpoint_hash', types.bytes),
  database.schema.alterTable('authenticator').addColumn('unsubscribed_at_ms', types.integer),
  database.schema
    .createIndex('authenticator_endpoint_hash')
    .on('authenticator')
    .column('endpoint_hash')
    .unique(),
  table(
    database,
    types,
    'bell',
    {
      prompt_id: 'text',
      phone_id: 'text',
      user_key: 'text',
      service: 'text',
      at_ms: 'integer',
      answer: 'text',
    },
    ['prompt_id', 'phone_id'],
  ),
  database.schema.createIndex('bell_user').on('bell').columns(['user_key', 'at_ms']),
  database.schema.createIndex('bell_at').on('bell').column('at_ms'),
]
