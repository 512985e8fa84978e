import type { OtpAlgorithm } from '../../accounts/index.ts'
import { parseSeed } from '../../methods/index.ts'
import { type CsvRow, parseCsvRows } from './csv-rows.ts'
import {
  checkSeed,
  collectSeeds,
  type SeedFile,
  type SeedProblem,
  type SeedRecord,
} from './record.ts'
import { decodeBase64, decodeHex } from './text-bytes.ts'

const columnNames = [
  'user',
  'serial',
  'label',
  'method',
  'seed',
  'seed_hex',
  'seed_base64',
  'algorithm',
  'digits',
  'period',
  'counter',
] as const
type Column = (typeof columnNames)[number]

/** Headings of token lists in the field, such as those for Microsoft Entra hardware tokens. */
const columnAliases: Readonly<Record<string, Column>> = {
  upn: 'user',
  username: 'user',
  'serial number': 'serial',
  'secret key': 'seed',
  secret: 'seed',
  'time interval': 'period',
  timeinterval: 'period',
  model: 'label',
  type: 'method',
}
const ignoredColumns = ['manufacturer']

const decoders = [
  ['seed', parseSeed, 'base32'],
  ['seed_hex', decodeHex, 'hex'],
  ['seed_base64', decodeBase64, 'base64'],
] as const

/**
 * Reads a list of seeds (RFC 4180, comma or semicolon). The first line names the columns: `user`,
 * one of `seed` (base32), `seed_hex`, `seed_base64`, and any of `serial label method algorithm
 * digits period counter`.
 */
export function parseSeedCsv(source: string): SeedFile {
  const rows = parseCsvRows(source)
  if ('text' in rows) return { records: [], problems: [rows] }
  const [head, ...body] = rows
  if (!head) return { records: [], problems: [{ line: 1, text: 'the file is empty' }] }
  const columns = readHead(head)
  if ('text' in columns) return { records: [], problems: [columns] }
  if (body.length === 0) {
    return { records: [], problems: [{ line: head.line, text: 'there are no seeds in it' }] }
  }
  return collectSeeds(body.map((row) => readRow(row, columns)))
}

/** Reads `serial,user` lines, for token files that name no users. */
export function parseUserMap(
  source: string,
): { readonly users: ReadonlyMap<string, string> } | SeedProblem {
  const rows = parseCsvRows(source)
  if ('text' in rows) return rows
  const users = new Map<string, string>()
  for (const { line, cells } of rows) {
    const [serial, user] = cells.map((cell) => cell.trim())
    if (line === 1 && serial?.toLowerCase() === 'serial') continue
    if (cells.length !== 2 || !serial || !user) return { line, text: 'expected serial,user' }
    if (users.has(serial)) return { line, text: 'the serial number of this line is there twice' }
    users.set(serial, user)
  }
  return { users }
}

function readHead(head: CsvRow): readonly (Column | undefined)[] | SeedProblem {
  const wrong = (text: string): SeedProblem => ({ line: head.line, text })
  const columns: (Column | undefined)[] = []
  for (const cell of head.cells) {
    const name = cell.trim().toLowerCase()
    const column = columnNames.find((known) => known === name) ?? columnAliases[name]
    if (!column && !ignoredColumns.includes(name)) {
      return wrong(
        `column ${columns.length + 1} of the heading has no known name. The first line has to name the columns; known are ${columnNames.join(', ')}`,
      )
    }
    if (column && columns.includes(column)) return wrong(`column ${column} is there twice`)
    columns.push(column)
  }
  const seeds = decoders.filter(([column]) => columns.includes(column))
  if (seeds.length !== 1) return wrong('exactly one of seed, seed_hex, seed_base64 is needed')
  return columns
}

function readRow(row: CsvRow, columns: readonly (Column | undefined)[]): SeedRecord | SeedProblem {
  const wrong = (text: string): SeedProblem => ({ line: row.line, text })
  if (row.cells.length !== columns.length) {
    return wrong(`${row.cells.length} columns instead of ${columns.length}`)
  }
  const cell = (column: Column) => row.cells[columns.indexOf(column)]?.trim() || undefined
  const counter = cell('counter')
  const method = cell('method')?.toLowerCase() ?? (counter === undefined ? 'totp' : 'hotp')
  if (method !== 'totp' && method !== 'hotp') return wrong(`method must be totp or hotp`)
  const algorithm = readAlgorithm(cell('algorithm') ?? 'sha1')
  if (!algorithm) return wrong('algorithm must be sha1, sha256 or sha512')
  const [column, decode, encoding] =
    decoders.find(([name]) => columns.includes(name)) ?? decoders[0]
  const seed = decode(cell(column) ?? '')
  if (!seed) return wrong(`the seed is no ${encoding}`)
  return checkSeed({
    line: row.line,
    user: cell('user'),
    serial: cell('serial'),
    label: cell('label'),
    method,
    seed,
    algorithm,
    digits: cell('digits'),
    period: cell('period'),
    counter,
  })
}

function readAlgorithm(text: string): OtpAlgorithm | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^hmac/, '')
  return name === 'sha1' || name === 'sha256' || name === 'sha512' ? name : undefined
}
