import { type Section, sentenceOf } from './section.ts'

/** A section for a terminal: the table in columns, then what was found. */
export function toText({ title, columns, rows, findings, notes }: Section): string {
  const lines = [...findings.map(sentenceOf), ...notes]
  return [title, '', ...inColumns([columns, ...rows]), '', ...lines, ''].join('\n')
}

/** The first column to the left, the figures to the right. */
function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
}
