import { sql } from 'kysely'
import { callTurns } from './call-turns.ts'
import { contractionTable } from './contraction.ts'
import { hourKeys } from './hour-keys.ts'
import { type Migration, table } from './migration.ts'
import { lastWrites, nodeSteps, nodes } from './nodes.ts'
import { passkeys } from './passkeys.ts'
import { pauses } from './pauses.ts'
import { phoneNotices } from './phone-notices.ts'
import { phones } from './phones.ts'
import { portal } from './portal.ts'
import { receipts } from './receipts.ts'
import { pairings, sharedRegistry, shield, timelines, waits } from './shared.ts'
import { subscriptions } from './subscriptions.ts'

const first: Migration = (database, types) => [
  table(database, types, 'meta', { key: 'text', value: 'text' }, ['key']),
  table(database, types, 'key_check', { key_id: 'text', sealed: 'bytes' }, ['key_id']),
  table(database, types, 'secret', { name: 'text', sealed: 'bytes' }, ['name']),
  table(database, types, 'setting', { key: 'text', value: 'text' }, ['key']),
  table(
    database,
    types,
    'user',
    { user_key: 'text', name: 'text', search_name: 'text', noted_at_ms: 'integer' },
    ['user_key'],
  ),
  database.schema.createIndex('user_search_name').on('user').column('search_name'),
  table(
    database,
    types,
    'authenticator',
    {
      id: 'text',
      user_key: 'text',
      method: 'text',
      label: 'text',
      created_at_ms: 'integer',
      algorithm: 'text?',
      digits: 'integer?',
      period_seconds: 'integer?',
      seed: 'bytes?',
      drift_steps: 'integer?',
      last_step: 'integer?',
      counter: 'integer?',
      spent_by: 'bytes?',
      phone: 'text?',
      backup_phone: 'text?',
      pin: 'bytes?',
      extension: 'text?',
      address: 'text?',
    },
    ['id'],
  ),
  database.schema.createIndex('authenticator_user').on('authenticator').column('user_key'),
  table(
    database,
    types,
    'recovery_code',
    { authenticator_id: 'text', user_key: 'text', code_hash: 'bytes', spent_by: 'bytes?' },
    ['authenticator_id', 'code_hash'],
  ),
  database.schema.createIndex('recovery_code_user').on('recovery_code').column('user_key'),
  table(
    database,
    types,
    'account_state',
    {
      user_key: 'text',
      wrong_codes: 'integer',
      wrong_passwords: 'integer',
      slowed_until_ms: 'integer',
      locked_until_ms: 'integer',
      blocked_reason: 'text?',
      blocked_at_ms: 'integer?',
      default_method: 'text?',
    },
    ['user_key'],
  ),
  table(
    database,
    types,
    'prompt',
    {
      id: 'text',
      user_key: 'text',
      method: 'text',
      gateway: 'text',
      request_authenticator: 'bytes',
      provider_id: 'text?',
      started_at_ms: 'integer',
      deadline_ms: 'integer',
    },
    ['id'],
  ),
  table(
    database,
    types,
    'limit_use',
    {
      key: 'text',
      window_ms: 'integer',
      at_ms: 'integer',
      expires_at_ms: 'integer',
      amount: 'integer',
    },
    ['key', 'window_ms', 'at_ms'],
  ),
  database.schema.createIndex('limit_use_expiry').on('limit_use').column('expires_at_ms'),
  table(
    database,
    types,
    'spent',
    { id: 'text', request_authenticator: 'bytes', until_ms: 'integer' },
    ['id'],
  ),
  database.schema.createIndex('spent_until').on('spent').column('until_ms'),
  table(
    database,
    types,
    'audit',
    {
      node: 'text',
      seq: 'integer',
      previous_hash: 'text',
      hash: 'text',
      kind: 'text',
      started_at_ms: 'integer',
      ended_at_ms: 'integer',
      sign_in_id: 'text',
      attempt_id: 'text',
      reference: 'text?',
      gateway: 'text',
      method: 'text?',
      outcome: 'text',
      reason: 'text',
      user_key: 'text?',
      user_name: 'text?',
      source_address: 'text?',
      device: 'text?',
      timeline: 'text?',
      salt: 'text?',
      personal_hash: 'text',
    },
    ['node', 'seq'],
  ),
  database.schema.createIndex('audit_user_key').on('audit').column('user_key'),
  database.schema.createIndex('audit_user_name').on('audit').expression(sql`lower(user_name)`),
  // Only of those that have one: every sign-in that succeeds would pay for the others.
  database.schema
    .createIndex('audit_reference')
    .on('audit')
    .column('reference')
    .where('reference', 'is not', null),
  database.schema.createIndex('audit_ended').on('audit').column('ended_at_ms'),
  table(
    database,
    types,
    'audit_anchor',
    { node: 'text', seq: 'integer', hash: 'text', mac: 'text' },
    ['node'],
  ),
]

const bypasses: Migration = (database, types) => [
  database.schema.alterTable('account_state').addColumn('bypass_reason', 'text'),
  database.schema.alterTable('account_state').addColumn('bypass_until_ms', types.integer),
  database.schema.alterTable('account_state').addColumn('bypass_once', types.integer),
]

const remembered: Migration = (database, types) => [
  table(
    database,
    types,
    'remembered',
    {
      user_key: 'text',
      gateway_group: 'text',
      device_kind: 'text',
      device: 'text',
      network: 'text',
      method: 'text',
      at_ms: 'integer',
      until_ms: 'integer',
      mac: 'bytes',
    },
    ['user_key', 'gateway_group', 'device_kind', 'device', 'network'],
  ),
  database.schema.createIndex('remembered_until').on('remembered').column('until_ms'),
]

/** Steps that were spent before this are known only by the last of them. */
const spentSteps: Migration = (database) => [
  database.schema.alterTable('authenticator').addColumn('recent_steps', 'text'),
  database.schema.alterTable('authenticator').addColumn('spent_ahead', 'text'),
  database
    .updateTable('authenticator')
    .set({ recent_steps: sql`',' || last_step || ',?'` })
    .where('last_step', '>=', 0),
]

/** Before, the packet that had spent a code was remembered without an end. */
const spendingTimes: Migration = (database, types) =>
  ['authenticator', 'recovery_code', 'spent'].map((name) =>
    database.schema.alterTable(name).addColumn('spent_at_ms', types.integer),
  )

/** Equal digests are the same record sent again, or one that happened again at another time. */
const accounting: Migration = (database, types) => [
  table(
    database,
    types,
    'accounting',
    {
      digest: 'bytes',
      event_at_ms: 'integer',
      gateway: 'text',
      source: 'text',
      received_at_ms: 'integer',
      status_type: 'integer',
      attributes: 'bytes',
    },
    ['digest', 'event_at_ms'],
  ),
  database.schema.createIndex('accounting_received').on('accounting').column('received_at_ms'),
  database.schema
    .createIndex('accounting_gateway')
    .on('accounting')
    .columns(['gateway', 'received_at_ms']),
]

const tokenValidity: Migration = (database, types) => [
  database.schema.alterTable('authenticator').addColumn('valid_from_ms', types.integer),
  database.schema.alterTable('authenticator').addColumn('valid_until_ms', types.integer),
]

/** People can report a stranger at the portal. */
const stoppedPrompts: Migration = (database, types) => [
  database.schema.alterTable('account_state').addColumn('prompts_stopped_at_ms', types.integer),
]

/** People who have nothing set up are reminded during a campaign. */
const reminders: Migration = (database, types) => [
  database.schema.alterTable('person').addColumn('reminded_at_ms', types.integer),
]

/**
 * In order; the version of a database is how many of them it has seen. Each only adds: a program that does not know it
 * goes on beside one that does. What is no longer needed goes by a contraction.
 */
export const migrations: readonly Migration[] = [
  first,
  bypasses,
  remembered,
  spentSteps,
  spendingTimes,
  accounting,
  tokenValidity,
  portal,
  stoppedPrompts,
  passkeys,
  reminders,
  phones,
  subscriptions,
  receipts,
  pauses,
  phoneNotices,
  nodes,
  hourKeys,
  callTurns,
  pairings,
  shield,
  waits,
  timelines,
  contractionTable,
  sharedRegistry,
  nodeSteps,
  lastWrites,
]

/** Where the version is kept; outside the migrations, since it is read before any of them. */
export const createVersionTable = sql`create table if not exists schema_version (version integer not null)`

/** Another process may begin at the same moment. */
export const beginVersion = sql`insert into schema_version (version)
  select 0 where not exists (select 1 from schema_version)`
