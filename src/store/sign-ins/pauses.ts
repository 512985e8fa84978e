import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import {
  type AccountState,
  type PauseStore,
  type PromptPlace,
  pauseMs,
  pausesOf,
  type Unanswered,
  unansweredPrompts,
} from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import type { UnansweredRow } from '../schema.ts'

const keyColumns = ['user_key', 'gateway_group', 'network'] as const

/** What people did not answer. `forget` is called for a person whose rows change. */
export function createPauseStore(
  { connection, queries }: StoreContext,
  people: {
    load(userKey: string): Promise<{ readonly state: AccountState }>
    forget(userKey: string): void
  },
): PauseStore {
  const rowsOf = (userKey: string, { group, network }: Pick<PromptPlace, 'group' | 'network'>) =>
    queries
      .deleteFrom('unanswered')
      .where('user_key', '=', userKey)
      .where('gateway_group', '=', group)
      .where('network', '=', network)

  return {
    async note(userKey, { gateway, group, network }, nowMs) {
      people.forget(userKey)
      const isOver = sql<boolean>`unanswered.until_ms <= ${nowMs}`
      const untilMs = nowMs + pauseMs
      const isEnough = sql<boolean>`unanswered.times + 1 >= ${unansweredPrompts}`
      const [row] = await connection.run(
        queries
          .insertInto('unanswered')
          .values({
            ...{ user_key: userKey, gateway_group: group, network, gateway },
            ...{ times: 1, until_ms: untilMs, paused_until_ms: 0 },
          })
          .onConflict((conflict) =>
            conflict.columns(keyColumns).doUpdateSet({
              gateway,
              times: sql<number>`case when ${isOver} then 1 else unanswered.times + 1 end`,
              until_ms: untilMs,
              paused_until_ms: sql<number>`case
                when ${isOver} then 0
                when unanswered.paused_until_ms > ${nowMs} then unanswered.paused_until_ms
                when ${isEnough} then ${untilMs}
                else 0 end`,
            }),
          )
          .returningAll()
          .compile(),
      )
      if (row === undefined) throw new Error('a row that was written is not there')
      return unansweredOf(row)
    },

    async settle(userKey, place) {
      const { unanswered = [] } = (await people.load(userKey)).state
      const isCounted = unanswered.some(
        ({ group, network }) => group === place.group && network === place.network,
      )
      if (!isCounted) return
      people.forget(userKey)
      await connection.run(rowsOf(userKey, place).where('paused_until_ms', '=', 0).compile())
    },

    async end(userKey, id, nowMs) {
      const paused = pausesOf((await people.load(userKey)).state, nowMs)
      const found = paused.find((pause) => pause.id === id)
      if (found === undefined) return false
      people.forget(userKey)
      const ended = await connection.run(rowsOf(userKey, found).returning('user_key').compile())
      return ended.length > 0
    },

    async purge(nowMs, stepRows) {
      const ended = queries
        .selectFrom('unanswered')
        .select(keyColumns)
        .where('until_ms', '<=', nowMs)
        .orderBy('until_ms')
        .limit(stepRows)
        .$asTuple(...keyColumns)
      const step = queries
        .deleteFrom('unanswered')
        .where(({ eb, refTuple }) => eb(refTuple(...keyColumns), 'in', ended))
        .returning('user_key')
        .compile()
      let purged = 0
      for (;;) {
        const { length } = await connection.run(step)
        purged += length
        if (length < stepRows) return purged
      }
    },
  }
}

/** One row as sign-ins see it. */
export function unansweredOf(row: UnansweredRow): Unanswered {
  const { gateway, gateway_group: group, network, paused_until_ms: pausedUntilMs } = row
  const named = createHash('sha256')
    .update(JSON.stringify([group, network]))
    .digest('base64url')
  return {
    id: named.slice(0, 22),
    ...{ group, gateway, network, times: row.times, untilMs: row.until_ms },
    ...(pausedUntilMs === 0 ? {} : { pausedUntilMs }),
  }
}
