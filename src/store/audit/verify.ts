import type { KeyObject } from 'node:crypto'
import type { StoreContext } from '../context.ts'
import type { AuditRow } from '../schema.ts'
import { type ChainFault, type ChainHead, chainStart, checkRow, signAnchor } from './chain.ts'
import { notedHeads } from './chain-notes.ts'
import { createErasureLedger, type NamedRows } from './erasures.ts'

/** What `verifyAuditChain` found. A cut-off end shows against a head that was kept elsewhere. */
export type ChainReport =
  | {
      readonly ok: true
      readonly rows: number
      /** Rows whose personal part was erased; rows of erasures name them. */
      readonly erased: number
      /** Of them found erased when this version began to name them: by whom, the chain cannot prove. */
      readonly found: number
      /** By how many these were more than the version before recorded as erased. */
      readonly unaccounted: number
      /** Last row of each node: to be compared with what was seen elsewhere. */
      readonly heads: readonly AuditHead[]
    }
  | {
      readonly ok: false
      readonly node: string
      /** The first row that does not fit. */
      readonly seq: number
      /**
       * `wiped`: erased, and no erasure names it; `erasure-undone`: named by one, and not erased; `chain-cut`: another
       * chain says that this row was there, and it is not, or is another one.
       */
      readonly fault: ChainFault | 'wiped' | 'erasure-undone' | 'anchor-changed' | 'chain-cut'
    }

type BrokenChain = Extract<ChainReport, { ok: false }>

/** Where the chain of a node ends. */
export type AuditHead = ChainHead & { readonly node: string }

const rowsAStep = 500

/** Reads every chain from its start, a few hundred rows at a time, and compares erased rows with what erasures name. */
export function createChainVerifier(context: StoreContext, key: KeyObject) {
  const { connection, queries } = context

  function selectRows(node: string, afterSeq: number) {
    return queries
      .selectFrom('audit')
      .selectAll()
      .where('node', '=', node)
      .where('seq', '>', afterSeq)
      .orderBy('seq')
      .limit(rowsAStep)
      .compile()
  }

  function selectAnchor(node: string) {
    return queries.selectFrom('audit_anchor').selectAll().where('node', '=', node).compile()
  }

  /** Whether a purge has overtaken the reader; the anchor it left is checked when reading begins again. */
  async function isPurgedBehind(node: string, head: ChainHead): Promise<boolean> {
    const [anchor] = await connection.run(selectAnchor(node))
    return anchor !== undefined && anchor.seq > head.seq
  }

  /** Verifies the rows after `from`, of which `first` are read, and gives the last one. */
  async function walk(
    node: string,
    from: ChainHead,
    first: readonly AuditRow[],
    note: (row: AuditRow) => void,
  ): Promise<ChainHead | BrokenChain | 'purged'> {
    let head = from
    let step = first
    while (step.length > 0) {
      for (const row of step) {
        const fault = checkRow(row, head, key)
        if (fault === 'row-missing' && (await isPurgedBehind(node, head))) return 'purged'
        if (fault !== undefined) return { ok: false, node, seq: head.seq + 1, fault }
        head = row
        note(row)
      }
      step = await connection.run(selectRows(node, head.seq))
    }
    return head
  }

  async function verifyNode(
    node: string,
    note: (row: AuditRow) => void,
  ): Promise<{ readonly afterSeq: number; readonly head: ChainHead } | BrokenChain> {
    // The anchor and the rows after it are read as one, so that a purge in between is not a fault.
    const [[anchor], first] = await connection.atomically([selectAnchor(node), selectRows(node, 0)])
    if (anchor !== undefined && anchor.mac !== signAnchor(node, anchor, key)) {
      return { ok: false, node, seq: anchor.seq, fault: 'anchor-changed' }
    }
    const start = anchor ?? { seq: 0, hash: chainStart }
    const end = await walk(node, start, first, note)
    if (end === 'purged') return verifyNode(node, note)
    return 'ok' in end ? end : { afterSeq: start.seq, head: end }
  }

  /** The first of these rows that is not erased now. */
  async function findWhole(named: NamedRows): Promise<BrokenChain | undefined> {
    for (const [node, ranges] of named) {
      for (const [from, to] of ranges) {
        const whole = queries
          .selectFrom('audit')
          .select('seq')
          .where('node', '=', node)
          .where('seq', '>=', from)
          .where('seq', '<=', to)
          .where('salt', 'is not', null)
          .orderBy('seq')
          .limit(1)
          .compile()
        const [row] = await connection.run(whole)
        if (row !== undefined) return { ok: false, node, seq: row.seq, fault: 'erasure-undone' }
      }
    }
    return undefined
  }

  /** The first chain that no longer has a row which another says was its last. */
  async function findCut(noted: ReadonlyMap<string, AuditHead>): Promise<BrokenChain | undefined> {
    for (const { node, seq, hash } of noted.values()) {
      const [[row], [anchor]] = await connection.atomically([
        queries
          .selectFrom('audit')
          .select('hash')
          .where('node', '=', node)
          .where('seq', '=', seq)
          .compile(),
        selectAnchor(node),
      ])
      // Anchors were verified with their chains; one on its own was not.
      const isPurged =
        anchor !== undefined && anchor.seq >= seq && anchor.mac === signAnchor(node, anchor, key)
      if (row?.hash !== hash && !isPurged) return { ok: false, node, seq, fault: 'chain-cut' }
    }
    return undefined
  }

  return async (nodes: readonly string[]): Promise<ChainReport> => {
    const ledger = createErasureLedger()
    const noted = new Map<string, AuditHead>()
    const note = (row: AuditRow) => {
      ledger.note(row)
      for (const head of notedHeads(row)) {
        if (head.seq > (noted.get(head.node)?.seq ?? 0)) noted.set(head.node, head)
      }
    }
    const kept = new Map<string, { afterSeq: number; lastSeq: number }>()
    const heads: AuditHead[] = []
    for (const node of nodes) {
      const found = await verifyNode(node, note)
      if ('ok' in found) return found
      const { seq, hash } = found.head
      kept.set(node, { afterSeq: found.afterSeq, lastSeq: seq })
      heads.push({ node, seq, hash })
    }
    // An erasure may go on meanwhile: what names a row that was read as erased is written by now, and a row that was
    // read as whole is erased by now.
    for (const head of heads) {
      const unread = await connection.run(selectRows(head.node, head.seq))
      const rest = await walk(head.node, head, unread, note)
      if (rest !== 'purged' && 'ok' in rest) return rest
    }
    const wiped = ledger.wiped(kept)
    if (wiped !== undefined) return { ok: false, ...wiped, fault: 'wiped' }
    const cut = await findCut(noted)
    if (cut !== undefined) return cut
    const undone = await findWhole(ledger.whole(kept))
    if (undone !== undefined) return undone
    const rows = [...kept.values()].reduce(
      (all, { afterSeq, lastSeq }) => all + lastSeq - afterSeq,
      0,
    )
    return { ok: true, rows, ...ledger.counts(kept), heads }
  }
}
