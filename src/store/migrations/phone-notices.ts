import { type Migration, table } from './migration.ts'

/** What has changed about a person's way in, as their phones show it. */
export const phoneNotices: Migration = (database, types) => [
  table(
    database,
    types,
    'phone_notice',
    {
      id: 'text',
      user_key: 'text',
      kind: 'text',
      said: 'text',
      made_by: 'text',
      at_ms: 'integer',
      until_ms: 'integer',
      not_for_phone: 'text?',
      reported_at_ms: 'integer?',
    },
    ['id'],
  ),
  database.schema
    .createIndex('phone_notice_user')
    .on('phone_notice')
    .columns(['user_key', 'at_ms']),
  database.schema.createIndex('phone_notice_until').on('phone_notice').column('until_ms'),
]
