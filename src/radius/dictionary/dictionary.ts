import type { AttributeCipher } from '../ciphers/attribute-cipher.ts'
import type { Attribute } from '../packet.ts'
import { type DecodedAttribute, decodeAttributes } from './decode.ts'
import type { AttributeDefinition, Definitions } from './definition.ts'
import { encodeAttribute, type NamedAttribute, whyUnknown } from './encode.ts'
import type { SkippedKind } from './skipped.ts'

/** Names, types and values of attributes, between packets and people. */
export type Dictionary = {
  /**
   * Names the attributes of a packet, opens vendor-specific, extended and TLV ones and joins values
   * that were split. Encrypted ones only with the packet's `cipher`. Never throws: what is unknown, or
   * does not fit its type, comes as bytes under its number and encodes to the same bytes again.
   */
  decode(attributes: readonly Attribute[], cipher?: AttributeCipher): DecodedAttribute[]
  /**
   * Makes the attribute, or several where a long value may be split. Encrypted ones need the packet's
   * `cipher`. Throws RadiusError `attribute-unknown` for the name, `value-invalid` for the value.
   */
  encode(attribute: NamedAttribute, cipher?: AttributeCipher): Attribute[]
  /** Ignores case. Takes names from the top too: `Vendor-Specific.Cisco.AVPair`. */
  find(name: string): AttributeDefinition | undefined
  /** Says why `find` has nothing: no file has the name, or it is left out. */
  whyUnknown(name: string): string
  /** What the files say that cannot be used: one entry a kind. */
  readonly skipped: readonly SkippedKind[]
  vendorName(vendor: number): string | undefined
  /** Of all attributes, as the files spell them. */
  names(): string[]
  readonly size: number
}

export function createDictionary(definitions: Definitions): Dictionary {
  return {
    decode: (attributes, cipher) => decodeAttributes(definitions, attributes, cipher),
    encode: (attribute, cipher) => encodeAttribute(definitions, attribute, cipher),
    find: (name) => definitions.find(name),
    whyUnknown: (name) => whyUnknown(definitions, name),
    skipped: definitions.skipped.kinds,
    vendorName: (vendor) => definitions.vendors.get(vendor)?.name,
    names: () => [...definitions.names],
    size: definitions.names.length,
  }
}
