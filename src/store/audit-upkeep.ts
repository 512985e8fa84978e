import type { KeyObject } from 'node:crypto'
import {
  type ChainFault,
  type ChainHead,
  chainStart,
  checkRow,
  isErased,
  signAnchor,
} from './audit-chain.ts'
import type { StoreContext } from './context.ts'

/** What `verifyAuditChain` found. A cut-off end shows only against a copy of the audit elsewhere. */
export type ChainReport =
  | {
      readonly ok: true
      readonly rows: number
      /** Rows whose personal part was erased; each erasure of a user is a row of its own. */
      readonly erased: number
      /** Last row of each node: to be compared with what was seen elsewhere. */
      readonly heads: readonly {
        readonly node: string
        readonly seq: number
        readonly hash: string
      }[]
    }
  | {
      readonly ok: false
      readonly node: string
      /** The first row that does not fit. */
      readonly seq: number
      readonly fault: ChainFault | 'anchor-changed'
    }

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

  async function listNodes(): Promise<readonly string[]> {
    const [written, purged] = await connection.atomically([
      queries.selectFrom('audit').select('node').distinct().compile(),
      queries.selectFrom('audit_anchor').select('node').compile(),
    ])
    return [...new Set([...written, ...purged].map((row) => row.node))].sort()
  }

  function selectRows(node: string, afterSeq: number, limit: number) {
    return queries
      .selectFrom('audit')
      .selectAll()
      .where('node', '=', node)
      .where('seq', '>', afterSeq)
      .orderBy('seq')
      .limit(limit)
      .compile()
  }

  function selectAnchor(node: string) {
    return queries.selectFrom('audit_anchor').selectAll().where('node', '=', node).compile()
  }

  /** Whether a purge has overtaken the reader; the anchor it left is checked when reading begins anew. */
  async function isPurgedBehind(node: string, head: ChainHead): Promise<boolean> {
    const [anchor] = await connection.run(selectAnchor(node))
    return anchor !== undefined && anchor.seq > head.seq
  }

  async function verifyNode(node: string): Promise<
    | {
        readonly ok: true
        readonly rows: number
        readonly erased: number
        readonly head: ChainHead
      }
    | Extract<ChainReport, { ok: false }>
  > {
    // The anchor and the rows behind it are read as one, so that a purge in between is no fault.
    const [[anchor], first] = await connection.atomically([
      selectAnchor(node),
      selectRows(node, 0, rowsAStep),
    ])
    if (anchor !== undefined && anchor.mac !== signAnchor(node, anchor, key)) {
      return { ok: false, node, seq: anchor.seq, fault: 'anchor-changed' }
    }
    let head: ChainHead = anchor ?? { seq: 0, hash: chainStart }
    let rows = 0
    let erased = 0
    let step = first
    while (step.length > 0) {
      for (const row of step) {
        const fault = checkRow(row, head, key)
        if (fault === 'row-missing' && (await isPurgedBehind(node, head))) return verifyNode(node)
        if (fault !== undefined) return { ok: false, node, seq: head.seq + 1, fault }
        head = row
        rows += 1
        if (isErased(row)) erased += 1
      }
      step = await connection.run(selectRows(node, head.seq, rowsAStep))
    }
    return { ok: true, rows, erased, head }
  }

  async function purgeStep(node: string, olderThanMs: number, stepRows: number): Promise<number> {
    const oldest = await connection.run(
      queries
        .selectFrom('audit')
        .select(['seq', 'hash', 'ended_at_ms'])
        .where('node', '=', node)
        .orderBy('seq')
        .limit(stepRows)
        .compile(),
    )
    const firstKept = oldest.findIndex((row) => row.ended_at_ms >= olderThanMs)
    const last = firstKept < 0 ? oldest.at(-1) : oldest[firstKept - 1]
    if (last === undefined) return 0
    const anchor = { seq: last.seq, hash: last.hash, mac: signAnchor(node, last, key) }
    const [, deleted] = await connection.atomically([
      queries
        .insertInto('audit_anchor')
        .values({ node, ...anchor })
        .onConflict((conflict) => conflict.column('node').doUpdateSet(anchor))
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
    async verifyAuditChain() {
      let rows = 0
      let erased = 0
      const heads: { node: string; seq: number; hash: string }[] = []
      for (const node of await listNodes()) {
        const found = await verifyNode(node)
        if (!found.ok) return found
        rows += found.rows
        erased += found.erased
        heads.push({
          node,
          seq: found.head.seq,
          hash: found.head.hash,
        })
      }
      return { ok: true, rows, erased, heads }
    },

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
