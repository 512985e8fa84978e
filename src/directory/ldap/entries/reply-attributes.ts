import type { Entry } from 'ldapts'
import { textValues } from './entry.ts'

/** Active Directory keeps these IPv4 addresses as signed 32-bit numbers (MS-ADA2). */
const addressesAsNumbers = ['msradiusframedipaddress', 'msrassavedframedipaddress']

/** The values that reply rules ask for, by name in lower case; undefined where none is asked for. */
export function readReplyAttributes(
  entry: Entry,
  names: readonly string[],
): ReadonlyMap<string, readonly string[]> | undefined {
  if (names.length === 0) return undefined
  return new Map(
    names.map((name) => {
      const key = name.toLowerCase()
      const values = textValues(entry, name)
      return [key, addressesAsNumbers.includes(key) ? values.map(readAddress) : values]
    }),
  )
}

/** `-1062731775` is 192.168.0.1. Text that is not such a number stays as it is, and is refused where it is used. */
function readAddress(text: string): string {
  const number = Number(text)
  const isAddress = /^-?\d{1,10}$/.test(text) && number >= -0x8000_0000 && number <= 0xffff_ffff
  if (!isAddress) return text
  return [24, 16, 8, 0].map((shift) => (number >> shift) & 0xff).join('.')
}
