import type { Lived } from './crowd.ts'
import { isRight } from './verdict.ts'

/** The time from one fault to the next. */
export type Period = { readonly name: string; readonly fromMs: number }

export type PeriodRow = {
  readonly name: string
  readonly signIns: number
  readonly right: number
  /** Longest wait of a sign-in that needs no phone, in seconds. */
  readonly longestSeconds: number
}

/** One row for each kind of fault, of the sign-ins that began since it and before the next. */
export function rowsOf(periods: readonly Period[], lived: readonly Lived[]): readonly PeriodRow[] {
  const byName = new Map<string, Lived[]>()
  for (const each of lived) {
    const period = periods.findLast(({ fromMs }) => fromMs <= each.startedMs)
    if (period === undefined) continue
    byName.set(period.name, [...(byName.get(period.name) ?? []), each])
  }
  return [...byName].map(([name, all]) => ({
    name,
    signIns: all.length,
    right: all.filter(isRight).length,
    longestSeconds:
      Math.max(
        0,
        ...all
          .filter(({ deed }) => deed === 'code' || deed === 'code-again')
          .map(({ ending }) => ending.tookMs),
      ) / 1_000,
  }))
}

/** A table in Markdown, for the page on reliability. */
export function tableOf(rows: readonly PeriodRow[]): string {
  const percent = (right: number, of: number) =>
    of === 0 ? '' : `${(Math.floor((right / of) * 100_000) / 1_000).toFixed(2)} %`
  const total = {
    name: 'all',
    signIns: rows.reduce((sum, { signIns }) => sum + signIns, 0),
    right: rows.reduce((sum, { right }) => sum + right, 0),
    longestSeconds: Math.max(0, ...rows.map(({ longestSeconds }) => longestSeconds)),
  }
  return [
    '| since | sign-ins | right | | longest wait of a code |',
    '| --- | --- | --- | --- | --- |',
    ...[...rows, total].map(
      ({ name, signIns, right, longestSeconds }) =>
        `| ${name} | ${signIns} | ${right} | ${percent(right, signIns)} | ${longestSeconds.toFixed(1)} s |`,
    ),
  ].join('\n')
}
