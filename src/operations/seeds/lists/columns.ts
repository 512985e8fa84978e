import type { SeedProblem } from '../record.ts'
import type { CsvRow } from './csv-rows.ts'

export const columnNames = [
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
  'drift',
] as const
export type Column = (typeof columnNames)[number]

/** What is in a column; undefined: it is left out; `unnamed`: nothing may be in it. */
export type Columns = readonly (Column | 'unnamed' | undefined)[]

/** Headings of token lists in the field, such as those for Microsoft Entra hardware tokens, in lower case with single blanks. */
const columnAliases: Readonly<Record<string, Column>> = {
  upn: 'user',
  username: 'user',
  'user name': 'user',
  userprincipalname: 'user',
  'user principal name': 'user',
  samaccountname: 'user',
  login: 'user',
  assignedto: 'user',
  'assigned to': 'user',
  'serial number': 'serial',
  serialnumber: 'serial',
  'serial no': 'serial',
  'token serial': 'serial',
  sn: 'serial',
  's/n': 'serial',
  'secret key': 'seed',
  secretkey: 'seed',
  secret: 'seed',
  'secret hex': 'seed_hex',
  'seed hex': 'seed_hex',
  'seed (hex)': 'seed_hex',
  'secret (hex)': 'seed_hex',
  'seed base64': 'seed_base64',
  'seed (base32)': 'seed',
  'time interval': 'period',
  timeinterval: 'period',
  timeintervalinseconds: 'period',
  'time step': 'period',
  timestep: 'period',
  interval: 'period',
  model: 'label',
  type: 'method',
  hash: 'algorithm',
  hashfunction: 'algorithm',
  'hash function': 'algorithm',
  'hash algorithm': 'algorithm',
  length: 'digits',
  'otp length': 'digits',
  'moving factor': 'counter',
  'time drift': 'drift',
}
const ignoredColumns = ['manufacturer', '-']
const seedColumns: readonly Column[] = ['seed', 'seed_hex', 'seed_base64']

/** The column a heading means; `ignored` for one that has no use here, `unnamed` for an empty one. */
export function columnOf(heading: string): Column | 'ignored' | 'unnamed' | undefined {
  const name = heading.toLowerCase().replace(/[\s_]+/g, ' ')
  if (name === '') return 'unnamed'
  if (ignoredColumns.includes(name)) return 'ignored'
  return columnNames.find((known) => known.replace('_', ' ') === name) ?? columnAliases[name]
}

/** Whether a row names columns: at least one of its cells does. */
export function isHeading({ cells }: CsvRow): boolean {
  return cells.some((cell) => !['ignored', 'unnamed', undefined].includes(columnOf(cell)))
}

/** The columns of a heading. Spreadsheets add empty ones. */
export function readHeading(heading: CsvRow): Columns | SeedProblem {
  return checkColumns(heading.line, heading.cells, 'of the heading')
}

/** Columns as `--columns` names them. */
export function readColumnNames(names: string): Columns | SeedProblem {
  return checkColumns(
    0,
    names.split(',').map((name) => name.trim()),
    'in --columns',
  )
}

function checkColumns(
  line: number,
  names: readonly string[],
  where: string,
): Columns | SeedProblem {
  const wrong = (text: string): SeedProblem => ({ line, text })
  const columns: (Column | 'unnamed' | undefined)[] = []
  for (const name of names) {
    const column = columnOf(name)
    if (column === undefined) {
      return wrong(
        `column ${columns.length + 1} ${where} has no known name. Known are ${columnNames.join(', ')}, and - for a column to leave out; --columns names them in the place of the heading`,
      )
    }
    if (column !== 'ignored' && column !== 'unnamed' && columns.includes(column)) {
      return wrong(`column ${column} is there twice`)
    }
    columns.push(column === 'ignored' ? undefined : column)
  }
  if (seedColumns.filter((column) => columns.includes(column)).length !== 1) {
    return wrong('exactly one of the columns seed, seed_hex, seed_base64 is needed')
  }
  return columns
}
