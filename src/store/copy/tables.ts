import type { Schema } from '../schema.ts'

/** All but those that a new store fills by itself, and those about the processes and servers of the old store. */
export type CopiedTable = Exclude<keyof Schema, (typeof ownTables)[number]>

export const ownTables = [
  'schema_version',
  'contraction',
  'node',
  'timeline',
  'hour_key',
  'call_turn',
  'shared_kept',
  'shared_miss',
  'shared_claim',
  'shared_prompt',
  'shared_note',
] as const

/**
 * Every table, with the columns that tell its rows apart: a new one does not compile before it is named here. `meta`
 * says whose store it is, and so comes last: a partial copy is not a store.
 */
export const copiedTables: {
  readonly [Table in CopiedTable]: readonly (keyof Schema[Table] & string)[]
} = {
  key_check: ['key_id'],
  secret: ['name'],
  user: ['user_key'],
  authenticator: ['id'],
  recovery_code: ['authenticator_id', 'code_hash'],
  account_state: ['user_key'],
  prompt: ['id'],
  limit_use: ['key', 'window_ms', 'at_ms'],
  remembered: ['user_key', 'gateway_group', 'device_kind', 'device', 'network'],
  unanswered: ['user_key', 'gateway_group', 'network'],
  spent: ['id'],
  accounting: ['digest', 'event_at_ms'],
  web_session: ['token_hash'],
  web_step: ['token_hash'],
  web_wait: ['token_hash'],
  enrolment_code: ['user_key'],
  pairing: ['user_key'],
  shield: ['user_key'],
  phone_notice: ['id'],
  bell: ['prompt_id', 'phone_id'],
  receipt: ['prompt_id', 'phone_id'],
  person: ['user_key'],
  audit: ['node', 'seq'],
  audit_anchor: ['node'],
  setting: ['key'],
  meta: ['key'],
}
