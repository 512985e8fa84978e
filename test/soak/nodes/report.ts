import { isToldToWait, type Lived } from './crowd.ts'
import { isRight } from './verdict.ts'

/** The time from one fault to the next. */
export type Period = { readonly name: string; readonly fromMs: number }

export type PeriodRow = {
  readonly name: string
  readonly signIns: number
  readonly right: number
  readonly toldToWait: number
  /** Longest wait of a sign-in that needs no phone, in seconds. */
  readonly longestSeconds: number
  /** Longest time in which no gateway got an answer, in seconds. */
  readonly silentSeconds: number
  /** Longest time in which none got a right one. */
  readonly wrongSeconds: number
}

/**
 * One row for each kind of fault, of the sign-ins that began since it and before the next. The times without answers
 * are those between the fault and the next one, or `endMs`.
 */
export function rowsOf(
  periods: readonly Period[],
  lived: readonly Lived[],
  endMs: number,
): readonly PeriodRow[] {
  const names = new Set(periods.map(({ name }) => name))
  return [...names].map((name) => {
    const spans = periods.flatMap(({ name: each, fromMs }, index) =>
      each === name ? [{ fromMs, toMs: periods[index + 1]?.fromMs ?? endMs }] : [],
    )
    const all = lived.filter(({ startedMs }) =>
      spans.some(({ fromMs, toMs }) => fromMs <= startedMs && startedMs < toMs),
    )
    const codes = all.filter(({ deed }) => deed === 'code' || deed === 'code-again')
    const answered = lived.filter(({ ending }) => ending.kind !== 'silence')
    const longestGap = (of: readonly Lived[]) =>
      Math.max(...spans.map((span) => gapIn(span, of))) / 1_000
    return {
      name,
      signIns: all.length,
      right: all.filter(isRight).length,
      toldToWait: all.filter(isToldToWait).length,
      longestSeconds: Math.max(0, ...codes.map(({ ending }) => ending.tookMs)) / 1_000,
      silentSeconds: longestGap(answered),
      wrongSeconds: longestGap(answered.filter(isRight)),
    }
  })
}

/** The longest time in this span in which none of them ended. */
function gapIn({ fromMs, toMs }: { fromMs: number; toMs: number }, of: readonly Lived[]): number {
  const ends = of.map(({ endedMs }) => endedMs).filter((ms) => fromMs < ms && ms < toMs)
  const moments = [fromMs, ...ends.sort((one, other) => one - other), toMs]
  return Math.max(...moments.map((ms, index) => ms - (moments[index - 1] ?? ms)))
}

/** The share of those that were right, of all that were not told to wait. */
export function shareOf({
  signIns,
  right,
  toldToWait,
}: Pick<PeriodRow, 'signIns' | 'right' | 'toldToWait'>): number {
  return right / (signIns - toldToWait)
}

/** All rows as one. */
export function sumOf(rows: readonly PeriodRow[]): PeriodRow {
  const sum = (figure: Exclude<keyof PeriodRow, 'name'>) =>
    rows.reduce((total, row) => total + row[figure], 0)
  const most = (figure: Exclude<keyof PeriodRow, 'name'>) =>
    Math.max(0, ...rows.map((row) => row[figure]))
  return {
    name: 'all',
    signIns: sum('signIns'),
    right: sum('right'),
    toldToWait: sum('toldToWait'),
    longestSeconds: most('longestSeconds'),
    silentSeconds: most('silentSeconds'),
    wrongSeconds: most('wrongSeconds'),
  }
}

/** A table in Markdown, for the page on reliability. */
export function tableOf(rows: readonly PeriodRow[]): string {
  const seconds = (value: number) => `${value.toFixed(1)} s`
  const percent = (row: PeriodRow) => {
    const share = shareOf(row)
    return Number.isFinite(share) ? `${(Math.floor(share * 100_000) / 1_000).toFixed(2)} %` : ''
  }
  return [
    '| since | sign-ins | right | told to wait | right of the others | longest wait of a code | no answer for | no right answer for |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...[...rows, sumOf(rows)].map((row) => {
      const { name, signIns, right, toldToWait } = row
      const times = [row.longestSeconds, row.silentSeconds, row.wrongSeconds].map(seconds)
      return `| ${[name, signIns, right, toldToWait, percent(row), ...times].join(' | ')} |`
    }),
  ].join('\n')
}
