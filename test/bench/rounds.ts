import { format, median, type Section } from './figures.ts'
import type { Measured } from './measure.ts'

/** The middle round for each figure. */
export function medianOf(rounds: readonly Measured[]): Measured {
  const [first] = rounds
  if (first === undefined) throw new Error('no rounds')
  const middle = (pick: (one: Measured) => number) => median(rounds.map(pick))
  return {
    ...first,
    lost: Math.max(...rounds.map(({ lost }) => lost)),
    seconds: middle(({ seconds }) => seconds),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    perSecond: middle(({ perSecond }) => perSecond),
    cpuMicros: middle(({ cpuMicros }) => cpuMicros),
  }
}

/** What parts of one load, one after the other, come to; of the percentiles the middle ones. */
export function inAll(parts: readonly Measured[]): Measured {
  const sum = (pick: (one: Measured) => number) =>
    parts.reduce((total, one) => total + pick(one), 0)
  const [seconds, lost] = [sum((one) => one.seconds), sum((one) => one.lost)]
  return {
    ...medianOf(parts),
    accepts: sum((one) => one.accepts),
    seconds,
    lost,
    perSecond: sum((one) => one.perSecond * one.seconds) / seconds,
    cpuMicros: sum((one) => one.cpuMicros) / parts.length,
  }
}

/** The table all comparisons of servers share. */
export function comparison(options: {
  readonly title: string
  readonly sides: readonly (readonly [name: string, measured: Measured])[]
  readonly notes: readonly string[]
}): Section {
  return {
    title: options.title,
    columns: ['', 'sign-ins/s', 'CPU each, µs', 'p50, ms', 'p99, ms', 'lost'],
    rows: options.sides.map(([name, side]) => [
      name,
      format(side.perSecond),
      format(side.cpuMicros, 1),
      format(side.p50Ms, 2),
      format(side.p99Ms, 2),
      format(side.lost),
    ]),
    notes: options.notes,
  }
}
