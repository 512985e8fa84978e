import type { VendorFormat } from '../attributes/vendor.ts'

/** Pure readers of the small words on a dictionary line. Undefined: cannot be read. */

/** Decimal, or hexadecimal with `0x`. */
export function readNumber(word: string): number | undefined {
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(word)) return undefined
  const number = Number(word)
  return Number.isSafeInteger(number) ? number : undefined
}

/** As Radiator reads numbers: a leading `0` makes a number octal. */
export function readNumberOrOctal(word: string): number | undefined {
  return /^0[0-7]+$/.test(word) ? Number.parseInt(word, 8) : readNumber(word)
}

/** `1`, `241.1`, `1.2.3`. */
export function readPath(word: string): number[] | undefined {
  const path: number[] = []
  for (const part of word.split('.')) {
    const number = readNumber(part)
    if (number === undefined) return undefined
    path.push(number)
  }
  return path
}

/** `format=2,1` or `format=1,1,c`. */
export function readFormat(word: string): VendorFormat | undefined {
  const match = /^format=([124]),([012])(,c)?$/.exec(word)
  if (match === null) return undefined
  const typeLength = match[1] === '1' ? 1 : match[1] === '2' ? 2 : 4
  const lengthLength = match[2] === '0' ? 0 : match[2] === '1' ? 1 : 2
  return { typeLength, lengthLength, continuation: match[3] !== undefined }
}
