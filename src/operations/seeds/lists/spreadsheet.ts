import type { SeedRecord } from '../record.ts'

/** What a spreadsheet makes of a long number. */
const scientific = /^[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d{1,3}$/

/** Whether a spreadsheet has rounded this number, so that nothing can bring it back. */
export function isRounded(cell: string): boolean {
  return scientific.test(cell)
}

/** Takes off how spreadsheets mark a number as text, `="00123"` and `'00123`, and the decimals they add: `60.0`. */
export function unmarkText(cell: string): string {
  return (
    /^="(.*)"$/s.exec(cell)?.[1]?.trim() ?? cell.replace(/^'(?=\d)/, '').replace(decimals, '$1')
  )
}

const decimals = /^(\d+)[.,]0{1,2}$/

export const roundedNumber =
  'a spreadsheet has turned it into a rounded number such as 1.00E+09. Mark the column as text in the list it comes from, and save that again'

/** Adds a note to serial numbers that are shorter than nearly all others: their leading zeros may be lost. */
export function noteLostZeros(records: readonly SeedRecord[]): readonly SeedRecord[] {
  const numbers = records.flatMap(({ serial }) =>
    /^\d+$/.test(serial ?? '') ? [serial ?? ''] : [],
  )
  const usual = Math.max(0, ...numbers.map((number) => number.length))
  const complete = numbers.filter((number) => number.length === usual).length
  if (complete < 2 || complete * 2 <= numbers.length) return records
  return records.map((record) =>
    /^\d+$/.test(record.serial ?? '') && (record.serial ?? '').length < usual
      ? {
          ...record,
          notes: [
            ...record.notes,
            `its serial number has fewer digits than the others (${usual}); a spreadsheet may have taken leading zeros`,
          ],
        }
      : record,
  )
}
