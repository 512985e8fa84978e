import { asBuffer } from '../attributes/attributes.ts'
import { formatIpv4, formatIpv6, maskBits } from './addresses.ts'
import type { DataType, ScalarValue } from './definition.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A value of a data type from its bytes (RFC 8044). Numbers and dates (seconds since 1970) as number, those of 64 bits
 * as bigint, bool as `yes` and `no`, addresses and prefixes as text, octets as bytes. Undefined when the length or the
 * bytes do not fit the type: then the attribute must be treated as unknown (RFC 6929 section 2.8).
 */
export function decodeValue(dataType: DataType, value: Uint8Array): ScalarValue | undefined {
  const bytes = asBuffer(value)
  switch (dataType) {
    case 'text':
      return decodeText(bytes)
    case 'octets':
      return value
    case 'byte':
      return bytes.length === 1 ? bytes.readUInt8(0) : undefined
    case 'short':
      return bytes.length === 2 ? bytes.readUInt16BE(0) : undefined
    case 'integer':
    case 'date':
      return bytes.length === 4 ? bytes.readUInt32BE(0) : undefined
    case 'int8':
      return bytes.length === 1 ? bytes.readInt8(0) : undefined
    case 'int16':
      return bytes.length === 2 ? bytes.readInt16BE(0) : undefined
    case 'signed':
      return bytes.length === 4 ? bytes.readInt32BE(0) : undefined
    case 'integer64':
      return bytes.length === 8 ? bytes.readBigUInt64BE(0) : undefined
    case 'int64':
      return bytes.length === 8 ? bytes.readBigInt64BE(0) : undefined
    case 'bool':
      return decodeBool(bytes)
    case 'ipaddr':
      return bytes.length === 4 ? formatIpv4(bytes) : undefined
    case 'ipv6addr':
      return bytes.length === 16 ? formatIpv6(bytes) : undefined
    case 'combo-ip':
      return decodeValue(bytes.length === 4 ? 'ipaddr' : 'ipv6addr', bytes)
    case 'ipv4prefix':
      return decodePrefix(bytes, 32)
    case 'ipv6prefix':
      return decodePrefix(bytes, 128)
    case 'ifid':
      return bytes.length === 8 ? groups(bytes, 2) : undefined
    case 'ether':
      return bytes.length === 6 ? groups(bytes, 1) : undefined
    case 'tlv':
    case 'container':
      return undefined
  }
}

/** Anything but 0 is yes. */
function decodeBool(bytes: Buffer): string | undefined {
  if (bytes.length !== 1) return undefined
  return bytes[0] === 0 ? 'no' : 'yes'
}

function decodeText(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** Reserved byte 0, prefix length, as many bytes as needed; bits after the length must be 0. */
function decodePrefix(bytes: Buffer, bits: 32 | 128): string | undefined {
  const [reserved, length, ...rest] = bytes
  if (reserved !== 0 || length === undefined || length > bits) return undefined
  if (bits === 32 && rest.length !== 4) return undefined
  if (rest.length > bits / 8 || rest.length * 8 < length) return undefined
  const address = new Uint8Array(bits / 8)
  address.set(rest)
  if (Buffer.compare(maskBits(address, length), address) !== 0) return undefined
  return `${bits === 32 ? formatIpv4(address) : formatIpv6(address)}/${length}`
}

function groups(bytes: Buffer, size: 1 | 2): string {
  const hex = bytes.toString('hex')
  return (hex.match(size === 1 ? /../g : /..../g) ?? []).join(':')
}
