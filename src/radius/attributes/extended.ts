import { RadiusError } from '../errors.ts'
import { maxValueLength } from '../numbers.ts'
import type { Attribute } from '../packet.ts'

const moreFlag = 0x80

/** Extended-Type-1 to -4 (RFC 6929 section 2.1). */
export function isExtended(type: number): boolean {
  return type >= 241 && type <= 244
}

/** Long-Extended-Type-1 and -2 (RFC 6929 section 2.2), whose values may be longer than an attribute. */
export function isLongExtended(type: number): boolean {
  return type === 245 || type === 246
}

/** What one extended attribute holds. `more`: the value goes on in the next one of both types. */
export type ExtendedPart = {
  readonly extendedType: number
  readonly value: Uint8Array
  readonly more: boolean
}

/**
 * Opens the value of attribute 241..246. Undefined when it is too short, or has More set without being
 * full (RFC 6929 section 2.2): then it has to be kept as it is.
 */
export function openExtended(type: number, value: Uint8Array): ExtendedPart | undefined {
  const long = isLongExtended(type)
  const [extendedType, flags] = value
  if (extendedType === undefined) return undefined
  if (!long) return { extendedType, value: value.subarray(1), more: false }
  if (flags === undefined) return undefined
  const more = (flags & moreFlag) !== 0
  if (more && value.length !== maxValueLength) return undefined
  return { extendedType, value: value.subarray(2), more }
}

/**
 * A value as attribute 241..246, for the long ones as many as it takes. Throws RadiusError
 * `value-invalid` for other types, an extended type outside 0..255 or a short one over 252 bytes.
 */
export function encodeExtended(type: number, extendedType: number, value: Uint8Array): Attribute[] {
  const long = isLongExtended(type)
  const fits = long || value.length <= maxValueLength - 1
  const inRange = Number.isInteger(extendedType) && extendedType >= 0 && extendedType <= 255
  if (!(long || isExtended(type)) || !inRange || !fits) {
    throw new RadiusError(
      'value-invalid',
      `extended attribute ${type}.${extendedType} of ${value.length} bytes`,
      { type, extendedType, length: value.length },
    )
  }
  if (!long) return [{ type, value: Buffer.concat([Uint8Array.of(extendedType), value]) }]
  const room = maxValueLength - 2
  const attributes: Attribute[] = []
  let at = 0
  do {
    const part = value.subarray(at, at + room)
    at += room
    const flags = at < value.length ? moreFlag : 0
    attributes.push({ type, value: Buffer.concat([Uint8Array.of(extendedType, flags), part]) })
  } while (at < value.length)
  return attributes
}
