import { sql } from 'kysely'
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

/** What sign-ins of processes that share a database agree on; empty in a file. All rows end by themselves, most within minutes. */
export const sharedRegistry: Migration = (database, types) => [
  table(
    database,
    types,
    'shared_kept',
    {
      kind: 'text',
      id: 'text',
      content: 'bytes?',
      claim_key: 'text?',
      at_ms: 'integer',
      until_ms: 'integer',
      own_until_ms: 'integer',
    },
    ['kind', 'id'],
  ),
  database.schema.createIndex('shared_kept_until').on('shared_kept').column('until_ms'),
  table(
    database,
    types,
    'shared_miss',
    {
      id: 'text',
      user_key: 'text',
      password_key: 'text',
      until_ms: 'integer',
      own_until_ms: 'integer',
    },
    ['id'],
  ),
  database.schema.createIndex('shared_miss_password').on('shared_miss').column('password_key'),
  database.schema.createIndex('shared_miss_user').on('shared_miss').column('user_key'),
  database.schema.createIndex('shared_miss_until').on('shared_miss').column('until_ms'),
  table(
    database,
    types,
    'shared_claim',
    {
      id: 'text',
      key: 'text',
      process_id: 'text',
      settled: 'bytes?',
      counts_until_ms: 'integer?',
      until_ms: 'integer?',
      own_until_ms: 'integer?',
    },
    ['id'],
  ),
  database.schema
    .createIndex('shared_claim_open')
    .on('shared_claim')
    .column('key')
    .unique()
    .where(sql.ref('settled'), 'is', null),
  database.schema.createIndex('shared_claim_by_key').on('shared_claim').column('key'),
  database.schema.createIndex('shared_claim_until').on('shared_claim').column('until_ms'),
  table(
    database,
    types,
    'shared_prompt',
    {
      id: 'text',
      user_key: 'text',
      process_id: 'text',
      content: 'bytes',
      on_page: 'integer',
      version: 'integer',
      gateway_refused: 'integer',
      claim_key: 'text?',
      token_hash: 'text?',
      progress_count: 'integer',
      progress: 'bytes?',
      ended_by: 'text?',
      result: 'bytes?',
      counts_until_ms: 'integer?',
      until_ms: 'integer',
      own_until_ms: 'integer',
    },
    ['id'],
  ),
  database.schema
    .createIndex('shared_prompt_open')
    .on('shared_prompt')
    .column('user_key')
    .unique()
    .where(sql.ref('ended_by'), 'is', null),
  database.schema.createIndex('shared_prompt_user').on('shared_prompt').column('user_key'),
  database.schema.createIndex('shared_prompt_token').on('shared_prompt').column('token_hash'),
  database.schema.createIndex('shared_prompt_until').on('shared_prompt').column('until_ms'),
  table(
    database,
    types,
    'shared_note',
    {
      prompt_id: 'text',
      id: 'text',
      kind: 'text',
      by_hash: 'text?',
      place: 'integer',
      content: 'bytes',
      until_ms: 'integer',
      own_until_ms: 'integer',
    },
    ['prompt_id', 'id'],
  ),
  database.schema.createIndex('shared_note_until').on('shared_note').column('until_ms'),
]
