/** One piece of evidence: the gateway still waited after so many milliseconds, or had gone by then. */
export type Vote = {
  readonly says: 'waiting' | 'gone'
  readonly ms: number
  readonly weight: number
}

/** Where waiting turns into gone: patience lies between `fromMs` and `untilMs`. */
export type Threshold = {
  readonly fromMs: number
  /** Infinity where nothing shows an end. */
  readonly untilMs: number
  /** Share of the weight of all votes that fits, 0 to 1. */
  readonly agreement: number
}

/**
 * The moment that contradicts the least weight of votes. A vote contradicts it that says "gone"
 * before, or "waiting" after it, so a few wrong ones on either side do not move it. Of several equal
 * ones the earliest: to answer early costs less than to answer nobody.
 */
export function findThreshold(votes: readonly Vote[]): Threshold {
  const sorted = votes.toSorted((a, b) => a.ms - b.ms || order(a) - order(b))
  const total = sum(sorted)
  // From zero on everything that says "waiting" is contradicted, and each vote passed changes sides.
  let cost = sum(sorted.filter(({ says }) => says === 'waiting'))
  let best = { cost, index: 0 }
  sorted.forEach(({ says, weight }, index) => {
    cost += says === 'waiting' ? -weight : weight
    if (cost < best.cost - 1e-9) best = { cost, index: index + 1 }
  })
  const before = sorted.slice(0, best.index).findLast(({ says }) => says === 'waiting')
  const after = sorted.slice(best.index).find(({ says }) => says === 'gone')
  return {
    fromMs: before?.ms ?? 0,
    untilMs: after?.ms ?? Number.POSITIVE_INFINITY,
    agreement: total === 0 ? 0 : 1 - best.cost / total,
  }
}

/** At the same moment, waiting before gone. */
function order({ says }: Vote): number {
  return says === 'waiting' ? 0 : 1
}

function sum(votes: readonly Vote[]): number {
  return votes.reduce((total, { weight }) => total + weight, 0)
}

/** The middle value, or the mean of the two in the middle; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const high = sorted[Math.floor(sorted.length / 2)]
  const low = sorted[Math.ceil(sorted.length / 2) - 1]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}
