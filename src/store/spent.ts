import type { SpentStore } from '../accounts/index.ts'
import type { StoreContext } from './context.ts'
import { tellReuse } from './tell-reuse.ts'

/** Rows past their time that each spend takes away: more than it adds, few enough not to be felt. */
const purgedAtOnce = 20

export function createSpentStore({ connection, queries, clock }: StoreContext): SpentStore {
  const purge = (nowMs: number) =>
    queries
      .deleteFrom('spent')
      .where('id', 'in', (rows) =>
        rows
          .selectFrom('spent')
          .select('id')
          .where('until_ms', '<=', nowMs)
          .orderBy('until_ms')
          .limit(purgedAtOnce),
      )
      .compile()

  return {
    async spend(id, evidence, untilMs) {
      const nowMs = clock.nowMs()
      const [, inserted, [row]] = await connection.atomically([
        purge(nowMs),
        queries
          .insertInto('spent')
          .values({
            id,
            request_authenticator: evidence.requestAuthenticator,
            spent_at_ms: nowMs,
            until_ms: untilMs,
          })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returning('id')
          .compile(),
        queries
          .selectFrom('spent')
          .select(['request_authenticator', 'spent_at_ms'])
          .where('id', '=', id)
          .compile(),
      ])
      if (inserted.length > 0) return 'spent'
      const spender = {
        spentBy: row?.request_authenticator ?? null,
        spentAtMs: row?.spent_at_ms ?? null,
      }
      return tellReuse(spender, evidence, nowMs)
    },
  }
}
