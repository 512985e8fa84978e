import { attributeType } from '../numbers.ts'
import type { Attribute } from '../packet.ts'
import { asBuffer } from './attributes.ts'
import { isExtended, isLongExtended, openExtended } from './extended.ts'
import { splitVendorSpecific, type VendorFormat, vendorFormatOf, vendorIdOf } from './vendor.ts'

/**
 * A value and the path to it: `[1]` User-Name, `[26, 9, 1]` vendor 9 type 1, `[241, 1]` extended,
 * `[245, 26, 311, 4]` extended vendor-specific. TLVs inside the value are not opened: only a dictionary
 * knows of them.
 */
export type WireValue = { readonly path: readonly number[]; readonly value: Uint8Array }

/** Number of vendor-specific among the extended types (RFC 6929 section 2.4). */
export const extendedVendorSpecific = 26

type Piece = WireValue & { readonly more: boolean }

/**
 * Opens vendor-specific and extended attributes and joins values that were split over several. What
 * does not fit its framing, or has no end, comes out as the whole attribute (`[26]`, `[245]`), so that
 * nothing is lost.
 */
export function readWireValues(
  attributes: readonly Attribute[],
  formatOf: (vendor: number) => VendorFormat = vendorFormatOf,
): WireValue[] {
  const found: WireValue[] = []
  let open: { pieces: Piece[]; sources: Attribute[] } | undefined
  const giveUp = (): void => {
    for (const { type, value } of open?.sources ?? []) found.push({ path: [type], value })
    open = undefined
  }
  for (const attribute of attributes) {
    const pieces = openAttribute(attribute, formatOf)
    const [first] = pieces
    if (open !== undefined && first !== undefined && isNext(open.pieces[0], first, pieces.length)) {
      open.pieces.push(first)
      open.sources.push(attribute)
      if (first.more) continue
      found.push(closeVendor(join(open.pieces)))
      open = undefined
      continue
    }
    giveUp()
    if (first?.more && pieces.length === 1) open = { pieces: [first], sources: [attribute] }
    else if (pieces.some(({ more }) => more)) {
      found.push({ path: [attribute.type], value: attribute.value })
    } else for (const { path, value } of pieces) found.push(closeVendor({ path, value }))
  }
  giveUp()
  return found
}

function openAttribute(
  { type, value }: Attribute,
  formatOf: (vendor: number) => VendorFormat,
): Piece[] {
  const whole = { path: [type], value, more: false }
  if (type === attributeType.VendorSpecific) {
    const vendor = vendorIdOf(value)
    if (vendor === undefined) return [whole]
    const parts = splitVendorSpecific(value, formatOf(vendor))
    if (parts === undefined) return [whole]
    return parts.map((part) => ({
      path: [type, vendor, part.type],
      value: part.value,
      more: part.more,
    }))
  }
  if (!isExtended(type) && !isLongExtended(type)) return [whole]
  const part = openExtended(type, value)
  if (part === undefined) return [whole]
  return [{ path: [type, part.extendedType], value: part.value, more: part.more }]
}

function isNext(before: Piece | undefined, piece: Piece, pieces: number): boolean {
  return pieces === 1 && before !== undefined && before.path.join() === piece.path.join()
}

function join(pieces: readonly Piece[]): WireValue {
  return {
    path: pieces[0]?.path ?? [],
    value: Buffer.concat(pieces.map(({ value }) => value)),
  }
}

/** An extended vendor-specific value starts with Vendor-Id and its type, in the first piece only. */
function closeVendor({ path, value }: WireValue): WireValue {
  const [type, extendedType] = path
  if (path.length !== 2 || type === undefined || extendedType !== extendedVendorSpecific) {
    return { path, value }
  }
  if (value.length < 5) return { path, value }
  const vendor = asBuffer(value).readUInt32BE(0)
  return { path: [type, extendedType, vendor, value[4] ?? 0], value: value.subarray(5) }
}
