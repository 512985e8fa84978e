import { asBuffer } from '../attributes/attributes.ts'
import { splitTlvs } from '../attributes/tlv.ts'
import { vendorFormatOf } from '../attributes/vendor.ts'
import { readWireValues, type WireValue } from '../attributes/wire-values.ts'
import type { AttributeCipher } from '../ciphers/attribute-cipher.ts'
import { withoutTrailingNuls } from '../ciphers/user-password.ts'
import { RadiusError } from '../errors.ts'
import { attributeType } from '../numbers.ts'
import type { Attribute } from '../packet.ts'
import {
  type AttributeDefinition,
  type Definitions,
  pathKey,
  type ScalarValue,
} from './definition.ts'
import { untag } from './tag.ts'
import { decodeValue } from './value.ts'

/** An attribute with the name, type and tag a dictionary gives it. */
export type DecodedAttribute = {
  /** `Attr-` and the path, such as `Attr-26.9.250`, for what is unknown or does not fit its type. */
  readonly name: string
  readonly path: readonly number[]
  /** 0 for none. */
  readonly vendor: number
  /** Bytes where `isKnown` is false; the attributes inside where it is a TLV. */
  readonly value: ScalarValue | readonly DecodedAttribute[]
  /** Name of a number's VALUE line. */
  readonly valueName?: string
  /** RFC 2868 tag, when there is one: 0..31. */
  readonly tag?: number
  readonly isKnown: boolean
}

/** Never throws: what cannot be read stays as bytes (RFC 6929 section 2.8). See Dictionary.decode. */
export function decodeAttributes(
  definitions: Definitions,
  attributes: readonly Attribute[],
  cipher: AttributeCipher | undefined,
): DecodedAttribute[] {
  const formatOf = (vendor: number) =>
    definitions.vendors.get(vendor)?.format ?? vendorFormatOf(vendor)
  const values = joinConcat(definitions, readWireValues(attributes, formatOf))
  return values.map((value) => decodeOne(definitions, value, cipher))
}

/** Neighbours of an attribute that is marked `concat` are one value. */
function joinConcat(definitions: Definitions, values: readonly WireValue[]): WireValue[] {
  const joined: WireValue[] = []
  for (const { path, value } of values) {
    const before = joined.at(-1)
    const key = pathKey(path)
    const belongs =
      before !== undefined &&
      pathKey(before.path) === key &&
      definitions.attributesByPath.get(key)?.concat
    if (belongs) joined[joined.length - 1] = { path, value: Buffer.concat([before.value, value]) }
    else joined.push({ path, value })
  }
  return joined
}

function decodeOne(
  definitions: Definitions,
  wire: WireValue,
  cipher: AttributeCipher | undefined,
): DecodedAttribute {
  const definition = definitions.attributesByPath.get(pathKey(wire.path))
  if (definition === undefined) return unknown(wire)
  if (definition.dataType === 'tlv') {
    const parts = splitTlvs(wire.value)
    if (parts === undefined) return unknown(wire)
    const children = parts.map(({ type, value }) =>
      decodeOne(definitions, { path: [...wire.path, type], value }, cipher),
    )
    return known(definition, wire, children)
  }
  const tagged = untag(definition, wire.value)
  if (tagged === undefined) return unknown(wire)
  const clear = decrypt(definition, tagged.value, cipher)
  const value = clear === undefined ? undefined : decodeValue(definition.dataType, clear)
  const wrongLength =
    definition.fixedLength !== undefined && definition.fixedLength !== clear?.length
  if (value === undefined || wrongLength) return unknown(wire)
  const valueName = definition.nameOf.get(value)
  return {
    ...known(definition, wire, value),
    ...(valueName === undefined ? {} : { valueName }),
    ...(tagged.tag === undefined ? {} : { tag: tagged.tag }),
  }
}

/** Undefined when there is no cipher, or the cipher text is malformed. Padding is cut where it can be recognised. */
function decrypt(
  { encryption, dataType, fixedLength }: AttributeDefinition,
  value: Uint8Array,
  cipher: AttributeCipher | undefined,
): Uint8Array | undefined {
  if (encryption === undefined) return value
  try {
    const clear = cipher?.decrypt(value, encryption)
    if (clear === undefined) return undefined
    return dataType === 'text' ? withoutTrailingNuls(clear) : clear.subarray(0, fixedLength)
  } catch (error) {
    if (error instanceof RadiusError) return undefined
    throw error
  }
}

function known(
  { name, vendor }: AttributeDefinition,
  { path }: WireValue,
  value: DecodedAttribute['value'],
): DecodedAttribute {
  return { name, path, vendor, value, isKnown: true }
}

function unknown({ path, value }: WireValue): DecodedAttribute {
  return {
    name: `Attr-${pathKey(path)}`,
    path,
    vendor: vendorIn(path, value),
    value,
    isKnown: false,
  }
}

function vendorIn(path: readonly number[], value: Uint8Array): number {
  const [type, second, third] = path
  if (type === attributeType.VendorSpecific)
    return second ?? (value.length >= 4 ? asBuffer(value).readUInt32BE(0) : 0)
  return type !== undefined && type >= 241 && second === attributeType.VendorSpecific
    ? (third ?? 0)
    : 0
}
