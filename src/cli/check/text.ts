import type { CheckRow } from '../../operations/index.ts'
import type { CliIo } from '../io.ts'
import { type Paint, printable, width, wrap } from '../text/print.ts'

const symbols = {
  ok: ['good', 'ok'],
  warning: ['warn', 'WARN'],
  failed: ['bad', 'FAIL'],
  'not-examined': ['dim', '--'],
} as const

const symbolColumns = 6
/** Where a text goes on in the next line. */
const hang = 2
/** What a pipe gets, so that a mail or a ticket shows it as a terminal does. */
const usualColumns = 80
const fewestColumns = 40
/** Longer lines are hard to read. */
const mostColumns = 120

/** How wide the table may be: as the terminal is, and 80 where there is none. */
export function tableColumns({ stdout }: Pick<CliIo, 'stdout'>): number {
  const columns = stdout.columns || usualColumns
  return Math.min(mostColumns, Math.max(fewestColumns, columns))
}

/**
 * Rows of `holdfast check` as a table that is never wider than `columns`: what was looked at and what was
 * seen, and below it what to do.
 */
export function formatCheck(rows: readonly CheckRow[], columns: number, paint: Paint): string {
  const areaColumns = Math.max(4, ...rows.map(({ area }) => width(area))) + 2
  const indent = symbolColumns + areaColumns
  const textColumns = columns - indent
  const header = `${''.padEnd(symbolColumns)}${'AREA'.padEnd(areaColumns)}WHAT AND DETAIL`
  const lines = rows.flatMap((row) => {
    const [style, symbol] = symbols[row.state]
    const [first = '', ...further] = textOf(row, textColumns)
    const start = `${paint(style, symbol)}${' '.repeat(symbolColumns - symbol.length)}`
    return [
      `${start}${row.area.padEnd(areaColumns)}${first}`,
      ...further.map((line) => `${' '.repeat(indent)}${line}`),
    ]
  })
  return `${[paint('bold', header), ...lines].join('\n')}\n`
}

/** The one line at the end. It says "all" only where all was looked at. */
export function summarise(rows: readonly CheckRow[]): string {
  const count = (state: CheckRow['state']) => rows.filter((row) => row.state === state).length
  const failed = count('failed')
  const warnings = count('warning')
  const left = count('not-examined')
  const open = left === 0 ? '' : ` Not examined: ${left}.`
  if (failed + warnings > 0) return `Failed: ${failed}, warnings: ${warnings}.${open}`
  return left === 0 ? 'Everything is in order.' : `What was examined is in order.${open}`
}

function textOf({ what, detail, remedy }: CheckRow, columns: number): readonly string[] {
  const found = wrap(`${printable(what)}: ${printable(detail)}`, columns, hang)
  const advice = remedy === '' ? [] : wrap(printable(remedy), columns - hang)
  return [...found, ...advice.map((line) => `${' '.repeat(hang)}${line}`)]
}
