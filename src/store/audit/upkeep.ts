import type { KeyObject } from 'node:crypto'
import type { StoreContext } from '../context.ts'
import type { AuditRow } from '../schema.ts'
import { signAnchor } from './chain.ts'
import { namingsOf } from './erasures.ts'
import { type ChainReport, createChainVerifier } from './verify.ts'

export interface AuditUpkeep {
  /** Reads every chain from its start, a few hundred rows at a time. */
  verifyAuditChain(): Promise<ChainReport>
  /**
   * Deletes rows from before `olderThanMs` (milliseconds since 1970), oldest first, in steps of
   * `stepRows` so that sign-ins go on in between. Gives how many. The chain goes on from a signed anchor.
   */
  purgeAudit(olderThanMs: number, stepRows?: number): Promise<number>
}

const rowsAStep = 500

export function createAuditUpkeep(context: StoreContext, key: KeyObject): AuditUpkeep {
  const { connection, queries } = context
  const verify = createChainVerifier(context, key)

  async function listNodes(): Promise<readonly string[]> {
    const [written, purged] = await connection.atomically([
      queries.selectFrom('audit').select('node').distinct().compile(),
      queries.selectFrom('audit_anchor').select('node').compile(),
    ])
    return [...new Set([...written, ...purged].map((row) => row.node))].sort()
  }

  /**
   * The first erasure that names a row another node still has: without it that row would look wiped. Those of its own
   * node are older, and go before it.
   */
  async function firstNeeded(
    node: string,
    rows: readonly Pick<AuditRow, 'seq' | 'kind' | 'timeline'>[],
  ): Promise<number | undefined> {
    for (const row of rows) {
      for (const named of namingsOf(row)) {
        if (named.node === node) continue
        const last = named.ranges.at(-1)?.[1] ?? 0
        const kept = queries
          .selectFrom('audit')
          .select('seq')
          .where('node', '=', named.node)
          .where('seq', '<=', last)
          .limit(1)
          .compile()
        if ((await connection.run(kept)).length > 0) return row.seq
      }
    }
    return undefined
  }

  async function purgeStep(node: string, olderThanMs: number, stepRows: number): Promise<number> {
    const oldest = await connection.run(
      queries
        .selectFrom('audit')
        .select(['seq', 'hash', 'ended_at_ms', 'kind', 'timeline'])
        .where('node', '=', node)
        .orderBy('seq')
        .limit(stepRows)
        .compile(),
    )
    const needed = await firstNeeded(node, oldest)
    const firstKept = oldest.findIndex(
      (row) => row.ended_at_ms >= olderThanMs || row.seq === needed,
    )
    const last = firstKept < 0 ? oldest.at(-1) : oldest[firstKept - 1]
    if (last === undefined) return 0
    const anchor = { seq: last.seq, hash: last.hash, mac: signAnchor(node, last, key) }
    const [, deleted] = await connection.atomically([
      queries
        .insertInto('audit_anchor')
        .values({ node, ...anchor })
        // Two nodes may purge one chain: the slower must not take back what the other has vouched for.
        .onConflict((conflict) =>
          conflict.column('node').doUpdateSet(anchor).where('audit_anchor.seq', '<', last.seq),
        )
        .compile(),
      queries
        .deleteFrom('audit')
        .where('node', '=', node)
        .where('seq', '<=', last.seq)
        .returning('seq')
        .compile(),
    ])
    return deleted.length
  }

  return {
    verifyAuditChain: async () => verify(await listNodes()),

    async purgeAudit(olderThanMs, stepRows = rowsAStep) {
      let purged = 0
      for (const node of await listNodes()) {
        let step: number = stepRows
        while (step === stepRows) {
          step = await purgeStep(node, olderThanMs, stepRows)
          purged += step
        }
      }
      return purged
    },
  }
}
