import type { TimelineEntry } from '../../signin/index.ts'
import type { AuditRow } from '../schema.ts'
import { type AuditContent, isErased } from './chain.ts'
import { emptyContent } from './content.ts'
import {
  clipRanges,
  countOf,
  firstOutside,
  formatRanges,
  mergeRanges,
  outside,
  parseRanges,
  type SeqRanges,
} from './seq-ranges.ts'

// RULES 37: an attacker who can write the file could null the personal columns of any row. So an erasure names its rows
// in a row of its own, which is chained under the key, and an erased row that no erasure names is a fault.

/** Rows of each node. */
export type NamedRows = ReadonlyMap<string, SeqRanges>

/** Parts of numbers in one row of an erasure, so that it is small enough to be shown. */
export const rangesARow = 500

/** The row that names what one step of an erasure takes the personal part of. */
export function erasureContent(atMs: number, named: NamedRows): AuditContent {
  return contentOf(atMs, 'user-removed', named, 'rows-erased', {})
}

/**
 * The row that names what was found erased when rows began to be named; `recorded`: how many of them the version before
 * accounts for.
 */
export function foundContent(atMs: number, named: NamedRows, recorded: number): AuditContent {
  return contentOf(atMs, 'erasures-found', named, 'rows-found-erased', { recorded })
}

function contentOf(
  atMs: number,
  reason: string,
  named: NamedRows,
  what: string,
  more: NonNullable<TimelineEntry['detail']>,
): AuditContent {
  const timeline = [...named].map(([node, ranges]): TimelineEntry => {
    const detail = { node, rows: countOf(ranges), seqs: formatRanges(ranges), ...more }
    return { atMs, what, detail }
  })
  return {
    ...emptyContent,
    kind: 'erasure',
    started_at_ms: atMs,
    ended_at_ms: atMs,
    reason,
    timeline: JSON.stringify(timeline),
  }
}

type Naming = { readonly node: string; readonly ranges: SeqRanges; readonly recorded?: number }

/** What the row of an erasure names; nothing in the rows of version 0.1.0, which only have a count. */
export function namingsOf(row: Pick<AuditRow, 'kind' | 'timeline'>): readonly Naming[] {
  if (row.kind !== 'erasure' || row.timeline === null) return []
  const timeline = JSON.parse(row.timeline) as readonly TimelineEntry[]
  return timeline.flatMap(({ detail = {} }) => {
    const { node, seqs, recorded } = detail
    const ranges = typeof seqs === 'string' ? parseRanges(seqs) : undefined
    if (typeof node !== 'string' || ranges === undefined) return []
    return [{ node, ranges, ...(typeof recorded === 'number' ? { recorded } : {}) }]
  })
}

/** Rows that an erasure of version 0.1.0 says it erased; it did not say which. */
export function countedBy(row: Pick<AuditRow, 'kind' | 'timeline'>): number {
  if (row.kind !== 'erasure' || row.timeline === null || namingsOf(row).length > 0) return 0
  const timeline = JSON.parse(row.timeline) as readonly TimelineEntry[]
  return timeline.reduce((sum, { detail }) => sum + (Number(detail?.rows) || 0), 0)
}

/** The rows each node still has. */
export type KeptRows = ReadonlyMap<string, { readonly afterSeq: number; readonly lastSeq: number }>

/** Compares the rows that are erased with those that erasures name, once all were read. */
export type ErasureLedger = {
  /** A row that was read. Rows of a node come in their order; a reader who begins again may repeat some. */
  note(row: AuditRow): void
  /** The first row that is erased and that no erasure names. */
  wiped(kept: KeptRows): { readonly node: string; readonly seq: number } | undefined
  /** Rows that an erasure names, and that were still whole when they were read. */
  whole(kept: KeptRows): NamedRows
  counts(kept: KeptRows): {
    readonly erased: number
    /** Of them found erased when this version began to name them. */
    readonly found: number
    /** By how many they were more than the erasures of the version before account for. */
    readonly unaccounted: number
  }
}

export function createErasureLedger(): ErasureLedger {
  const erased = new Map<string, [number, number][]>()
  const named = new Map<string, (readonly [number, number])[]>()
  const found: Naming[] = []

  return {
    note(row) {
      if (isErased(row)) extend(listOf(erased, row.node), row.seq)
      for (const naming of namingsOf(row)) {
        listOf(named, naming.node).push(...naming.ranges)
        if (naming.recorded !== undefined) found.push(naming)
      }
    },

    wiped(kept) {
      for (const node of kept.keys()) {
        const seq = firstOutside(seen(erased, node, kept), seen(named, node, kept))
        if (seq !== undefined) return { node, seq }
      }
      return undefined
    },

    whole: (kept) =>
      new Map(
        [...kept.keys()].map((node) => [
          node,
          outside(seen(named, node, kept), seen(erased, node, kept)),
        ]),
      ),

    counts(kept) {
      const before = sum(found.map(({ ranges }) => countOf(ranges)))
      const recorded = found.at(-1)?.recorded ?? 0
      return {
        erased: sum([...kept.keys()].map((node) => countOf(seen(erased, node, kept)))),
        found: sum(found.map(({ node, ranges }) => countOf(clip(ranges, kept.get(node))))),
        unaccounted: Math.max(0, before - recorded),
      }
    },
  }
}

/** What a list has of a node, and of the rows that node still has. */
function seen(
  lists: ReadonlyMap<string, readonly (readonly [number, number])[]>,
  node: string,
  kept: KeptRows,
): SeqRanges {
  return clip(mergeRanges(lists.get(node) ?? []), kept.get(node))
}

function clip(ranges: SeqRanges, kept = { afterSeq: 0, lastSeq: 0 }): SeqRanges {
  return clipRanges(ranges, kept.afterSeq, kept.lastSeq)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function listOf<Item>(lists: Map<string, Item[]>, node: string): Item[] {
  const list = lists.get(node) ?? []
  lists.set(node, list)
  return list
}

/** Adds a number after all others. */
function extend(ranges: [number, number][], seq: number): void {
  const last = ranges.at(-1)
  if (last !== undefined && last[1] + 1 === seq) last[1] = seq
  else ranges.push([seq, seq])
}
