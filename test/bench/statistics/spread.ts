/** A figure of several rounds: the median, and how far the rounds lie apart. */
export type Spread = {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly rounds: number
}

/** The median with the lowest and the highest value. Throws without a value, or where one is not a number. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right)
  const [least, most] = [sorted[0], sorted.at(-1)]
  if (least === undefined || most === undefined) throw new Error('no rounds')
  if (!sorted.every(Number.isFinite)) throw new Error(`not all numbers: ${values.join(', ')}`)
  return { median: middleOf(sorted), least, most, rounds: sorted.length }
}

/** The median; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return spreadOf(values).median
}

/**
 * How many times the second side the first one is, round by round, so that what changed on the machine
 * between two rounds does not count. Both need as many rounds; throws otherwise.
 */
export function ratioOf(one: readonly number[], other: readonly number[]): Spread {
  if (one.length !== other.length) throw new Error('the sides have not as many rounds')
  return spreadOf(one.map((value, round) => value / (other[round] ?? 0)))
}

function middleOf(sorted: readonly number[]): number {
  const half = sorted.length / 2
  const pair = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1)
  return pair.reduce((sum, value) => sum + value, 0) / pair.length
}

/** The value below which this share (0 to 1) of the sorted values lies; 0 where there are none. */
export function percentile(sorted: Float64Array | readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
