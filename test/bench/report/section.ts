import type { Spread } from '../statistics/spread.ts'

/** A figure that two sides are compared by, and what it must be. */
export type Finding = {
  /** For programs: `wire.cpu`. */
  readonly id: string
  /** Read with the figure after it: `CPU per sign-in, in times that of FreeRADIUS`. */
  readonly what: string
  readonly ratio: Spread
  readonly atMost?: number
  readonly atLeast?: number
}

/** A table of the report with what was found, and what is said below it. */
export type Section = {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly findings: readonly Finding[]
  readonly notes: readonly string[]
  /** Every round of every side, for `--json`. */
  readonly rounds: Readonly<Record<string, readonly object[]>>
}

/** 12345.6 as `12,346`; small numbers keep `digits` after the point. */
export function format(value: number, digits = 0): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

/** `18.8 (18.1 to 19.9)`. */
export function formatSpread({ median, least, most }: Spread, digits = 0): string {
  return `${format(median, digits)} (${format(least, digits)} to ${format(most, digits)})`
}

/** Whether the median of the rounds keeps the budget; undefined where there is none. */
export function isMet({ ratio, atMost, atLeast }: Finding): boolean | undefined {
  if (atMost !== undefined) return ratio.median <= atMost
  if (atLeast !== undefined) return ratio.median >= atLeast
  return undefined
}

/** A finding as a sentence, with the budget and whether it was met. */
export function sentenceOf(finding: Finding): string {
  const { what, ratio, atMost, atLeast } = finding
  const found = `${what}: ${formatSpread(ratio, 2)}, ${ratio.rounds} ${ratio.rounds === 1 ? 'round' : 'rounds'}`
  const met = isMet(finding)
  if (met === undefined) return `${found}.`
  const bound = atMost ?? atLeast ?? 0
  const wanted = atMost === undefined ? `at least ${bound}` : `at most ${bound}`
  const isClose = ratio.least < bound && bound < ratio.most
  const verdict = met ? 'Budget met' : 'Budget missed'
  return `${found}. ${verdict} (${wanted} wanted)${isClose ? ', but not in every round' : ''}.`
}
