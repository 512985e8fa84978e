import type { Encryption } from '../../ciphers/attribute-cipher.ts'
import { type ReadDataType, readDataType } from './data-types.ts'

/** What the words after the type of an ATTRIBUTE line say. */
export type Flags = {
  readonly tagged: boolean
  readonly encryption: Encryption | undefined
  readonly concat: boolean
  readonly internal: boolean
  /** An attribute of RFC 6929 that holds others. */
  readonly extended: boolean
  /** Name of the vendor, which is not checked. */
  readonly vendor?: string
  /** Whose VALUE lines count for this attribute too. */
  readonly valuesOf?: string
  /** What is inside this attribute too. */
  readonly insideOf?: string
  /** Lays a time out in another way. */
  readonly type?: ReadDataType
  /** Why the attribute cannot be used. */
  readonly unsupported?: string
}

export const noFlags: Flags = {
  ...{ tagged: false, encryption: undefined, concat: false, internal: false, extended: false },
}

const encryptions: ReadonlyMap<string, Encryption | undefined> = new Map([
  ['0', undefined],
  ['1', 'password'],
  ['2', 'salted'],
  ['3', 'ascend'],
  ['User-Password', 'password'],
  ['Tunnel-Password', 'salted'],
  ['Ascend-Secret', 'ascend'],
])

/** Say nothing about the wire, or only about structures, which are left out as a whole. */
const silent = [
  ...['array', 'virtual', 'secret', 'counter', 'unsafe', 'flat', 'abinary', 'key', 'ref'],
  ...['length', 'offset'],
]

/**
 * `has_tag,encrypt=2`, `vendor=Acme`, `enum=Some-Type`. A word of another form is the name of a vendor, as
 * `isVendor` knows them; the first that is neither comes back as `unknown`.
 */
export function readFlags(
  words: readonly string[],
  isVendor: (name: string) => boolean,
): Flags | { readonly unknown: string } {
  let flags = noFlags
  for (const word of words.flatMap((part) => part.split(',')).filter((part) => part !== '')) {
    const read = readFlag(word) ?? (isVendor(word) ? { vendor: word } : undefined)
    if (read === undefined) return { unknown: word }
    flags = { ...flags, ...read }
  }
  return flags
}

function readFlag(word: string): Partial<Flags> | undefined {
  const [name = '', value = ''] = word.split(/=(.*)/s)
  switch (name) {
    case 'has_tag':
      return { tagged: true }
    case 'concat':
      return { concat: true }
    case 'internal':
      return { internal: true }
    case 'extended':
    case 'long_extended':
      return { extended: true }
    case 'encrypt':
      return encryptions.has(value) ? { encryption: encryptions.get(value) } : undefined
    case 'vendor':
      return value === '' ? undefined : { vendor: value }
    case 'enum':
      return value === '' ? undefined : { valuesOf: value }
    case 'clone':
      return value === '' ? undefined : { insideOf: value }
    case 'precision':
      return value === 'seconds' || value === 's'
        ? {}
        : { unsupported: 'Times in other units than seconds are left out' }
    case 'subtype':
      return readSubtype(value)
    default:
      return silent.includes(name) ? {} : undefined
  }
}

function readSubtype(value: string): Partial<Flags> | undefined {
  const type = readDataType(value)
  return type === undefined ? undefined : { type }
}
