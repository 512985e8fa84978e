import { readFileSync, writeFileSync } from 'node:fs'
import { machineHeader, machineRow, partMarkdown } from './markdown.ts'
import type { Report } from './report.ts'

const page = new URL('../../../docs/reference/performance.md', import.meta.url)

/** Puts the tables of a run between their markers in docs/reference/performance.md, and the row of this machine. */
export function writePage(report: Report): void {
  const before = readFileSync(page, 'utf8')
  let text = before
  for (const part of Object.keys(report.parts)) {
    text = replaceBetween(text, part, () => partMarkdown(report, part))
  }
  text = replaceBetween(text, 'machines', (old) => withRow(old, report))
  if (text !== before) writeFileSync(page, text)
}

/** The table of machines with the row of this one: replaced where it has one, added where not. */
export function withRow(table: string, report: Report): string {
  const { processor, cores } = report.machine
  const rows = table
    .split('\n')
    .filter((row) => row.startsWith('|'))
    .slice(machineHeader.length)
  const isOurs = (row: string) => row.startsWith(`| ${processor}, ${cores} cores |`)
  const earlier = rows.find(isOurs)
  const row = machineRow(report, earlier)
  const all = earlier === undefined ? [row, ...rows] : rows.map((one) => (isOurs(one) ? row : one))
  return `${[...machineHeader, ...all].join('\n')}\n`
}

function replaceBetween(text: string, name: string, make: (old: string) => string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const [before, rest] = text.split(begin)
  const [old, after] = rest?.split(end) ?? []
  if (before === undefined || old === undefined || after === undefined) {
    throw new Error(`docs/reference/performance.md has no markers for ${name}`)
  }
  return `${before}${begin}\n\n${make(old)}\n${end}${after}`
}
