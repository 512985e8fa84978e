import { type Migration, table } from './migration.ts'

// What processes that share a database have to agree on. In a file these tables stay empty.

/** Phones that are about to be added. */
export const pairings: Migration = (database, types) => [
  table(
    database,
    types,
    'pairing',
    {
      user_key: 'text',
      id: 'text',
      user_name: 'text',
      until_ms: 'integer',
      version: 'integer',
      token_hash: 'bytes?',
      content: 'bytes',
    },
    ['user_key'],
  ),
  database.schema.createIndex('pairing_name').on('pairing').column('user_name'),
  database.schema.createIndex('pairing_token').on('pairing').column('token_hash'),
  database.schema.createIndex('pairing_until').on('pairing').column('until_ms'),
]

/** Wrong passwords that lockout shields have seen, and whose turn it is to check one. */
export const shield: Migration = (database, types) => [
  table(
    database,
    types,
    'shield',
    {
      user_key: 'text',
      wrong: 'integer',
      last_ms: 'integer',
      mark: 'text',
      server: 'text',
      turn: 'text?',
      until_ms: 'integer',
    },
    ['user_key'],
  ),
  database.schema.createIndex('shield_until').on('shield').column('until_ms'),
]

/** Steps of browsers that a request has while it waits for a person. */
export const waits: Migration = (database, types) => [
  table(
    database,
    types,
    'web_wait',
    {
      token_hash: 'bytes',
      kind: 'text',
      user_key: 'text?',
      content: 'bytes',
      until_ms: 'integer',
      is_asked: 'integer',
    },
    ['token_hash'],
  ),
  database.schema.createIndex('web_wait_user').on('web_wait').column('user_key'),
  database.schema.createIndex('web_wait_until').on('web_wait').column('until_ms'),
]

/** When a server of the database took over, or a backup was put back. */
export const timelines: Migration = (database, types) => [
  table(database, types, 'timeline', { name: 'text', cause: 'text', at_ms: 'integer' }, ['name']),
]
