import type { SeedProblem } from '../record.ts'

export type CsvRow = {
  /** Line it starts on, from 1. */
  readonly line: number
  /** Without blanks around them. */
  readonly cells: readonly string[]
  /** No line end follows. */
  readonly isLast: boolean
}

type Separator = '\t' | ';' | ',' | '|'

const separators: readonly Separator[] = ['\t', ';', ',', '|']
const plainCells: Readonly<Record<Separator, RegExp>> = {
  '\t': /[^\n\t]*/y,
  ';': /[^\n;]*/y,
  ',': /[^\n,]*/y,
  '|': /[^\n|]*/y,
}
const quotedCell = /"((?:[^"]|"")*)"/y
/** Byte order marks, blanks of no width, and marks of a direction, which come along when cells are copied. */
const unseen = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
/** What old programs of DOS write as the end of a file. */
const endOfFile = '\u001a'
/** Not the tab, which may separate. */
const blanks = /[ \u00a0]*/y

/**
 * Splits text into rows and cells (RFC 4180) as spreadsheets write them: separated by what the first line has most of, or
 * by what a line `sep=` names; any line end; blanks around quotes. Rows without a value, and those that start with #, are
 * left out. A quote inside an unquoted cell is a character like any other. Gives the first problem when quotes do not fit.
 */
export function parseCsvRows(source: string): readonly CsvRow[] | SeedProblem {
  const whole = source.endsWith(endOfFile) ? source.slice(0, -1) : source
  const text = whole.replace(unseen, '').replace(/\r\n?/g, '\n')
  const named = /^"?sep=([\t;,|])"?[\t;,| ]*(?:\n|$)/i.exec(text)
  const separator = separators.find((each) => each === named?.[1]) ?? mostUsed(text)
  const rows: CsvRow[] = []
  let at = named?.[0].length ?? 0
  let line = named === null ? 1 : 2
  while (at < text.length) {
    const start = line
    const cells: string[] = []
    do {
      if (cells.length > 0) at += 1
      at = after(blanks, text, at)
      const isQuoted = text[at] === '"'
      const pattern = isQuoted ? quotedCell : plainCells[separator]
      pattern.lastIndex = at
      const match = pattern.exec(text)
      if (!match) return { line: start, text: 'a quote is not closed' }
      cells.push((match[1]?.replaceAll('""', '"') ?? match[0]).trim())
      line += match[0].split('\n').length - 1
      at = isQuoted ? after(blanks, text, pattern.lastIndex) : pattern.lastIndex
    } while (text[at] === separator)
    if (at < text.length && text[at] !== '\n') {
      return { line, text: 'there is text behind a closing quote' }
    }
    at += 1
    line += 1
    const isBlank = cells.every((cell) => cell === '')
    if (!isBlank && !cells[0]?.startsWith('#'))
      rows.push({ line: start, cells, isLast: at > text.length })
  }
  return unpackRows(rows)
}

/** A table that was opened as one column, and saved again, has each row as one cell in quotes. */
function unpackRows(rows: readonly CsvRow[]): readonly CsvRow[] | SeedProblem {
  const [first] = rows
  const separator = mostUsed(first?.cells[0] ?? '')
  const isPacked = rows.every(({ cells: [cell, ...others] }) => {
    return cell?.includes(separator) && !cell.includes('\n') && others.every((each) => each === '')
  })
  if (!isPacked) return rows
  const unpacked: CsvRow[] = []
  for (const { line, cells, isLast } of rows) {
    const inner = parseCsvRows(`sep=${separator}\n${cells[0]}`)
    if ('text' in inner) return { ...inner, line }
    unpacked.push(...inner.map((row) => ({ line, cells: row.cells, isLast })))
  }
  return unpacked
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 0)
}

/**
 * The separator that the first line that is not a comment has most often, outside of quotes; a comma where nothing
 * does.
 */
function mostUsed(text: string): Separator {
  const first = /^(?!#)[^\n]*\S[^\n]*$/m.exec(text)?.[0].replace(/"[^"]*"/g, '') ?? ''
  const count = (separator: Separator) => first.split(separator).length - 1
  return separators.reduce((best, each) => (count(each) > count(best) ? each : best), ',')
}
