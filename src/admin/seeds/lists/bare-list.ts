import { parseSeed } from '../../../methods/index.ts'
import { readAlgorithm, type SeedProblem } from '../record.ts'
import { decodeHex } from '../text-bytes.ts'
import type { Column, Columns } from './columns.ts'
import type { CsvRow } from './csv-rows.ts'

/** Seeds have at least 10 bytes. */
const isSeed = (seed: Uint8Array | undefined) => seed !== undefined && seed.length >= 10

/** Columns that show what they are in every row that has a value there. */
const shapes: readonly (readonly [Column, (cell: string) => boolean])[] = [
  ['method', (cell) => /^[th]otp$/i.test(cell)],
  ['digits', (cell) => cell === '6' || cell === '8'],
  ['period', (cell) => cell === '30' || cell === '60'],
  ['algorithm', (cell) => readAlgorithm(cell) !== undefined],
  ['user', (cell) => /^[^@\s]+@[^@\s]+$/.test(cell)],
]

/**
 * What stands in the columns of a list without a heading, where its rows leave no doubt. Otherwise the problem is that
 * the columns have to be named.
 */
export function guessColumns(rows: readonly CsvRow[]): Columns | SeedProblem {
  const [first] = rows
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length))
  const columns = Array.from({ length: width }, (_, at) =>
    guessColumn(rows.map(({ cells }) => cells[at] ?? '').filter((cell) => cell !== '')),
  )
  const known = columns.filter((column) => column !== undefined && column !== 'unknown')
  const unknown = columns.filter((column) => column === 'unknown').length
  const hasSeed = columns.filter((column) => /^seed/.test(column ?? '')).length === 1
  // A single column that is left, of short texts that all differ, is what tells tokens apart.
  if (hasSeed && unknown <= 1 && new Set(known).size === known.length) {
    const at = columns.indexOf('unknown')
    if (at < 0 || areSerials(rows.map(({ cells }) => cells[at] ?? ''))) {
      return columns.map((column) => (column === 'unknown' ? 'serial' : column))
    }
  }
  return {
    line: first?.line ?? 1,
    text: 'the first line names no columns, and what they hold is not certain. Name them, for example with --columns serial,user,seed (or seed_hex, and - for a column to leave out)',
  }
}

/** Undefined: it is empty throughout. */
function guessColumn(cells: readonly string[]): Column | 'unknown' | undefined {
  if (cells.length === 0) return undefined
  const shape = shapes.find(([, fits]) => cells.every(fits))
  if (shape) return shape[0]
  const isHex = cells.every((cell) => isSeed(decodeHex(cell)))
  const isBase32 = cells.every((cell) => isSeed(parseSeed(cell)))
  // Numbers of tokens have up to 20 digits, which are hex too.
  if (cells.every((cell) => /^\d{1,20}$/.test(cell)) || isHex === isBase32) return 'unknown'
  return isHex ? 'seed_hex' : 'seed'
}

/** With digits in them, which names have seldom; user names would be taken for serial numbers otherwise. */
function areSerials(cells: readonly string[]): boolean {
  const isDistinct = new Set(cells).size === cells.length
  return isDistinct && cells.every((cell) => /^(?=.*\d{4})[A-Za-z0-9-]{5,20}$/.test(cell))
}
