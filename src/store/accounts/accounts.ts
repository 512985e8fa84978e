import { sql } from 'kysely'
import type { AccountState, AccountStore, LockoutLimits } from '../../accounts/index.ts'
import { foldName } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import { larger } from '../portable.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { AccountStateRow } from '../schema.ts'
import { freshRow, freshState, noBypass, toState } from './account-rows.ts'
import type { People } from './people.ts'

export function createAccountStore(context: StoreContext, people: People): AccountStore {
  const { connection, queries, clock } = context
  const query = prepareQueries(queries)

  async function change(userKey: string, values: Partial<AccountStateRow>): Promise<void> {
    people.forget(userKey)
    await connection.run(upsert(userKey, values))
  }

  function upsert(userKey: string, values: Partial<AccountStateRow>) {
    return queries
      .insertInto('account_state')
      .values({ ...freshRow(userKey), ...values })
      .onConflict((conflict) => conflict.column('user_key').doUpdateSet(values))
      .compile()
  }

  /** What would let someone go on who is in already. `keep`: a session that stays. */
  function endAllOf(userKey: string, keep?: Uint8Array) {
    const sessions = queries.deleteFrom('web_session').where('user_key', '=', userKey)
    return [
      queries.deleteFrom('remembered').where('user_key', '=', userKey).compile(),
      queries.deleteFrom('web_step').where('user_key', '=', userKey).compile(),
      queries.deleteFrom('web_wait').where('user_key', '=', userKey).compile(),
      (keep === undefined ? sessions : sessions.where('token_hash', '!=', keep)).compile(),
    ]
  }

  return {
    load: async (userKey) => (await people.load(userKey)).state,

    async recordFailure(userKey, kind, nowMs, limits) {
      people.forget(userKey)
      const [row] =
        kind === 'password'
          ? await connection.run(query.wrongPassword({ userKey }))
          : await connection.run(wrongCode(queries, userKey, nowMs, limits).compile())
      return row === undefined ? freshState(userKey) : toState(row)
    },

    async lock(userKey, untilMs) {
      people.forget(userKey)
      const longest = larger('account_state.locked_until_ms', untilMs)
      await connection.run(
        queries
          .insertInto('account_state')
          .values({ ...freshRow(userKey), locked_until_ms: untilMs })
          .onConflict((conflict) =>
            conflict.column('user_key').doUpdateSet({ locked_until_ms: longest }),
          )
          .compile(),
      )
    },

    async recordSuccess(userKey) {
      const known = people.peek(userKey)
      if (known !== undefined && isClean(known.state)) return
      people.forget(userKey)
      await connection.run(query.success({ userKey }))
    },

    async block(userKey, reason, nowMs) {
      const blocked = { blocked_reason: reason, blocked_at_ms: nowMs }
      people.forget(userKey)
      await connection.atomically([upsert(userKey, blocked), ...endAllOf(userKey)])
    },

    async stopPrompts(userKey, nowMs, keep) {
      people.forget(userKey)
      await connection.atomically([
        upsert(userKey, { prompts_stopped_at_ms: nowMs, ...noBypass }),
        ...endAllOf(userKey, keep),
      ])
    },

    async release(userKey) {
      people.forget(userKey)
      await connection.atomically([
        upsert(userKey, {
          prompts_stopped_at_ms: null,
          blocked_reason: null,
          blocked_at_ms: null,
          locked_until_ms: 0,
          slowed_until_ms: 0,
          wrong_codes: 0,
          wrong_passwords: 0,
        }),
        queries.deleteFrom('unanswered').where('user_key', '=', userKey).compile(),
      ])
    },

    setDefaultMethod: (userKey, method) => change(userKey, { default_method: method ?? null }),

    giveBypass: (userKey, { reason, untilMs, once }) =>
      change(userKey, {
        bypass_reason: reason,
        bypass_until_ms: untilMs,
        bypass_once: once ? 1 : 0,
      }),

    async useBypass(userKey, nowMs) {
      const { bypass } = (await people.load(userKey)).state
      if (bypass === undefined || bypass.untilMs <= nowMs) return false
      if (!bypass.once) return true
      people.forget(userKey)
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
      if ((await people.load(userKey)).name === name) return
      const searchName = foldName(name)
      await connection.run(query.note({ userKey, name, searchName, nowMs: clock.nowMs() }))
      people.update(userKey, (person) => ({ ...person, name }))
    },
  }
}

function isClean(state: AccountState): boolean {
  return state.wrongCodes === 0 && state.wrongPasswords === 0 && state.slowedUntilMs === 0
}

/**
 * One more wrong code, in one statement: from `slowAfter` on answers are slowed, first by `slowMs`
 * and twice as long each time, never longer than a lock; from `lockAfter` on each one locks again.
 */
function wrongCode(queries: Queries, userKey: string, nowMs: number, limits: LockoutLimits) {
  const { slowAfter, lockAfter, lockMs, slowMs } = limits
  const count = sql<number>`(account_state.wrong_codes + 1)`
  const doublings = sql`cast(${count} - ${slowAfter} as integer)`
  const slowedMs = sql<number>`(cast(${slowMs} as bigint) << ${doublings})`
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
    // A lock stays: someone else's tries may have brought it about in the meantime.
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
