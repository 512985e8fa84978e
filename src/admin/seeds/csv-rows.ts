import type { SeedProblem } from './record.ts'

export type CsvRow = {
  /** Line it starts on, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

const quotedCell = /"((?:[^"]|"")*)"/y
const plainCells = { ',': /[^\n",]*/y, ';': /[^\n";]*/y } as const

/**
 * Splits text into rows and cells (RFC 4180). The separator is a semicolon where the first line has
 * one, as spreadsheets write it in half of Europe. Empty lines and lines that start with # are
 * left out. Gives the first problem when quotes do not fit.
 */
export function parseCsvRows(source: string): readonly CsvRow[] | SeedProblem {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const separator = text.split('\n', 1)[0]?.includes(';') ? ';' : ','
  const rows: CsvRow[] = []
  let line = 1
  let at = 0
  while (at < text.length) {
    const start = line
    const cells: string[] = []
    do {
      if (cells.length > 0) at += 1
      const pattern = text[at] === '"' ? quotedCell : plainCells[separator]
      pattern.lastIndex = at
      const match = pattern.exec(text)
      if (!match) return { line: start, text: 'a quote is not closed' }
      cells.push(match[1] === undefined ? match[0] : match[1].replaceAll('""', '"'))
      line += match[0].split('\n').length - 1
      at = pattern.lastIndex
    } while (text[at] === separator)
    if (at < text.length && text[at] !== '\n') {
      return { line, text: 'a quote stands where none can be' }
    }
    at += 1
    line += 1
    const isBlank = cells.length === 1 && cells[0]?.trim() === ''
    if (!isBlank && !cells[0]?.startsWith('#')) rows.push({ line: start, cells })
  }
  return rows
}
