import type { DataType } from '../definition.ts'

/** Words in dictionaries for our data types: of FreeRADIUS 3 and 4, radiusclient and Radiator. */
const dataTypes: ReadonlyMap<string, DataType> = new Map([
  ['string', 'text'],
  ['text', 'text'],
  ['tagged-string', 'text'],
  ['octets', 'octets'],
  ['abinary', 'octets'],
  ['binary', 'octets'],
  ['hexadecimal', 'octets'],
  ['bool', 'bool'],
  ['boolean', 'bool'],
  ['byte', 'byte'],
  ['uint8', 'byte'],
  ['integer8', 'byte'],
  ['short', 'short'],
  ['uint16', 'short'],
  ['integer16', 'short'],
  ['integer', 'integer'],
  ['uint32', 'integer'],
  ['enum', 'integer'],
  ['tagged-integer', 'integer'],
  ['integer64', 'integer64'],
  ['uint64', 'integer64'],
  ['int8', 'int8'],
  ['int16', 'int16'],
  ['signed', 'signed'],
  ['int32', 'signed'],
  ['signed-integer', 'signed'],
  ['time_delta', 'signed'],
  ['int64', 'int64'],
  ['date', 'date'],
  ['time', 'date'],
  ['ipaddr', 'ipaddr'],
  ['ipv4addr', 'ipaddr'],
  ['ipv4prefix', 'ipv4prefix'],
  ['cidr', 'ipv4prefix'],
  ['ipv6addr', 'ipv6addr'],
  ['ipaddrv6', 'ipv6addr'],
  ['ipv6prefix', 'ipv6prefix'],
  ['combo-ip', 'combo-ip'],
  ['ipaddrv4v6', 'combo-ip'],
  ['ifid', 'ifid'],
  ['ether', 'ether'],
  ['tlv', 'tlv'],
  ['vsa', 'container'],
  ['evs', 'container'],
  ['extended', 'container'],
  ['long-extended', 'container'],
])

/**
 * Types of others that we do not make: structures, numbers with a fraction, pointers to other attributes, and
 * Radiator's `custom`, which is code of its own for each vendor.
 */
const unsupported = [
  ...['struct', 'union', 'group', 'vendor', 'attribute', 'combo-prefix', 'size', 'bit'],
  ...['float32', 'float64', 'decimal', 'custom'],
]

export type ReadDataType =
  | {
      readonly dataType: DataType
      readonly fixedLength: number | undefined
      readonly tagged: boolean
    }
  | { readonly unsupported: string }

/** `integer`, `octets[16]`, `tagged-string`. Undefined: no dictionary has this type. */
export function readDataType(word: string): ReadDataType | undefined {
  const [, written, length] = /^([a-z0-9_-]+)(?:\[(\d+)\])?$/i.exec(word) ?? []
  const name = written?.toLowerCase() ?? ''
  if (unsupported.includes(name)) return { unsupported: name }
  const dataType = dataTypes.get(name)
  if (dataType === undefined) return undefined
  const fixedLength = length === undefined ? undefined : Number(length)
  return { dataType, fixedLength, tagged: name.startsWith('tagged-') }
}
