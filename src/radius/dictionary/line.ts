import type { Encryption } from '../attribute-cipher.ts'
import type { VendorFormat } from '../vendor.ts'
import type { DataType } from './definition.ts'

/** Pure readers of the small words on a dictionary line. Undefined: cannot be read. */

/** Words in dictionaries for our data types; several grew over the years. */
const dataTypes: ReadonlyMap<string, DataType> = new Map([
  ['string', 'text'],
  ['text', 'text'],
  ['octets', 'octets'],
  ['abinary', 'octets'],
  ['byte', 'byte'],
  ['uint8', 'byte'],
  ['short', 'short'],
  ['uint16', 'short'],
  ['integer', 'integer'],
  ['uint32', 'integer'],
  ['integer64', 'integer64'],
  ['uint64', 'integer64'],
  ['signed', 'signed'],
  ['int32', 'signed'],
  ['date', 'date'],
  ['time', 'date'],
  ['ipaddr', 'ipaddr'],
  ['ipv4addr', 'ipaddr'],
  ['ipv4prefix', 'ipv4prefix'],
  ['ipv6addr', 'ipv6addr'],
  ['ipv6prefix', 'ipv6prefix'],
  ['combo-ip', 'combo-ip'],
  ['ifid', 'ifid'],
  ['ether', 'ether'],
  ['tlv', 'tlv'],
  ['vsa', 'container'],
  ['evs', 'container'],
  ['extended', 'container'],
  ['long-extended', 'container'],
])

/** `integer`, `octets[16]`. */
export function readDataType(
  word: string,
): { dataType: DataType; fixedLength: number | undefined } | undefined {
  const match = /^([a-z0-9-]+)(?:\[(\d+)\])?$/i.exec(word)
  const dataType = dataTypes.get(match?.[1]?.toLowerCase() ?? '')
  if (dataType === undefined) return undefined
  const fixedLength = match?.[2] === undefined ? undefined : Number(match[2])
  return { dataType, fixedLength }
}

/** Decimal, or hexadecimal with `0x`. */
export function readNumber(word: string): number | undefined {
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(word)) return undefined
  const number = Number(word)
  return Number.isSafeInteger(number) ? number : undefined
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

export type Flags = {
  readonly tagged: boolean
  readonly encryption: Encryption | undefined
  readonly concat: boolean
}

export const noFlags: Flags = { tagged: false, encryption: undefined, concat: false }

const encryptions: ReadonlyMap<string, Encryption> = new Map([
  ['encrypt=1', 'password'],
  ['encrypt=2', 'salted'],
  ['encrypt=3', 'ascend'],
])

/**
 * `has_tag,encrypt=2`. `array`, `virtual`, `secret` and `internal` say nothing about the wire. The
 * first flag that is not known comes back as `unknown`.
 */
export function readFlags(words: readonly string[]): Flags | { readonly unknown: string } {
  let flags = noFlags
  for (const word of words.flatMap((part) => part.split(',')).filter((part) => part !== '')) {
    const encryption = encryptions.get(word)
    if (word === 'has_tag') flags = { ...flags, tagged: true }
    else if (word === 'concat') flags = { ...flags, concat: true }
    else if (encryption !== undefined) flags = { ...flags, encryption }
    else if (!['array', 'virtual', 'secret', 'internal'].includes(word)) return { unknown: word }
  }
  return flags
}
