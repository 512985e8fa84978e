import type { Report } from './report.ts'
import { measuredOf } from './report.ts'
import { type Finding, formatSpread, type Section, sentenceOf } from './section.ts'

/** The columns of the table of machines: the finding, and what the column is called. */
const machineColumns: readonly (readonly [id: string, title: string])[] = [
  ['wire.cpu', 'wire: CPU in times FreeRADIUS (at most 1)'],
  ['wire.p99', 'wire: p99 at half load in times FreeRADIUS (at most 2)'],
  ['totp.rate', 'real work: rate in times FreeRADIUS (at least 3)'],
  ['totp.p99', 'real work: p99 at half load in times FreeRADIUS (at most 2)'],
  ['ad.bare', 'AD: rate in times the operations alone (at least 0.95)'],
  ['ad.group', 'AD: rate in times FreeRADIUS (at least 1)'],
  ['openldap.group', 'OpenLDAP: rate in times FreeRADIUS (at least 1)'],
]
const notMeasured = '–'

export const machineHeader = [
  line(['machine', ...machineColumns.map(([, title]) => title), 'measured']),
  line(['---', ...machineColumns.map(() => '---:'), '---']),
]

/** A section as it is in docs/reference/performance.md. */
export function toMarkdown({ title, columns, rows, findings, notes }: Section): string {
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'))
  const sentences = findings.map((finding) =>
    sentenceOf(finding).replace(/Budget (?:met|missed)/, '**$&**'),
  )
  return [
    `### ${title}`,
    '',
    ...[columns, rule, ...rows].map(line),
    '',
    ...[...sentences, ...notes].flatMap((note) => [note, '']),
  ].join('\n')
}

/** What is between the markers of a part in the page. */
export function partMarkdown(report: Report, part: string): string {
  const tables = (report.parts[part] ?? []).map(toMarkdown).join('\n')
  return `${tables}\nMeasured ${measuredOf(report)}.\n`
}

/**
 * The row of this machine in the table of machines. Columns that this run did not measure keep what
 * `earlier`, the row before, has there.
 */
export function machineRow(report: Report, earlier?: string): string {
  const { processor, cores, kernel, node, freeRadius } = report.machine
  const kept = earlier
    ?.split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
  const found = new Map(
    Object.values(report.parts)
      .flat()
      .flatMap(({ findings }) =>
        findings.map((finding): [string, Finding] => [finding.id, finding]),
      ),
  )
  const cells = machineColumns.map(([id], column) => {
    const finding = found.get(id)
    if (finding === undefined) return kept?.[column + 1] ?? notMeasured
    return formatSpread(finding.ratio, 2)
  })
  const busy = report.isBusy ? ', on a busy machine: not comparable' : ''
  return line([
    `${processor}, ${cores} cores`,
    ...cells,
    `${report.endedAt.slice(0, 10)}${busy}; Linux ${kernel}, Node ${node}, FreeRADIUS ${freeRadius}`,
  ])
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
