import { stripVTControlCharacters, styleText } from 'node:util'
import type { CliIo } from './io.ts'

export type Style = 'good' | 'bad' | 'warn' | 'dim' | 'bold'
/** Colours text, or leaves it alone. */
export type Paint = (style: Style, text: string) => string

const formats = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  dim: 'gray',
  bold: 'bold',
} as const

/** Colours only for a terminal, and never with NO_COLOR (https://no-color.org) or TERM=dumb. */
export function createPaint(io: CliIo): Paint {
  const off = io.stdout.isTTY !== true || Boolean(io.env.NO_COLOR) || io.env.TERM === 'dumb'
  if (off) return (_style, text) => text
  return (style, text) => styleText(formats[style], text, { validateStream: false })
}

/**
 * Replaces control characters: names and texts from the network or a directory must not move the
 * cursor or colour the terminal of the administrator who reads them.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '·')
}

/** Columns as wide as their longest cell, two spaces between; the last one is not padded. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  const [first = '', ...lines] = alignColumns([head, ...rows])
  return `${[paint('bold', first), ...lines].join('\n')}\n`
}

/** One line a row, with columns as in a table; those that are empty in every row are left out. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    rows.reduce((most, row) => Math.max(most, width(row[column] ?? '')), 0),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .filter((_, column) => widths[column] !== 0)
      .join('  ')
      .trimEnd(),
  )
}

/** Pairs of name and value, the names aligned. */
export function formatFields(
  fields: readonly (readonly [name: string, value: string])[],
  paint: Paint,
): string {
  const widest = Math.max(0, ...fields.map(([name]) => name.length))
  return fields.map(([name, value]) => `${paint('dim', name.padEnd(widest))}  ${value}\n`).join('')
}

function width(cell: string): number {
  return [...stripVTControlCharacters(cell)].length
}
