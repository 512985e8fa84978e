import type { SeedProblem } from '../record.ts'
import { columnOf, isHeading } from './columns.ts'
import { parseCsvRows } from './csv-rows.ts'
import { isRounded, roundedNumber, unmarkText } from './spreadsheet.ts'

/** Who has which token, by serial number. */
export type UserMap = ReadonlyMap<string, string>

/**
 * Reads a list of `serial,user`, for token files that name no users. With a heading its columns may come in another
 * order, and others beside them.
 */
export function parseUserMap(source: string): { readonly users: UserMap } | SeedProblem {
  const rows = parseCsvRows(source)
  if ('text' in rows) return rows
  const [first] = rows
  const isHeaded = first !== undefined && isHeading(first)
  const headings = isHeaded ? first.cells.map(columnOf) : ['serial', 'user']
  const [serialAt, userAt] = [headings.indexOf('serial'), headings.indexOf('user')]
  if (serialAt < 0 || userAt < 0) {
    return { line: first?.line ?? 1, text: 'the heading has to name the columns serial and user' }
  }
  const users = new Map<string, string>()
  for (const { line, cells } of isHeaded ? rows.slice(1) : rows) {
    const serial = unmarkText(cells[serialAt] ?? '')
    const user = cells[userAt]
    const isTooLong = cells.some((cell, at) => at >= headings.length && cell !== '')
    if (!serial || !user || isTooLong) return { line, text: 'expected serial,user' }
    if (isRounded(serial)) return { line, text: `the serial number: ${roundedNumber}` }
    if (users.has(serial)) return { line, text: 'the serial number of this line is there twice' }
    users.set(serial, user)
  }
  return { users }
}

/** Tells whether the list has a serial number that differs from this one by leading zeros alone. */
export function createZeroFinder(users: UserMap | undefined): (serial: string) => boolean {
  const withoutZeros = (serial: string) => (/^\d+$/.test(serial) ? serial.replace(/^0+/, '') : '')
  const bare = new Set([...(users?.keys() ?? [])].map(withoutZeros))
  return (serial) => withoutZeros(serial) !== '' && bare.has(withoutZeros(serial))
}
