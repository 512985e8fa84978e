import type { SeedRow } from '../../operations/index.ts'
import {
  isShowable,
  type SeedFile,
  type SeedProblem,
  type SeedRecord,
} from '../../operations/seeds/index.ts'
import { formatTable, type Paint, printable } from '../text/print.ts'

type Row = { readonly line: number; readonly isPlain: boolean; readonly cells: readonly string[] }

/** A long list shows some of its rows without remarks, and nearly all others. */
const plainRowsShown = 100
const otherRowsShown = 500

const results = {
  add: 'add',
  spare: 'spare',
  there: 'already there',
  replace: 'replace',
  refuse: 'refused',
}

/**
 * A table of what will happen, in the order of the file. Serial numbers and names that could be seeds from mixed up columns
 * are not shown. `planned` has a row for each record.
 */
export function formatPlan(file: SeedFile, planned: readonly SeedRow[], paint: Paint): string {
  const rows = [
    ...file.records.map((record, index) => plannedRow(record, planned[index])),
    ...file.problems.map(problemRow),
  ].toSorted((left, right) => left.line - right.line)
  const [plain, others] = [
    rows.filter(({ isPlain }) => isPlain),
    rows.filter((row) => !row.isPlain),
  ]
  const shown = new Set([...plain.slice(0, plainRowsShown), ...others.slice(0, otherRowsShown)])
  const table = formatTable(
    ['LINE', 'SERIAL', 'USER', 'METHOD', 'CODES', 'RESULT'],
    rows.filter((row) => shown.has(row)).map(({ cells }) => cells),
    paint,
  )
  const more = rows.length - shown.size
  return more > 0 ? `${table}and ${more} more` : table.trimEnd()
}

function plannedRow(record: SeedRecord, planned: SeedRow | undefined): Row {
  const { line, serial, user, method, notes } = record
  const state = planned?.state ?? 'refuse'
  const name = planned?.user ?? (user !== undefined && isShowable(user) ? user : '')
  return {
    line,
    isPlain: ['add', 'spare', 'there'].includes(state) && notes.length === 0,
    cells: [
      String(line),
      serial === undefined ? '' : shownSerial(serial),
      printable(name),
      method,
      describeCodes(record),
      withText(results[state], [planned?.text, ...notes]),
    ],
  }
}

function problemRow({ line, serial, text }: SeedProblem): Row {
  const cells = [String(line), printable(serial ?? ''), '', '', '', withText('refused', [text])]
  return { line, isPlain: false, cells }
}

function shownSerial(serial: string): string {
  return isShowable(serial) ? printable(serial) : `(${serial.length} characters)`
}

function describeCodes(record: SeedRecord): string {
  const { method, digits, periodSeconds, counter, algorithm, driftSteps } = record
  const dates = { from: record.validFromMs, until: record.validUntilMs }
  return [
    `${digits} digits`,
    method === 'totp' ? `${periodSeconds} s` : `counter ${counter}`,
    algorithm,
    ...(driftSteps === 0 ? [] : [`clock ${describeDrift(driftSteps)}`]),
    ...Object.entries(dates).flatMap(([word, ms]) =>
      ms === undefined ? [] : [`${word} ${new Date(ms).toISOString().slice(0, 10)}`],
    ),
  ].join(', ')
}

function describeDrift(steps: number): string {
  const count = Math.abs(steps)
  return `${count} ${count === 1 ? 'step' : 'steps'} ${steps > 0 ? 'ahead' : 'behind'}`
}

function withText(result: string, texts: readonly (string | undefined)[]): string {
  const given = texts.filter((text) => text !== undefined)
  return given.length === 0 ? result : `${result}: ${given.map(printable).join('; ')}`
}
