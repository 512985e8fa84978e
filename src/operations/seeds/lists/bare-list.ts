import { parseSeed } from '../../../methods/index.ts'
import { readAlgorithm, type SeedProblem } from '../record.ts'
import { decodeHex } from '../text-bytes.ts'
import type { Column, Columns } from './columns.ts'
import type { CsvRow } from './csv-rows.ts'
import { unmarkText } from './spreadsheet.ts'

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
 * What is in the columns of a list without a heading, where its rows leave no doubt. Otherwise the problem is that
 * the columns have to be named.
 */
export function guessColumns(rows: readonly CsvRow[]): Columns | SeedProblem {
  const [first] = rows
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length))
  const columns = Array.from({ length: width }, (_, at) =>
    guessColumn(rows.map(({ cells }) => cells[at] ?? '').filter((cell) => cell !== '')),
  )
  const named = isEntraOrder(columns) ? entraOrder : nameOthers(columns, rows)
  const known = named?.filter((column) => column !== undefined)
  const seeds = known?.filter((column) => /^seed/.test(column)).length
  if (named && known && seeds === 1 && new Set(known).size === known.length) return named
  return {
    line: first?.line ?? 1,
    text: 'the first line names no columns, and what they hold is not certain. Name them, for example with --columns serial,user,seed (or seed_hex, and - for a column to leave out)',
  }
}

type Guesses = readonly (Column | 'unknown' | undefined)[]

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

/** The list for Microsoft Entra has its columns in this order. */
const entraOrder: Columns = ['user', 'serial', 'seed', 'period', undefined, 'label']

function isEntraOrder(columns: Guesses): boolean {
  const [user, serial, seed, period, ...others] = columns
  return (
    (user === 'user' || user === 'unknown') &&
    serial === 'unknown' &&
    seed === 'seed' &&
    period === 'period' &&
    others.length === 2 &&
    others.every((column) => column === 'unknown' || column === undefined)
  )
}

/**
 * Names a column of serial numbers, and one of user names beside or without them. Undefined where another column is left:
 * names of makers look like those of users, but they are the same in every row.
 */
function nameOthers(columns: Guesses, rows: readonly CsvRow[]): Columns | undefined {
  const named = columns.map((column, at) => {
    if (column !== 'unknown') return column
    const cells = rows.map(({ cells }) => unmarkText(cells[at] ?? ''))
    if (new Set(cells).size !== cells.length) return column
    if (cells.every((cell) => serialNumber.test(cell))) return 'serial'
    return cells.every((cell) => userName.test(cell)) ? 'user' : column
  })
  return named.includes('unknown') ? undefined : (named as Columns)
}

/** Digits alone, or letters with at least four of them. */
const serialNumber = /^(?:\d{1,20}|(?=.*\d{4})[A-Za-z0-9-]{5,20})$/
/** Serial numbers have digits; a name with digits in it is not certain to be one. */
const userName = /^(?:[\w-]+\\)?\p{L}[\p{L}._-]*$/u
