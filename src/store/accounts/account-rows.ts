import type { AccountState } from '../../accounts/index.ts'
import type { AccountStateRow } from '../schema.ts'

export const noBypass = { bypass_reason: null, bypass_until_ms: null, bypass_once: null } as const

/** Of someone who is unknown. */
export function freshRow(userKey: string): AccountStateRow {
  return {
    user_key: userKey,
    wrong_codes: 0,
    wrong_passwords: 0,
    slowed_until_ms: 0,
    locked_until_ms: 0,
    blocked_reason: null,
    blocked_at_ms: null,
    default_method: null,
    ...noBypass,
    prompts_stopped_at_ms: null,
  }
}

export function freshState(userKey: string): AccountState {
  return toState(freshRow(userKey))
}

export function toState(row: AccountStateRow): AccountState {
  return {
    userKey: row.user_key,
    wrongCodes: row.wrong_codes,
    wrongPasswords: row.wrong_passwords,
    slowedUntilMs: row.slowed_until_ms,
    lockedUntilMs: row.locked_until_ms,
    ...(row.blocked_reason === null
      ? {}
      : { blocked: { reason: row.blocked_reason, atMs: row.blocked_at_ms ?? 0 } }),
    ...(row.prompts_stopped_at_ms === null
      ? {}
      : { promptsStopped: { atMs: row.prompts_stopped_at_ms } }),
    ...(row.default_method === null ? {} : { defaultMethod: row.default_method }),
    ...(row.bypass_until_ms === null
      ? {}
      : {
          bypass: {
            reason: row.bypass_reason ?? '',
            untilMs: row.bypass_until_ms,
            once: row.bypass_once === 1,
          },
        }),
  }
}
