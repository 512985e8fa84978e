import { RadiusError } from '../errors.ts'
import { parseIpv4, parseIpv6, parsePrefix } from './addresses.ts'
import type { AttributeDefinition, DataType, ScalarValue } from './definition.ts'

/**
 * Bytes of a value for an attribute. Takes what `decodeValue` gives and what people write: numbers as
 * text, names of the dictionary's VALUE lines, octets as `0x...`. Throws RadiusError `value-invalid`.
 */
export function encodeValue(definition: AttributeDefinition, value: ScalarValue): Uint8Array {
  const bytes =
    value instanceof Uint8Array ? value : encodeScalar(definition, named(definition, value))
  const { fixedLength } = definition
  if (bytes === undefined || (fixedLength !== undefined && bytes.length !== fixedLength)) {
    const { name, dataType } = definition
    // The value itself stays out of the message: it may be a password.
    const wanted = fixedLength === undefined ? dataType : `${dataType} of ${fixedLength} bytes`
    throw new RadiusError('value-invalid', `${name}: the value is not of type ${wanted}`, {
      name,
      dataType,
    })
  }
  return bytes
}

/** The value after a name such as `Framed-User`. */
function named(definition: AttributeDefinition, value: string | number | bigint) {
  if (typeof value !== 'string' || definition.dataType === 'text') return value
  return definition.valueNamed.get(value.toLowerCase()) ?? value
}

/** Bytes of a number, or of a value as text; undefined where it does not fit the type. */
export function encodeScalar(
  { dataType, tagged }: Pick<AttributeDefinition, 'dataType' | 'tagged'>,
  value: string | number | bigint,
): Uint8Array | undefined {
  const unsignedBits = unsignedBitsOf(dataType)
  if (unsignedBits !== undefined) return encodeUnsigned(value, unsignedBits, tagged)
  const signedBits = signedBitsOf(dataType)
  if (signedBits !== undefined) return encodeSigned(value, signedBits)
  const text = String(value)
  switch (dataType) {
    case 'bool':
      return encodeBool(text)
    case 'text':
      return Buffer.from(text, 'utf8')
    case 'octets':
      return encodeOctets(text)
    case 'ipaddr':
      return parseIpv4(text)
    case 'ipv6addr':
      return parseIpv6(text)
    case 'combo-ip':
      return parseIpv4(text) ?? parseIpv6(text)
    case 'ipv4prefix':
      return encodePrefix(text, 32)
    case 'ipv6prefix':
      return encodePrefix(text, 128)
    case 'ifid':
      return /^([0-9a-f]{4}:){3}[0-9a-f]{4}$/i.test(text) ? fromGroups(text) : undefined
    case 'ether':
      return /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text) ? fromGroups(text) : undefined
    default:
      return undefined
  }
}

function unsignedBitsOf(dataType: DataType): 8 | 16 | 32 | 64 | undefined {
  if (dataType === 'byte') return 8
  if (dataType === 'short') return 16
  if (dataType === 'integer' || dataType === 'date') return 32
  return dataType === 'integer64' ? 64 : undefined
}

/** A tag takes the first byte of a 32-bit number (RFC 2868 section 3.1), so 24 bits are left. */
function encodeUnsigned(
  value: string | number | bigint,
  bits: 8 | 16 | 32 | 64,
  tagged: boolean,
): Uint8Array | undefined {
  const number = toInteger(value)
  const limit = 1n << BigInt(tagged && bits === 32 ? 24 : bits)
  if (number === undefined || number < 0n || number >= limit) return undefined
  return Buffer.from(number.toString(16).padStart(bits / 4, '0'), 'hex')
}

function signedBitsOf(dataType: DataType): 8 | 16 | 32 | 64 | undefined {
  if (dataType === 'int8') return 8
  if (dataType === 'int16') return 16
  if (dataType === 'signed') return 32
  return dataType === 'int64' ? 64 : undefined
}

function encodeSigned(
  value: string | number | bigint,
  bits: 8 | 16 | 32 | 64,
): Uint8Array | undefined {
  const number = toInteger(value)
  if (number === undefined || BigInt.asIntN(bits, number) !== number) return undefined
  return encodeUnsigned(BigInt.asUintN(bits, number), bits, false)
}

/** One byte, 1 or 0. */
function encodeBool(text: string): Uint8Array | undefined {
  if (/^(yes|true|1)$/i.test(text)) return Uint8Array.of(1)
  return /^(no|false|0)$/i.test(text) ? Uint8Array.of(0) : undefined
}

function toInteger(value: string | number | bigint): bigint | undefined {
  if (typeof value === 'string') {
    return /^(-?\d+|0x[0-9a-f]+)$/i.test(value) ? BigInt(value) : undefined
  }
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return value
}

/** `0x` and an even number of hex digits are bytes; anything else is text. */
function encodeOctets(text: string): Uint8Array | undefined {
  if (!text.startsWith('0x')) return Buffer.from(text, 'utf8')
  return /^0x([0-9a-f]{2})*$/i.test(text) ? Buffer.from(text.slice(2), 'hex') : undefined
}

function encodePrefix(text: string, bits: 32 | 128): Uint8Array | undefined {
  const prefix = parsePrefix(text, bits)
  if (prefix === undefined) return undefined
  const needed = bits === 32 ? 4 : Math.ceil(prefix.length / 8)
  return Buffer.concat([Uint8Array.of(0, prefix.length), prefix.address.subarray(0, needed)])
}

function fromGroups(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(/[:-]/g, ''), 'hex')
}
