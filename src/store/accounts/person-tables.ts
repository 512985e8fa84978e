import type { ExpressionBuilder } from 'kysely'
import { sql } from 'kysely'
import { endsIn, toAsciiLower } from '../portable.ts'
import type { Queries } from '../queries.ts'
import type { Schema } from '../schema.ts'

/**
 * What an export says of a column. `hidden`: that there is something, and not what, since it could stand for the
 * person. `repeated`: it says what another column says.
 */
export type ColumnOfPerson = 'shown' | 'hidden' | 'repeated'

/** Tables whose rows each belong to one person, by the column `user_key`. */
export type PersonTable =
  | 'user'
  | 'authenticator'
  | 'recovery_code'
  | 'account_state'
  | 'prompt'
  | 'remembered'
  | 'unanswered'
  | 'web_session'
  | 'web_step'
  | 'web_wait'
  | 'enrolment_code'
  | 'pairing'
  | 'shield'
  | 'phone_notice'
  | 'person'
  | 'bell'
  | 'receipt'
  | 'shared_miss'
  | 'shared_prompt'

/** Every column of theirs: a new one does not compile before it is said here what an export does with it. */
export const personTables: {
  readonly [Table in PersonTable]: Readonly<Record<keyof Schema[Table], ColumnOfPerson>>
} = {
  user: { user_key: 'repeated', name: 'shown', search_name: 'repeated', noted_at_ms: 'shown' },
  authenticator: {
    ...{ id: 'shown', user_key: 'repeated', method: 'shown', label: 'shown' },
    ...{ created_at_ms: 'shown', set_up_by: 'shown', shown_to_agent: 'shown' },
    ...{ algorithm: 'shown', digits: 'shown', period_seconds: 'shown', seed: 'hidden' },
    ...{ drift_steps: 'shown', valid_from_ms: 'shown', valid_until_ms: 'shown' },
    ...{ last_step: 'shown', recent_steps: 'shown', spent_ahead: 'shown', counter: 'shown' },
    ...{ spent_by: 'hidden', spent_at_ms: 'shown', spent_claim: 'hidden' },
    ...{ phone: 'shown', backup_phone: 'shown' },
    ...{ pin: 'hidden', extension: 'shown', address: 'shown' },
    ...{ credential_id: 'shown', passkey: 'hidden', transports: 'shown', sign_count: 'shown' },
    ...{ backed_up: 'shown', last_used_at_ms: 'shown', phone_id: 'shown' },
    ...{ subscription: 'hidden', endpoint_hash: 'hidden', unsubscribed_at_ms: 'shown' },
  },
  recovery_code: {
    ...{ authenticator_id: 'shown', user_key: 'repeated', code_hash: 'hidden' },
    ...{ spent_by: 'hidden', spent_at_ms: 'shown', spent_claim: 'hidden' },
  },
  account_state: {
    ...{ user_key: 'repeated', wrong_codes: 'shown', wrong_passwords: 'shown' },
    ...{ slowed_until_ms: 'shown', locked_until_ms: 'shown', blocked_reason: 'shown' },
    ...{ blocked_at_ms: 'shown', default_method: 'shown', bypass_reason: 'shown' },
    ...{ bypass_until_ms: 'shown', bypass_once: 'shown' },
    prompts_stopped_at_ms: 'shown',
  },
  prompt: {
    ...{ id: 'shown', user_key: 'repeated', method: 'shown', gateway: 'shown' },
    ...{ request_authenticator: 'hidden', provider_id: 'shown' },
    ...{ started_at_ms: 'shown', deadline_ms: 'shown' },
  },
  remembered: {
    ...{ user_key: 'repeated', gateway_group: 'shown', device_kind: 'shown', device: 'shown' },
    ...{ network: 'shown', method: 'shown', at_ms: 'shown', until_ms: 'shown', mac: 'hidden' },
  },
  unanswered: {
    ...{ user_key: 'repeated', gateway_group: 'shown', network: 'shown', gateway: 'shown' },
    ...{ times: 'shown', until_ms: 'shown', paused_until_ms: 'shown' },
  },
  web_session: {
    ...{ token_hash: 'hidden', user_key: 'repeated', user_name: 'shown', kind: 'shown' },
    ...{ method: 'shown', password_stamp: 'hidden', created_at_ms: 'shown' },
    ...{ seen_at_ms: 'shown', ends_at_ms: 'shown', address: 'shown', user_agent: 'shown' },
    ...{ authenticator_id: 'shown', mac: 'hidden' },
  },
  web_step: {
    ...{ token_hash: 'hidden', kind: 'shown', user_key: 'repeated', content: 'hidden' },
    until_ms: 'shown',
  },
  web_wait: {
    ...{ token_hash: 'hidden', kind: 'shown', user_key: 'repeated', content: 'hidden' },
    ...{ until_ms: 'shown', is_asked: 'shown' },
  },
  enrolment_code: {
    ...{ user_key: 'repeated', code_hash: 'hidden', created_at_ms: 'shown', until_ms: 'shown' },
    ...{ tries_left: 'shown', password_stamp: 'hidden', made_by: 'shown' },
  },
  pairing: {
    ...{ user_key: 'repeated', id: 'shown', user_name: 'shown', until_ms: 'shown' },
    ...{ version: 'shown', token_hash: 'hidden', content: 'hidden' },
  },
  shield: {
    ...{ user_key: 'repeated', wrong: 'shown', last_ms: 'shown', mark: 'shown' },
    ...{ server: 'shown', turn: 'shown', until_ms: 'shown' },
  },
  phone_notice: {
    ...{ id: 'shown', user_key: 'repeated', kind: 'shown', said: 'shown', made_by: 'shown' },
    ...{ at_ms: 'shown', until_ms: 'shown', not_for_phone: 'shown', reported_at_ms: 'shown' },
  },
  person: {
    ...{ user_key: 'repeated', language: 'shown', idle_since_ms: 'shown' },
    ...{
      idle_lifted_ms: 'shown',
      enrolled_once_ms: 'shown',
      strengthened_at_ms: 'shown',
      reminded_at_ms: 'shown',
    },
    user_handle: 'hidden',
  },
  bell: {
    ...{ prompt_id: 'shown', phone_id: 'shown', user_key: 'repeated' },
    ...{ service: 'shown', at_ms: 'shown', answer: 'shown' },
  },
  receipt: {
    ...{ prompt_id: 'shown', phone_id: 'shown', user_key: 'repeated', at_ms: 'shown' },
    rang_at_ms: 'shown',
    ...{ shown_at_ms: 'shown', opened_at_ms: 'shown', answered_at_ms: 'shown' },
  },
  shared_miss: {
    ...{ id: 'shown', user_key: 'repeated', password_key: 'hidden' },
    ...{ until_ms: 'shown', own_until_ms: 'shown' },
  },
  shared_prompt: {
    ...{ id: 'shown', user_key: 'repeated', process_id: 'shown', content: 'hidden' },
    ...{ on_page: 'shown', version: 'shown', gateway_refused: 'shown', token_hash: 'hidden' },
    claim_key: 'hidden',
    ...{ progress_count: 'shown', progress: 'hidden', ended_by: 'shown', result: 'hidden' },
    ...{ counts_until_ms: 'shown', until_ms: 'shown', own_until_ms: 'shown' },
  },
}

export const personTableNames = Object.keys(personTables) as readonly PersonTable[]

/** Rows of the audit about a person; also those that could only name them, such as while the directory was down. */
export function auditOf(userKey: string, name: string | undefined) {
  return ({ eb, and, or, fn }: ExpressionBuilder<Schema, 'audit'>) =>
    or([
      eb('user_key', '=', userKey),
      ...(name === undefined
        ? []
        : [
            and([
              eb('user_key', 'is', null),
              eb(fn('lower', ['user_name']), '=', toAsciiLower(name)),
            ]),
          ]),
    ])
}

/**
 * Counts against limits whose key ends in the person's key, or in a number or address of theirs: those of their
 * authenticators, and `addresses`. By these conditions rows are found before the authenticators go.
 */
export function limitsOf(queries: Queries, userKey: string, addresses: readonly string[]) {
  const isOf = (text: unknown) => endsIn(sql.ref('limit_use.key'), sql`(':' || ${text})`)
  return ({ or, exists }: ExpressionBuilder<Schema, 'limit_use'>) =>
    or([
      ...[userKey, ...addresses].map(isOf),
      ...(['phone', 'backup_phone', 'address'] as const).map((column) =>
        exists(
          queries
            .selectFrom('authenticator')
            .select('id')
            .where('user_key', '=', userKey)
            .where(isOf(sql.ref(`authenticator.${column}`))),
        ),
      ),
    ])
}
