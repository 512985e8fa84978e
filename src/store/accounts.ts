import { sql } from 'kysely'
import type { AccountState, AccountStore, LockoutLimits } from '../accounts/index.ts'
import type { StoreContext } from './context.ts'
import { type Named, prepare, type Queries } from './queries.ts'
import type { AccountStateRow } from './schema.ts'
import { createUserCache } from './user-cache.ts'

export type ForgettingAccountStore = AccountStore & { forget(userKey: string): void }

export function createAccountStore(context: StoreContext): ForgettingAccountStore {
  const { connection, queries, clock } = context
  const query = prepareQueries(queries)
  const states = createUserCache<AccountState>(context.cacheUsers)
  const names = createUserCache<string>(context.cacheUsers)

  async function load(userKey: string): Promise<AccountState> {
    const [row] = await connection.run(query.load({ userKey }))
    return row === undefined ? freshState(userKey) : toState(row)
  }

  async function change(userKey: string, values: Partial<AccountStateRow>): Promise<void> {
    states.forget(userKey)
    await connection.run(
      queries
        .insertInto('account_state')
        .values({ ...freshRow(userKey), ...values })
        .onConflict((conflict) => conflict.column('user_key').doUpdateSet(values))
        .compile(),
    )
  }

  return {
    forget(userKey) {
      states.forget(userKey)
      names.forget(userKey)
    },

    load: (userKey) => states.get(userKey, () => load(userKey)),

    async recordFailure(userKey, kind, nowMs, limits) {
      states.forget(userKey)
      const [row] =
        kind === 'password'
          ? await connection.run(query.wrongPassword({ userKey }))
          : await connection.run(wrongCode(queries, userKey, nowMs, limits).compile())
      return row === undefined ? freshState(userKey) : toState(row)
    },

    async recordSuccess(userKey) {
      const known = states.peek(userKey)
      if (known !== undefined && isClean(known)) return
      states.forget(userKey)
      await connection.run(query.success({ userKey }))
    },

    block: (userKey, reason, nowMs) =>
      change(userKey, { blocked_reason: reason, blocked_at_ms: nowMs }),

    release: (userKey) =>
      change(userKey, {
        blocked_reason: null,
        blocked_at_ms: null,
        locked_until_ms: 0,
        slowed_until_ms: 0,
        wrong_codes: 0,
      }),

    setDefaultMethod: (userKey, method) => change(userKey, { default_method: method ?? null }),

    giveBypass: (userKey, { reason, untilMs, once }) =>
      change(userKey, {
        bypass_reason: reason,
        bypass_until_ms: untilMs,
        bypass_once: once ? 1 : 0,
      }),

    async useBypass(userKey, nowMs) {
      const { bypass } = await states.get(userKey, () => load(userKey))
      if (bypass === undefined || bypass.untilMs <= nowMs) return false
      if (!bypass.once) return true
      states.forget(userKey)
      const used = await connection.run(
        queries
          .updateTable('account_state')
          .set(noBypass)
          .where('user_key', '=', userKey)
          .where('bypass_until_ms', '>', nowMs)
          .returning('user_key')
          .compile(),
      )
      return used.length > 0
    },

    endBypass: (userKey) => change(userKey, noBypass),

    async noteUser(userKey, name) {
      if (names.peek(userKey) === name) return
      names.forget(userKey)
      await names.get(userKey, async () => {
        const searchName = name.toLowerCase()
        await connection.run(query.note({ userKey, name, searchName, nowMs: clock.nowMs() }))
        return name
      })
    },
  }
}

const noBypass = { bypass_reason: null, bypass_until_ms: null, bypass_once: null } as const

function isClean(state: AccountState): boolean {
  return state.wrongCodes === 0 && state.wrongPasswords === 0 && state.slowedUntilMs === 0
}

function freshRow(userKey: string): AccountStateRow {
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
  }
}

function freshState(userKey: string): AccountState {
  return toState(freshRow(userKey))
}

function toState(row: AccountStateRow): AccountState {
  return {
    userKey: row.user_key,
    wrongCodes: row.wrong_codes,
    wrongPasswords: row.wrong_passwords,
    slowedUntilMs: row.slowed_until_ms,
    lockedUntilMs: row.locked_until_ms,
    ...(row.blocked_reason === null
      ? {}
      : { blocked: { reason: row.blocked_reason, atMs: row.blocked_at_ms ?? 0 } }),
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

/**
 * One more wrong code, in one statement: from `slowAfter` on answers are slowed, first by `slowMs`
 * and twice as long each time, never longer than a lock; from `lockAfter` on each one locks anew.
 */
function wrongCode(queries: Queries, userKey: string, nowMs: number, limits: LockoutLimits) {
  const { slowAfter, lockAfter, lockMs, slowMs } = limits
  const count = sql<number>`(account_state.wrong_codes + 1)`
  const slowedMs = sql<number>`(${slowMs} << (${count} - ${slowAfter}))`
  const slowedUntilMs = sql<number>`case
    when ${count} < ${slowAfter} then account_state.slowed_until_ms
    when ${count} - ${slowAfter} > 20 or ${slowedMs} > ${lockMs} then ${nowMs + lockMs}
    else ${nowMs} + ${slowedMs} end`
  const lockedUntilMs = sql<number>`case
    when ${count} < ${lockAfter} then account_state.locked_until_ms
    else ${nowMs + lockMs} end`
  return queries
    .insertInto('account_state')
    .values({
      ...freshRow(userKey),
      wrong_codes: 1,
      slowed_until_ms: slowAfter <= 1 ? nowMs + Math.min(slowMs, lockMs) : 0,
      locked_until_ms: lockAfter <= 1 ? nowMs + lockMs : 0,
    })
    .onConflict((conflict) =>
      conflict.column('user_key').doUpdateSet({
        wrong_codes: count,
        slowed_until_ms: slowedUntilMs,
        locked_until_ms: lockedUntilMs,
      }),
    )
    .returningAll()
}

function prepareQueries(queries: Queries) {
  type User = { readonly userKey: string }
  type Note = User & { readonly name: string; readonly searchName: string; readonly nowMs: number }
  return {
    load: prepare((value: Named<User>) =>
      queries.selectFrom('account_state').selectAll().where('user_key', '=', value('userKey')),
    ),
    wrongPassword: prepare((value: Named<User>) =>
      queries
        .insertInto('account_state')
        .values({ ...freshRow(''), user_key: value('userKey'), wrong_passwords: 1 })
        .onConflict((conflict) =>
          conflict.column('user_key').doUpdateSet((row) => ({
            wrong_passwords: row('account_state.wrong_passwords', '+', 1),
          })),
        )
        .returningAll(),
    ),
    // A lock stays: somebody else's tries may have brought it about in the meantime.
    success: prepare((value: Named<User>) =>
      queries
        .updateTable('account_state')
        .set({ wrong_codes: 0, wrong_passwords: 0, slowed_until_ms: 0 })
        .where('user_key', '=', value('userKey')),
    ),
    note: prepare((value: Named<Note>) =>
      queries
        .insertInto('user')
        .values({
          user_key: value('userKey'),
          name: value('name'),
          search_name: value('searchName'),
          noted_at_ms: value('nowMs'),
        })
        .onConflict((conflict) =>
          conflict.column('user_key').doUpdateSet((row) => ({
            name: row.ref('excluded.name'),
            search_name: row.ref('excluded.search_name'),
            noted_at_ms: row.ref('excluded.noted_at_ms'),
          })),
        ),
    ),
  }
}
