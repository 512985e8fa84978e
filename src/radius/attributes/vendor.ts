import { RadiusError } from '../errors.ts'
import { attributeType, maxValueLength } from '../numbers.ts'
import type { Attribute } from '../packet.ts'
import { asBuffer } from './attributes.ts'

/**
 * How a vendor frames the sub-attributes inside Vendor-Specific; dictionaries write it
 * `format=typeLength,lengthLength[,c]`. `continuation`: one more byte, whose top bit says that the
 * value goes on in the next attribute.
 */
export type VendorFormat = {
  readonly typeLength: 1 | 2 | 4
  /** 0: no length, the value is the rest. */
  readonly lengthLength: 0 | 1 | 2
  readonly continuation: boolean
}

/** What RFC 2865 section 5.26 recommends. */
export const usualVendorFormat: VendorFormat = {
  typeLength: 1,
  lengthLength: 1,
  continuation: false,
}

const fourZero: VendorFormat = { typeLength: 4, lengthLength: 0, continuation: false }
const twoOne: VendorFormat = { typeLength: 2, lengthLength: 1, continuation: false }
const twoTwo: VendorFormat = { typeLength: 2, lengthLength: 2, continuation: false }
const continued: VendorFormat = { typeLength: 1, lengthLength: 1, continuation: true }

const oddFormats: ReadonlyMap<number, VendorFormat> = new Map([
  [429, fourZero], // USR
  [637, twoOne], // Alcatel-ESAM
  [4846, twoOne], // Lucent
  [16445, twoOne], // Kineto
  [8164, twoTwo], // Starent
  [24757, continued], // WiMAX
  [5323, continued], // Telrad
])

/** The format known for a vendor; a dictionary may say otherwise. */
export function vendorFormatOf(vendor: number): VendorFormat {
  return oddFormats.get(vendor) ?? usualVendorFormat
}

/** One sub-attribute. `more`: its value goes on in the next one of this type. */
export type VendorAttribute = {
  readonly vendor: number
  readonly type: number
  readonly value: Uint8Array
  readonly more: boolean
}

/** Vendor-Id of a Vendor-Specific value; undefined if it is shorter than that. */
export function vendorIdOf(value: Uint8Array): number | undefined {
  return value.length < 4 ? undefined : asBuffer(value).readUInt32BE(0)
}

/**
 * The sub-attributes of one Vendor-Specific value (RFC 2865 section 5.26), several allowed. Undefined
 * when the framing does not fit exactly: then the attribute has to be kept as it is.
 */
export function splitVendorSpecific(
  value: Uint8Array,
  format: VendorFormat,
): VendorAttribute[] | undefined {
  const vendor = vendorIdOf(value)
  if (vendor === undefined) return undefined
  const bytes = asBuffer(value)
  const { typeLength, lengthLength } = format
  const headerLength = headerLengthOf(format)
  const found: VendorAttribute[] = []
  let at = 4
  while (at < bytes.length) {
    if (at + headerLength > bytes.length) return undefined
    const type = bytes.readUIntBE(at, typeLength)
    const length =
      lengthLength === 0 ? bytes.length - at : bytes.readUIntBE(at + typeLength, lengthLength)
    if (length < headerLength || at + length > bytes.length) return undefined
    const more = format.continuation && ((bytes[at + headerLength - 1] ?? 0) & 0x80) !== 0
    found.push({ vendor, type, value: bytes.subarray(at + headerLength, at + length), more })
    at += length
  }
  return found.length === 0 ? undefined : found
}

/**
 * All sub-attributes of one vendor, in order; Vendor-Specific whose framing does not fit is passed
 * over. Values split by continuation come in pieces: `readWireValues` joins them.
 */
export function readVendorAttributes(
  packet: { readonly attributes: readonly Attribute[] },
  vendor: number,
  format: VendorFormat = vendorFormatOf(vendor),
): VendorAttribute[] {
  const found: VendorAttribute[] = []
  for (const { type, value } of packet.attributes) {
    if (type !== attributeType.VendorSpecific || vendorIdOf(value) !== vendor) continue
    for (const attribute of splitVendorSpecific(value, format) ?? []) found.push(attribute)
  }
  return found
}

/** Value of the first sub-attribute `type` of `vendor`, or undefined. */
export function findVendorAttribute(
  packet: { readonly attributes: readonly Attribute[] },
  vendor: number,
  type: number,
): Uint8Array | undefined {
  return readVendorAttributes(packet, vendor).find((attribute) => attribute.type === type)?.value
}

/**
 * One sub-attribute in a Vendor-Specific of its own; with continuation as many as it takes. Throws
 * RadiusError `value-invalid` for numbers or lengths the format cannot carry (247 bytes in the usual one).
 */
export function encodeVendorAttribute(
  vendor: number,
  type: number,
  value: Uint8Array,
  format: VendorFormat = vendorFormatOf(vendor),
): Attribute[] {
  const room = maxValueLength - 4 - headerLengthOf(format)
  const outOfRange =
    !Number.isInteger(type) || type < 0 || type >= 2 ** (8 * format.typeLength) || type > 0xffffffff
  if (outOfRange || (value.length > room && !format.continuation)) {
    throw new RadiusError(
      'value-invalid',
      `vendor ${vendor}: type ${type}, ${value.length} bytes`,
      {
        vendor,
        type,
        length: value.length,
      },
    )
  }
  const attributes: Attribute[] = []
  let at = 0
  do {
    const part = value.subarray(at, at + room)
    at += room
    attributes.push(wrap(vendor, type, part, format, at < value.length))
  } while (at < value.length)
  return attributes
}

function wrap(
  vendor: number,
  type: number,
  value: Uint8Array,
  format: VendorFormat,
  more: boolean,
): Attribute {
  const headerLength = headerLengthOf(format)
  const bytes = Buffer.alloc(4 + headerLength + value.length)
  bytes.writeUInt32BE(vendor)
  bytes.writeUIntBE(type, 4, format.typeLength)
  if (format.lengthLength > 0) {
    bytes.writeUIntBE(headerLength + value.length, 4 + format.typeLength, format.lengthLength)
  }
  if (more) bytes[4 + headerLength - 1] = 0x80
  bytes.set(value, 4 + headerLength)
  return { type: attributeType.VendorSpecific, value: bytes }
}

function headerLengthOf(format: VendorFormat): number {
  return format.typeLength + format.lengthLength + (format.continuation ? 1 : 0)
}
