/** Numbers of rows as people write them: `1-3,7`. Always ascending, without overlaps. */
export type SeqRanges = readonly (readonly [from: number, to: number])[]

/** In any order, some more than once. */
export function rangesOf(seqs: readonly number[]): SeqRanges {
  return mergeRanges(seqs.map((seq) => [seq, seq]))
}

/** What is in any of them. */
export function mergeRanges(ranges: SeqRanges): SeqRanges {
  const merged: [number, number][] = []
  for (const [from, to] of ranges.toSorted((left, right) => left[0] - right[0])) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

/** How many numbers they hold. */
export function countOf(ranges: SeqRanges): number {
  return ranges.reduce((count, [from, to]) => count + to - from + 1, 0)
}

/** What is in `ranges` and not in `others`. */
export function outside(ranges: SeqRanges, others: SeqRanges): SeqRanges {
  const left: [number, number][] = []
  let at = 0
  for (const [from, to] of ranges) {
    let next = from
    for (let other = others[at]; other !== undefined && other[0] <= to; other = others[at]) {
      if (other[0] > next) left.push([next, other[0] - 1])
      next = Math.max(next, other[1] + 1)
      // One that goes on after this range may also cover the beginning of the next.
      if (other[1] > to) break
      at += 1
    }
    if (next <= to) left.push([next, to])
  }
  return left
}

/** The first number of `ranges` that is not in `others`. */
export function firstOutside(ranges: SeqRanges, others: SeqRanges): number | undefined {
  return outside(ranges, others)[0]?.[0]
}

/** Those above `low` and up to `high`. */
export function clipRanges(ranges: SeqRanges, low: number, high: number): SeqRanges {
  return ranges
    .map(([from, to]) => [Math.max(from, low + 1), Math.min(to, high)] as const)
    .filter(([from, to]) => from <= to)
}

export function formatRanges(ranges: SeqRanges): string {
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
}

/** Undefined for text that is not a list of ranges. */
export function parseRanges(text: string): SeqRanges | undefined {
  const ranges: [number, number][] = []
  for (const part of text.split(',')) {
    const [, from, to = from] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part) ?? []
    if (from === undefined || Number(to) < Number(from)) return undefined
    ranges.push([Number(from), Number(to)])
  }
  return mergeRanges(ranges)
}
