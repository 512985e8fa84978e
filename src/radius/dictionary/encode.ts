import { splitAttributes, textAttributes } from '../attributes/attributes.ts'
import { encodeExtended, isExtended, isLongExtended } from '../attributes/extended.ts'
import { joinTlvs } from '../attributes/tlv.ts'
import { encodeVendorAttribute, vendorFormatOf } from '../attributes/vendor.ts'
import { extendedVendorSpecific } from '../attributes/wire-values.ts'
import type { AttributeCipher } from '../ciphers/attribute-cipher.ts'
import { RadiusError } from '../errors.ts'
import { attributeType, maxValueLength } from '../numbers.ts'
import type { Attribute } from '../packet.ts'
import type { AttributeDefinition, Definitions, ScalarValue } from './definition.ts'
import { encodeValue } from './encode-value.ts'
import { readPath } from './line.ts'
import { tag } from './tag.ts'

/** An attribute as people and programs write it. Names ignore case; `Attr-26.9.250` takes bytes. */
export type NamedAttribute = {
  readonly name: string
  readonly value: ScalarValue | readonly NamedAttribute[]
  /** RFC 2868: 0..31. */
  readonly tag?: number
}

const internalOnly = 'is internal and has no place in a packet'

/** See Dictionary.encode. */
export function encodeAttribute(
  definitions: Definitions,
  attribute: NamedAttribute,
  cipher: AttributeCipher | undefined,
): Attribute[] {
  const definition = definitions.find(attribute.name)
  if (definition?.internal) throw invalid(definition.name, internalOnly)
  const path = definition?.path ?? pathOfUnknown(definitions, attribute.name)
  const bytes = encodeBytes(definitions, definition, attribute, cipher)
  const prefix = path.slice(0, prefixLengthOf(path))
  const value = path
    .slice(prefix.length)
    .reduceRight((inner, type) => joinTlvs([{ type, value: inner }]), bytes)
  return wrap(definitions, definition, prefix, value)
}

function encodeBytes(
  definitions: Definitions,
  definition: AttributeDefinition | undefined,
  attribute: NamedAttribute,
  cipher: AttributeCipher | undefined,
): Uint8Array {
  const { name, value } = attribute
  if (isList(value)) {
    if (definition?.dataType !== 'tlv') throw invalid(name, 'is not a TLV and has no attributes')
    return joinTlvs(value.map((child) => encodeChild(definitions, definition, child, cipher)))
  }
  if (definition === undefined) return bytesOfUnknown(name, value)
  const clear = encodeValue(definition, value)
  const { encryption } = definition
  if (encryption !== undefined && cipher === undefined) {
    throw invalid(name, 'is encrypted and cannot be made before there is a request')
  }
  const hidden = encryption === undefined ? clear : (cipher?.encrypt(clear, encryption) ?? clear)
  return tag(definition, hidden, attribute.tag)
}

function encodeChild(
  definitions: Definitions,
  parent: AttributeDefinition,
  child: NamedAttribute,
  cipher: AttributeCipher | undefined,
): { type: number; value: Uint8Array } {
  const definition = definitions.find(child.name)
  const path = definition?.path ?? pathOfUnknown(definitions, child.name)
  const type = path.at(-1)
  if (type === undefined || path.slice(0, -1).join() !== parent.path.join()) {
    throw invalid(child.name, `does not belong into ${parent.name}`)
  }
  return { type, value: encodeBytes(definitions, definition, child, cipher) }
}

/** How much of a path is attribute, vendor and extended numbers; the rest are TLVs. */
function prefixLengthOf([type = 0, second]: readonly number[]): number {
  if (type === attributeType.VendorSpecific) return 3
  if (!isExtended(type) && !isLongExtended(type)) return 1
  return second === extendedVendorSpecific ? 4 : 2
}

function wrap(
  definitions: Definitions,
  definition: AttributeDefinition | undefined,
  prefix: readonly number[],
  value: Uint8Array,
): Attribute[] {
  const [type = 0, second, third, fourth] = prefix
  const isVendor = type === attributeType.VendorSpecific
  if (isVendor && second !== undefined && third !== undefined) {
    const format = definitions.vendors.get(second)?.format ?? vendorFormatOf(second)
    return encodeVendorAttribute(second, third, value, format)
  }
  if (second !== undefined && third !== undefined && fourth !== undefined) {
    const vendorAndType = Buffer.alloc(5)
    vendorAndType.writeUInt32BE(third)
    vendorAndType.writeUInt8(fourth, 4)
    return encodeExtended(type, second, Buffer.concat([vendorAndType, value]))
  }
  if (second !== undefined && !isVendor) return encodeExtended(type, second, value)
  if (type < 1 || type > 255) throw invalid(definition?.name ?? String(type), internalOnly)
  if (value.length <= maxValueLength) return [{ type, value }]
  if (definition?.concat) return splitAttributes(type, value)
  // Shown after each other by the gateway (RFC 2865 section 5.18).
  if (type === attributeType.ReplyMessage) {
    return textAttributes(type, Buffer.from(value).toString('utf8'))
  }
  throw invalid(definition?.name ?? String(type), `has ${value.length} bytes, 253 is the most`)
}

function pathOfUnknown(definitions: Definitions, name: string): number[] {
  const path = /^attr-/i.test(name) ? readPath(name.slice('Attr-'.length)) : undefined
  if (path !== undefined) return path
  throw new RadiusError('attribute-unknown', whyUnknown(definitions, name), { name })
}

/** Says why no dictionary has the attribute. */
export function whyUnknown({ skipped }: Definitions, name: string): string {
  return skipped.whyMissing(name) ?? `no dictionary knows the attribute ${name}`
}

function bytesOfUnknown(name: string, value: ScalarValue): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string' && /^0x([0-9a-f]{2})*$/i.test(value)) {
    return Buffer.from(value.slice(2), 'hex')
  }
  throw invalid(name, 'is in no dictionary: its value has to be bytes, such as 0x0001')
}

function isList(value: NamedAttribute['value']): value is readonly NamedAttribute[] {
  return Array.isArray(value)
}

function invalid(name: string, problem: string): RadiusError {
  return new RadiusError('value-invalid', `${name} ${problem}`, { name })
}
