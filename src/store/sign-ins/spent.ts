import type { SpendEvidence, SpentStore } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import type { Schema } from '../schema.ts'
import { judgeReuse, keptClaim } from './judge-reuse.ts'

type Row = Pick<Schema['spent'], 'request_authenticator' | 'spent_at_ms' | 'spent_claim'>

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

  const find = (id: string) =>
    queries
      .selectFrom('spent')
      .select(['request_authenticator', 'spent_at_ms', 'spent_claim'])
      .where('id', '=', id)
      .compile()

  const tell = (row: Row, evidence: SpendEvidence, nowMs: number) =>
    judgeReuse(
      {
        spentBy: row.request_authenticator,
        spentAtMs: row.spent_at_ms,
        spentClaim: row.spent_claim,
      },
      evidence,
      nowMs,
    )

  return {
    async spend(id, evidence, untilMs) {
      const nowMs = clock.nowMs()
      const insert = queries
        .insertInto('spent')
        .values({
          id,
          request_authenticator: evidence.requestAuthenticator,
          spent_at_ms: nowMs,
          spent_claim: keptClaim(connection, evidence),
          until_ms: untilMs,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('id')
        .compile()
      const [, inserted, [row]] = await connection.atomically([purge(nowMs), insert, find(id)])
      if (inserted.length > 0) {
        connection.noteSpent(insert)
        return 'spent'
      }
      return row === undefined ? 'reused' : tell(row, evidence, nowMs)
    },

    async look(id, evidence) {
      const [row] = await connection.run(find(id))
      return row && tell(row, evidence, clock.nowMs())
    },
  }
}
