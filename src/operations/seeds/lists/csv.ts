import { parseSeed } from '../../../methods/index.ts'
import {
  checkSeed,
  collectSeeds,
  readAlgorithm,
  type SeedDefaults,
  type SeedFile,
  type SeedProblem,
  type SeedRecord,
  seedProblem,
} from '../record.ts'
import { decodeBase64, decodeHex } from '../text-bytes.ts'
import { guessColumns } from './bare-list.ts'
import { type Column, type Columns, isHeading, readColumnNames, readHeading } from './columns.ts'
import { type CsvRow, parseCsvRows } from './csv-rows.ts'
import { isRounded, noteLostZeros, roundedNumber, unmarkText } from './spreadsheet.ts'
import { isYubicoLog, readYubicoLog } from './yubico.ts'

export type ListOptions = {
  /** Names of the columns, separated by commas, in place of the list's heading. */
  readonly columns?: string | undefined
  readonly defaults: SeedDefaults
}

const decoders = [
  ['seed', parseSeed, 'base32'],
  ['seed_hex', decodeHex, 'hex'],
  ['seed_base64', decodeBase64, 'base64'],
] as const

/**
 * Reads a list of seeds as spreadsheets and other programs write it. Its first line names the columns: `user`, one of
 * `seed` (base32), `seed_hex`, `seed_base64`, and any of `serial label method algorithm digits period counter drift`.
 * Without such a line the columns are named by the caller, or are certain by what they hold.
 */
export function parseSeedCsv(source: string, options: ListOptions): SeedFile {
  const parsed = parseCsvRows(source)
  if ('text' in parsed) return { records: [], problems: [parsed] }
  const rows = options.columns === undefined ? withoutTitle(parsed) : parsed
  const [first, ...others] = rows
  if (!first) return { records: [], problems: [{ line: 1, text: 'the file is empty' }] }
  if (options.columns === undefined && isYubicoLog(rows))
    return readYubicoLog(rows, options.defaults)
  const body = isHeading(first) ? others : rows
  const columns = columnsOf(first, body, options.columns)
  if ('text' in columns) return { records: [], problems: [columns] }
  if (body.length === 0) {
    return { records: [], problems: [{ line: first.line, text: 'there are no seeds in it' }] }
  }
  const encoded = columns.map((column) => (column === 'seed' ? encodingOf(body, columns) : column))
  const { records, problems } = collectSeeds(
    body.map((row) => readRow(row, encoded, options.defaults)),
  )
  return { records: noteLostZeros(records), problems }
}

/** Spreadsheets may write the name of a table, or other titles, above its heading: rows of one cell. */
function withoutTitle(rows: readonly CsvRow[]): readonly CsvRow[] {
  const heading = rows.findIndex(isHeading)
  const isTitle = ({ cells }: CsvRow) => cells.filter((cell) => cell !== '').length === 1
  return heading > 0 && rows.slice(0, heading).every(isTitle) ? rows.slice(heading) : rows
}

function columnsOf(
  first: CsvRow,
  body: readonly CsvRow[],
  named: string | undefined,
): Columns | SeedProblem {
  if (named !== undefined) {
    const columns = readColumnNames(named)
    return 'text' in columns ? { ...columns, line: first.line } : columns
  }
  return isHeading(first) ? readHeading(first) : guessColumns(body)
}

/** A column of that name holds base32; where that cannot be and hex can, it holds hex. */
function encodingOf(body: readonly CsvRow[], columns: Columns): 'seed' | 'seed_hex' {
  const seeds = body.map(({ cells }) => cells[columns.indexOf('seed')] ?? '')
  const isHex = seeds.every((seed) => /^(?:[0-9a-fA-F]{2}){10,64}$/.test(seed))
  return isHex && seeds.some((seed) => parseSeed(seed) === undefined) ? 'seed_hex' : 'seed'
}

function readRow(row: CsvRow, columns: Columns, defaults: SeedDefaults): SeedRecord | SeedProblem {
  const cell = (column: Column) => {
    const text = row.cells[columns.indexOf(column)]
    return text === undefined ? undefined : unmarkText(text) || undefined
  }
  const serial = cell('serial')
  const wrong = (text: string) => seedProblem(row.line, serial, text)
  const unnamed = row.cells.findIndex(
    (text, at) => text !== '' && (at >= columns.length || columns[at] === 'unnamed'),
  )
  if (unnamed >= 0) return wrong(`column ${unnamed + 1} has a value and no name`)
  // Spreadsheets leave empty cells at the end out.
  if (row.isLast && row.cells.length < columns.length) {
    return wrong('the file ends in the middle of this line')
  }
  if (serial !== undefined && isRounded(serial)) return wrong(`the serial number: ${roundedNumber}`)
  const counter = cell('counter') ?? defaults.counter
  const method = (
    cell('method') ??
    defaults.method ??
    (counter === undefined ? 'totp' : 'hotp')
  ).toLowerCase()
  if (method !== 'totp' && method !== 'hotp') return wrong('method must be totp or hotp')
  const algorithm = readAlgorithm(cell('algorithm') ?? defaults.algorithm ?? 'sha1')
  if (!algorithm) return wrong('algorithm must be sha1, sha256 or sha512')
  const [column, decode, encoding] =
    decoders.find(([name]) => columns.includes(name)) ?? decoders[0]
  const text = cell(column)
  if (text === undefined) return wrong('there is no seed')
  if (isRounded(text)) return wrong(`the seed: ${roundedNumber}`)
  const seed = decode(text)
  if (!seed) return wrong(notEncoded(text, encoding))
  return checkSeed({
    line: row.line,
    user: cell('user') ?? defaults.user,
    serial,
    label: cell('label'),
    method,
    seed,
    algorithm,
    digits: cell('digits') ?? defaults.digits,
    period: cell('period') ?? defaults.period,
    counter,
    drift: cell('drift'),
  })
}

function notEncoded(text: string, encoding: string): string {
  const others = decoders.filter(
    ([, decode, name]) => name !== encoding && (decode(text)?.length ?? 0) >= 10,
  )
  const [name, , other] = others[0] ?? []
  if (encoding === 'hex' && /^[0-9a-fA-F]+$/.test(text)) {
    return 'the seed has an odd number of hex digits; a spreadsheet may have taken a leading zero'
  }
  return other === undefined
    ? `the seed is not ${encoding}`
    : `the seed is not ${encoding}; if it is ${other}, name the column ${name}`
}
