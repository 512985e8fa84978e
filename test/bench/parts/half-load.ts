import type { Measured } from '../load/measured.ts'
import type { Round } from '../load/rounds.ts'
import { type Finding, format, formatSpread } from '../report/section.ts'
import { median, ratioOf, spreadOf } from '../statistics/spread.ts'

/** DESIGN, "Budget": how many times the p99 of FreeRADIUS an answer of our own may take at half load. */
const budgetP99 = 2
/** A server that answers less than this share of what it is asked cannot keep up. */
const keepsUp = 0.97

/** Half of our own maximum, in requests a second: what both sides are asked then. */
export function halfOf(ours: readonly Round[]): number {
  return Math.round(median(ours.map(({ perSecond }) => perSecond)) / 2)
}

/** The columns of `rowOf`. */
export const columns = ['', 'sign-ins/s', 'CPU each, µs', 'p50, ms', 'p99, ms', 'lost']

/** A side in the table of a comparison: medians, with the lowest and the highest round. */
export function rowOf(name: string, rounds: readonly Round[]): string[] {
  const spread = (figure: Exclude<keyof Measured, 'requests'>) =>
    spreadOf(rounds.map((round) => round[figure]))
  return [
    name,
    formatSpread(spread('perSecond')),
    formatSpread(spread('cpuMicros'), 1),
    formatSpread(spread('p50Ms'), 2),
    formatSpread(spread('p99Ms'), 2),
    format(spread('lost').most),
  ]
}

/** The budget for answers of our own; without a bound where FreeRADIUS cannot keep up. */
export function p99Finding(
  id: string,
  rate: number,
  ours: readonly Round[],
  peer: readonly Round[],
): { readonly finding: Finding; readonly notes: readonly string[] } {
  const p99s = (rounds: readonly Round[]) => rounds.map(({ p99Ms }) => p99Ms)
  const reached = (rounds: readonly Round[]) => median(rounds.map(({ perSecond }) => perSecond))
  const late = [
    ...(reached(ours) < keepsUp * rate ? ['Holdfast'] : []),
    ...(reached(peer) < keepsUp * rate ? ['FreeRADIUS'] : []),
  ]
  const finding = {
    id,
    what: 'p99 at half of our own maximum, in times that of FreeRADIUS',
    ratio: ratioOf(p99s(ours), p99s(peer)),
  }
  if (late.length === 0) return { finding: { ...finding, atMost: budgetP99 }, notes: [] }
  const note = `${late.join(' and ')} did not reach ${format(rate)}/s, so the ratio of the p99 decides nothing.`
  return { finding, notes: [note] }
}
