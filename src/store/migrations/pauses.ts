import { type Migration, table } from './migration.ts'

/** Prompts that a person has not answered, by where they came from. */
export const pauses: Migration = (database, types) => [
  table(
    database,
    types,
    'unanswered',
    {
      user_key: 'text',
      gateway_group: 'text',
      network: 'text',
      gateway: 'text',
      times: 'integer',
      until_ms: 'integer',
      paused_until_ms: 'integer',
    },
    ['user_key', 'gateway_group', 'network'],
  ),
  database.schema.createIndex('unanswered_until').on('unanswered').column('until_ms'),
]
