import { createHmac, type KeyObject } from 'node:crypto'
import { constantTimeEqual } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import { type ChainHead, chainStart, formatOf, signAnchor } from './chain.ts'
import { emptyContent } from './content.ts'
import type { AuditHead } from './verify.ts'
import type { AuditWriter } from './writer.ts'

/** Where a chain ended at a moment, as it was kept outside the store. */
export type KeptHead = AuditHead & { readonly atMs: number }

/** A kept head that is not a row of its chain, or no longer the same. */
export type HeadDifference = {
  readonly kept: AuditHead
  readonly fault: 'row-missing' | 'row-differs'
  /** Where the chain ends now. */
  readonly lastSeq: number
}

/** The ends of the chains, by which rows that were cut off show (RULES 37). */
export interface AuditHeads {
  /** Where the chain of this process ends now. */
  head(): Promise<AuditHead>
  /** Compares what was kept elsewhere. Rows that were purged in order are not reported. */
  compareHeads(kept: readonly AuditHead[]): Promise<readonly HeadDifference[]>
  /** Shows later that this store has written the head. Hex. */
  signHead(head: KeptHead): string
  isSignedHead(head: KeptHead, mac: string): boolean
  /** Writes that the store was put back from a backup: what was kept before need not be in it. */
  noteRestore(detail: Readonly<Record<string, string>>): Promise<void>
  /** When that was last done; 0 for never. */
  lastRestoreMs(): Promise<number>
}

const restoreKey = 'audit-restored'
const restoreReason = 'admin-store-restored'

export function createAuditHeads(
  context: StoreContext,
  writer: AuditWriter,
  key: KeyObject,
): AuditHeads {
  const { connection, queries, clock, chain } = context

  const selectRow = (whose: string) =>
    queries.selectFrom('audit').select(['seq', 'hash']).where('node', '=', whose)
  const selectLast = (whose: string) => selectRow(whose).orderBy('seq', 'desc').limit(1).compile()
  const selectAnchor = (whose: string) =>
    queries
      .selectFrom('audit_anchor')
      .select(['seq', 'hash', 'mac'])
      .where('node', '=', whose)
      .compile()

  async function compare(kept: AuditHead): Promise<HeadDifference | undefined> {
    if (kept.seq === 0) return undefined
    const [[row], [purged], [last]] = await connection.atomically([
      selectRow(kept.node).where('seq', '=', kept.seq).compile(),
      selectAnchor(kept.node),
      selectLast(kept.node),
    ])
    const isReal = purged !== undefined && purged.mac === signAnchor(kept.node, purged, key)
    const anchor = isReal ? purged : undefined
    if (anchor !== undefined && anchor.seq > kept.seq) return undefined
    const found = row ?? (anchor?.seq === kept.seq ? anchor : undefined)
    if (found?.hash === kept.hash) return undefined
    const fault = found === undefined ? 'row-missing' : 'row-differs'
    return { kept, fault, lastSeq: last?.seq ?? anchor?.seq ?? 0 }
  }

  return {
    async head() {
      const node = chain()
      const [[last], [anchor]] = await connection.atomically([selectLast(node), selectAnchor(node)])
      const end: ChainHead = last ?? anchor ?? { seq: 0, hash: chainStart }
      return { node, seq: end.seq, hash: end.hash }
    },

    async compareHeads(kept) {
      const differences: HeadDifference[] = []
      for (const head of kept) {
        const difference = await compare(head)
        if (difference !== undefined) differences.push(difference)
      }
      return differences
    },

    signHead,
    isSignedHead: (head, mac) =>
      constantTimeEqual(Buffer.from(signHead(head)), Buffer.from(mac, 'utf8')),

    async noteRestore(detail) {
      const atMs = clock.nowMs()
      await writer.append({
        ...emptyContent,
        kind: 'alert',
        started_at_ms: atMs,
        ended_at_ms: atMs,
        reason: restoreReason,
        timeline: JSON.stringify([{ atMs, what: restoreReason, detail }]),
      })
      const node = chain()
      const [last] = await connection.run(selectLast(node))
      const value = JSON.stringify({ node, seq: last?.seq })
      await connection.run(
        queries
          .insertInto('setting')
          .values({ key: restoreKey, value })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
          .compile(),
      )
    },

    /** The setting only says where to look: the row itself has to be of this chain. */
    async lastRestoreMs() {
      const [setting] = await connection.run(
        queries.selectFrom('setting').select('value').where('key', '=', restoreKey).compile(),
      )
      const place = readPlace(setting?.value)
      if (place === undefined) return 0
      const [row] = await connection.run(
        queries
          .selectFrom('audit')
          .selectAll()
          .where('node', '=', place.node)
          .where('seq', '=', place.seq)
          .compile(),
      )
      const isReal = row?.reason === restoreReason && formatOf(row, key) !== undefined
      return isReal ? row.ended_at_ms : 0
    },
  }

  function signHead({ node: whose, seq, hash, atMs }: KeptHead): string {
    return createHmac('sha256', key)
      .update(JSON.stringify(['head', whose, seq, hash, atMs]))
      .digest('hex')
  }
}

function readPlace(text: string | undefined): { node: string; seq: number } | undefined {
  try {
    const place: unknown = JSON.parse(text ?? 'null')
    if (typeof place !== 'object' || place === null) return undefined
    if (!('node' in place) || !('seq' in place)) return undefined
    const { node, seq } = place
    return typeof node === 'string' && typeof seq === 'number' ? { node, seq } : undefined
  } catch {
    return undefined
  }
}
