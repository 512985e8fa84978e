import type {
  Method,
  OtpAlgorithm,
  PhoneNotice,
  Provenance,
  RememberedPlace,
  WebSession,
  WebStep,
} from '../accounts/index.ts'

// The tables as the queries see them. Times are milliseconds since 1970; `Uint8Array` columns named
// `seed`, `pin`, `passkey`, `subscription`, `content`, `settled`, `progress`, `result` and `sealed` hold sealed values (sealing.ts), the others clear bytes.

export type AuthenticatorRow = {
  id: string
  user_key: string
  method: Method
  label: string
  created_at_ms: number
  algorithm: OtpAlgorithm | null
  digits: number | null
  period_seconds: number | null
  seed: Uint8Array | null
  drift_steps: number | null
  valid_from_ms: number | null
  valid_until_ms: number | null
  /** TOTP: last accepted step. */
  last_step: number | null
  /** TOTP: accepted steps, newest first, each after a comma; `?` where older ones were forgotten. */
  recent_steps: string | null
  /** TOTP: steps above `last_step` that were spent while a clock was ahead, each between commas. */
  spent_ahead: string | null
  /** HOTP: next counter that can be accepted. */
  counter: number | null
  /** Request Authenticator of the packet that spent last, 16 bytes. */
  spent_by: Uint8Array | null
  /** When that was, or when a phone or mailbox was used last; null also where an older version spent it. */
  spent_at_ms: number | null
  /** By what an equal request of another process is known, see SpendEvidence; null in a file. */
  spent_claim: string | null
  phone: string | null
  backup_phone: string | null
  pin: Uint8Array | null
  extension: string | null
  address: string | null
  /** Null where an older version set it up. */
  set_up_by: NonNullable<Provenance['setUpBy']> | null
  /** 1: an administrator saw its secret. */
  shown_to_agent: number | null
  /** Passkey: as browsers name it. */
  credential_id: string | null
  /** Passkey, phone: what must not be changed, sealed. */
  passkey: Uint8Array | null
  /** Passkey: separated by blanks. */
  transports: string | null
  /** Passkey: signatures so far, as its device counts them. */
  sign_count: number | null
  /** Passkey: 1 where a copy exists elsewhere. */
  backed_up: number | null
  last_used_at_ms: number | null
  /** TOTP: the phone whose page shows its codes. */
  phone_id: string | null
  /** Phone: where it gets notifications, sealed. */
  subscription: Uint8Array | null
  /** Phone: SHA-256 of the endpoint in it, so that an endpoint has one phone. */
  endpoint_hash: Uint8Array | null
  /** Phone: when its push service last said that its subscription is gone. */
  unsubscribed_at_ms: number | null
}

export type AccountStateRow = {
  user_key: string
  wrong_codes: number
  wrong_passwords: number
  slowed_until_ms: number
  locked_until_ms: number
  blocked_reason: string | null
  blocked_at_ms: number | null
  default_method: Method | null
  bypass_reason: string | null
  bypass_until_ms: number | null
  /** 1: ends with the first sign-in. */
  bypass_once: number | null
  /** No calls and messages to the person since then. */
  prompts_stopped_at_ms: number | null
}

/** One row a sign-in, an alert or an erasure, chained by `hash` (audit-chain.ts). */
export type AuditRow = {
  node: string
  /** 1, 2, 3 … in each node's chain. */
  seq: number
  previous_hash: string
  hash: string
  kind: 'sign-in' | 'alert' | 'erasure'
  started_at_ms: number
  ended_at_ms: number
  sign_in_id: string
  attempt_id: string
  reference: string | null
  gateway: string
  method: string | null
  outcome: string
  reason: string
  /** What is personal; all of these are null once erased, and the chain holds all the same. */
  user_key: string | null
  user_name: string | null
  source_address: string | null
  device: string | null
  timeline: string | null
  salt: string | null
  personal_hash: string
}

/** `mac`: keyed hash of all other columns and of the password's stamp (remembered.ts), 32 bytes. */
export type RememberedRow = {
  user_key: string
  gateway_group: string
  device_kind: RememberedPlace['device']['kind']
  device: string
  network: string
  method: Method
  at_ms: number
  until_ms: number
  mac: Uint8Array
}

/** Prompts of one person, from one place, that got no yes. */
export type UnansweredRow = {
  user_key: string
  gateway_group: string
  network: string
  gateway: string
  times: number
  until_ms: number
  /** 0: not paused. */
  paused_until_ms: number
}

/** One Accounting-Request of the last day, unencrypted: it holds no secret. */
export type AccountingRow = {
  digest: Uint8Array
  event_at_ms: number
  gateway: string
  source: string
  received_at_ms: number
  status_type: number
  attributes: Uint8Array
}

/** `mac`: keyed hash of all other columns but `seen_at_ms` (sessions.ts), 32 bytes. */
export type WebSessionRow = {
  token_hash: Uint8Array
  user_key: string
  user_name: string
  kind: WebSession['kind']
  method: Method | null
  authenticator_id: string | null
  password_stamp: string | null
  created_at_ms: number
  seen_at_ms: number
  ends_at_ms: number
  address: string
  user_agent: string
  mac: Uint8Array
}

export type WebStepRow = {
  token_hash: Uint8Array
  kind: WebStep['kind']
  /** Null before a person is known. */
  user_key: string | null
  content: Uint8Array
  until_ms: number
}

/** `is_asked`: another request wants the step. */
export type WebWaitRow = WebStepRow & { is_asked: number }

export type EnrolmentCodeRow = {
  user_key: string
  code_hash: Uint8Array
  created_at_ms: number
  until_ms: number
  tries_left: number
  password_stamp: string | null
  made_by: string
}

export type PairingRow = {
  user_key: string
  id: string
  user_name: string
  until_ms: number
  version: number
  token_hash: Uint8Array | null
  content: Uint8Array
}

/** `turn`: of the check that is under way. */
export type ShieldRow = {
  user_key: string
  wrong: number
  last_ms: number
  mark: string
  server: string
  turn: string | null
  until_ms: number
}

export type PhoneNoticeRow = {
  id: string
  user_key: string
  kind: PhoneNotice['kind']
  said: string
  made_by: PhoneNotice['by']
  at_ms: number
  until_ms: number
  /** The phone that it tells of. */
  not_for_phone: string | null
  reported_at_ms: number | null
}

export type PersonRow = {
  user_key: string
  language: string | null
  idle_since_ms: number | null
  idle_lifted_ms: number | null
  enrolled_once_ms: number | null
  strengthened_at_ms: number | null
  /** 32 bytes. */
  user_handle: Uint8Array | null
  reminded_at_ms: number | null
}

/** A notification that went to a phone. `at_ms`: of the last try. */
export type BellRow = {
  prompt_id: string
  phone_id: string
  user_key: string
  service: string
  at_ms: number
  answer: string
}

/** A notification that went to a phone, and what it has said of it. `at_ms`: the first time. */
export type ReceiptRow = {
  prompt_id: string
  phone_id: string
  user_key: string
  at_ms: number
  rang_at_ms: number | null
  shown_at_ms: number | null
  opened_at_ms: number | null
  answered_at_ms: number | null
}

/** A process that has the database open. Times are those of its beat, by its own clock and by the database's. */
export type NodeRow = {
  process_id: string
  name: string
  version: string
  state: 'serving' | 'draining' | 'stopped' | 'dead'
  started_at_ms: number
  /** Rises with each beat. */
  beat: number
  beat_at_ms: number
  database_at_ms: number
  configuration: string
  open_sign_ins: number
  /** The version of the tables that its program knows; null where that is older than this column. */
  steps: number | null
  /** Number of the last transaction in which the process has written; null before. */
  last_write: number | null
}

/** What processes keep for each other until its time has passed, by the database's clock and by the writer's. */
export type SharedKeptRow = {
  kind: 'spent-state' | 'spent-approval' | 'late' | 'interrupted' | 'timeline' | 'sealed'
  id: string
  content: Uint8Array | null
  /** For what was spent: the hashes by which an equal request is known. */
  claim_key: string | null
  at_ms: number
  until_ms: number
  own_until_ms: number
}

/** A wrong code typed with a password that was not proven. */
export type SharedMissRow = {
  id: string
  user_key: string
  password_key: string
  until_ms: number
  own_until_ms: number
}

/** A claim on a join key. The row is kept longer than the claim is valid, for followers that have not looked yet. */
export type SharedClaimRow = {
  id: string
  key: string
  process_id: string
  settled: Uint8Array | null
  counts_until_ms: number | null
  until_ms: number | null
  own_until_ms: number | null
}

/** A prompt, open while `ended_by` is null: it names the try that has ended it. */
export type SharedPromptRow = {
  id: string
  user_key: string
  process_id: string
  content: Uint8Array
  on_page: number
  /** Rises with each change that a page shows. */
  version: number
  gateway_refused: number
  /** By which a request that is equal to the one that opened it is known. */
  claim_key: string | null
  token_hash: string | null
  progress_count: number
  progress: Uint8Array | null
  ended_by: string | null
  result: Uint8Array | null
  counts_until_ms: number | null
  until_ms: number
  own_until_ms: number
}

/** Of a prompt on the page: answers that someone has begun, and sign-ins that were refused meanwhile. */
export type SharedNoteRow = {
  prompt_id: string
  id: string
  kind: 'approve' | 'report' | 'refused'
  by_hash: string | null
  place: number
  content: Uint8Array
  until_ms: number
  own_until_ms: number
}

export type Schema = {
  schema_version: { version: number }
  meta: { key: string; value: string }
  key_check: { key_id: string; sealed: Uint8Array }
  secret: { name: string; sealed: Uint8Array }
  user: { user_key: string; name: string; search_name: string; noted_at_ms: number }
  authenticator: AuthenticatorRow
  recovery_code: {
    authenticator_id: string
    user_key: string
    code_hash: Uint8Array
    /** Request Authenticator of the packet that spent it; null = not used yet. */
    spent_by: Uint8Array | null
    /** When that was; null also where an older version spent it. */
    spent_at_ms: number | null
    spent_claim: string | null
  }
  account_state: AccountStateRow
  prompt: {
    id: string
    user_key: string
    method: Method
    gateway: string
    request_authenticator: Uint8Array
    provider_id: string | null
    started_at_ms: number
    deadline_ms: number
  }
  limit_use: {
    key: string
    window_ms: number
    at_ms: number
    expires_at_ms: number
    amount: number
  }
  remembered: RememberedRow
  unanswered: UnansweredRow
  /** What counted once and belongs to no authenticator. */
  spent: {
    id: string
    request_authenticator: Uint8Array
    /** Null where an older version spent it. */
    spent_at_ms: number | null
    spent_claim: string | null
    until_ms: number
  }
  accounting: AccountingRow
  web_session: WebSessionRow
  web_step: WebStepRow
  web_wait: WebWaitRow
  enrolment_code: EnrolmentCodeRow
  pairing: PairingRow
  shield: ShieldRow
  phone_notice: PhoneNoticeRow
  person: PersonRow
  bell: BellRow
  receipt: ReceiptRow
  audit: AuditRow
  audit_anchor: { node: string; seq: number; hash: string; mac: string }
  setting: { key: string; value: string }
  node: NodeRow
  /** Keys that all processes share for an hour; empty in a file. */
  hour_key: { number: number; begins_ms: number; sealed: Uint8Array }
  /** `next_at_us`: microseconds since 1970 by the database's clock. */
  call_turn: { account: string; next_at_us: number }
  /** When a server of the database took over, by its clock (postgresql/take-overs.ts). */
  timeline: { name: string; cause: string; at_ms: number }
  /** Steps that have taken away what older versions used. */
  contraction: { number: number; least: number }
  shared_kept: SharedKeptRow
  shared_miss: SharedMissRow
  shared_claim: SharedClaimRow
  shared_prompt: SharedPromptRow
  shared_note: SharedNoteRow
}
