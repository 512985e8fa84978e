import { type Migration, table } from './migration.ts'

/** What phones say of the prompts that they were told of. */
export const receipts: Migration = (database, types) => [
  table(
    database,
    types,
    'receipt',
    {
      prompt_id: 'text',
      phone_id: 'text',
      user_key: 'text',
      at_ms: 'integer',
      rang_at_ms: 'integer?',
      shown_at_ms: 'integer?',
      opened_at_ms: 'integer?',
      answered_at_ms: 'integer?',
    },
    ['prompt_id', 'phone_id'],
  ),
  database.schema.createIndex('receipt_user').on('receipt').columns(['user_key', 'at_ms']),
  database.schema.createIndex('receipt_at').on('receipt').column('at_ms'),
]
