import { RadiusError } from '../errors.ts'

/** A type and value inside an attribute (RFC 6929 section 2.3). */
export type Tlv = { readonly type: number; readonly value: Uint8Array }

/** The TLVs that fill a value; undefined when they do not fill it exactly. Not recursive. */
export function splitTlvs(value: Uint8Array): Tlv[] | undefined {
  const found: Tlv[] = []
  let at = 0
  while (at < value.length) {
    const type = value[at] ?? 0
    const length = value[at + 1] ?? 0
    if (length < 2 || at + length > value.length) return undefined
    found.push({ type, value: value.subarray(at + 2, at + length) })
    at += length
  }
  return found.length === 0 ? undefined : found
}

/** TLVs after each other. Throws RadiusError `value-invalid` for a type beyond 255 or over 253 bytes. */
export function joinTlvs(tlvs: readonly Tlv[]): Buffer {
  return Buffer.concat(
    tlvs.flatMap(({ type, value }) => {
      if (!Number.isInteger(type) || type < 0 || type > 255 || value.length > 253) {
        throw new RadiusError('value-invalid', `TLV ${type} of ${value.length} bytes`, {
          type,
          length: value.length,
        })
      }
      return [Uint8Array.of(type, value.length + 2), value]
    }),
  )
}
