import { stripVTControlCharacters, styleText } from 'node:util'
import type { CliIo } from '../io.ts'

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

/** Colours are only for a terminal, and never with NO_COLOR (https://no-color.org) or TERM=dumb. */
export function hasColours({ stdout, env }: CliIo): boolean {
  return stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
}

export function createPaint(io: CliIo): Paint {
  if (!hasColours(io)) return (_style, text) => text
  return (style, text) => styleText(formats[style], text, { validateStream: false })
}

/**
 * What names and texts from the network or a directory look like here: they must not move the cursor, colour the
 * terminal of the administrator who reads them, or hide a difference.
 */
export { visible as printable } from '../../support/index.ts'

/** Columns as wide as their longest cell, two spaces between; the last one is not padded. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  const [first = '', ...lines] = alignColumns([header, ...rows])
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

/** Columns of a terminal that a text takes. Colours take none, combining marks none, CJK and emoji two. */
export function width(text: string): number {
  return [...stripVTControlCharacters(text)].reduce((sum, char) => sum + charWidth(char), 0)
}

function charWidth(char: string): number {
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(char)) return 0
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
    char,
  )
    ? 2
    : 1
}

/**
 * Breaks a text without colours into lines of at most `columns`, between words; all but the first begin with `hang` spaces. A word
 * that is longer than a line, such as a path, is broken after one of `/ , . - _ = : @`, or anywhere where it has none of them.
 */
export function wrap(text: string, columns: number, hang = 0): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const { text: piece, follows } of piecesOf(text, columns - hang)) {
    const joined = follows || line.trim() === '' ? line + piece : `${line} ${piece}`
    if (width(joined) <= columns) line = joined
    else {
      lines.push(line)
      line = ' '.repeat(hang) + piece
    }
  }
  return [...lines, line]
}

/** `follows`: it goes on with the word before, so no space is between. */
type Piece = { readonly text: string; readonly follows: boolean }

function piecesOf(text: string, columns: number): readonly Piece[] {
  return text.split(' ').flatMap((word) => {
    if (width(word) <= columns) return [{ text: word, follows: false }]
    const parts = word.split(/(?<=[/,.\-_=:@])/).flatMap((part) => cut(part, columns))
    return parts.map((part, index) => ({ text: part, follows: index > 0 }))
  })
}

function cut(part: string, columns: number): readonly string[] {
  const cuts: string[] = []
  let left = ''
  for (const char of part) {
    if (width(left + char) > columns) {
      cuts.push(left)
      left = ''
    }
    left += char
  }
  return [...cuts, left]
}
