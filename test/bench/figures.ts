/** The value below which this share (0 to 1) of the sorted values lies. */
export function percentile(sorted: Float64Array | readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** The middle one; of an even number the upper of the two. */
export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((left, right) => left - right),
    0.5,
  )
}

/** A table of the report, and what is said below it. */
export type Section = {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly notes: readonly string[]
}

/** A budget of DESIGN and whether this run kept it. */
export function verdict(text: string, isMet: boolean): string {
  return `**Budget ${isMet ? 'met' : 'missed'}**: ${text}`
}

/** 12345.6 as `12,346`; small numbers keep `digits` behind the point. */
export function format(value: number, digits = 0): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}

export function toMarkdown({ title, columns, rows, notes }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'))
  return [
    `### ${title}`,
    '',
    line(columns),
    line(rule),
    ...rows.map(line),
    '',
    ...notes.flatMap((note) => [note, '']),
  ].join('\n')
}
