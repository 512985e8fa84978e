import {
  type Attribute,
  attributeType,
  microsoft,
  microsoftType,
  splitVendorSpecific,
  usualVendorFormat,
} from '../../radius/index.ts'
import type { RequestAttribute } from '../../signin/index.ts'

/** Whoever reads attributes may log them, and these can be guessed against. */
const proofs: ReadonlySet<number> = new Set([
  attributeType.UserPassword,
  attributeType.ChapPassword,
])
/** Of Microsoft (RFC 2548 2). */
const microsoftProofs: ReadonlySet<number> = new Set([
  microsoftType.ChapResponse,
  microsoftType.ChapCpw1,
  microsoftType.ChapCpw2,
  microsoftType.ChapLmEncPw,
  microsoftType.ChapNtEncPw,
  microsoftType.Chap2Response,
  microsoftType.Chap2Cpw,
])

/**
 * A request's attributes as plain data, without User-Password, CHAP-Password and MS-CHAP's:
 * Vendor-Specific ones (RFC 2865 5.26) taken apart into vendor, number and value. Where the inside does
 * not fit that framing, it stays one attribute 26.
 */
export function requestAttributes(attributes: readonly Attribute[]): RequestAttribute[] {
  const found: RequestAttribute[] = []
  for (const { type, value } of attributes) {
    const inner =
      type === attributeType.VendorSpecific
        ? splitVendorSpecific(value, usualVendorFormat)
        : undefined
    for (const each of inner ?? [{ vendor: 0, type, value }]) {
      if (!isProof(each)) found.push({ vendor: each.vendor, type: each.type, value: each.value })
    }
  }
  return found
}

function isProof({ vendor, type }: RequestAttribute): boolean {
  if (vendor === microsoft) return microsoftProofs.has(type)
  return vendor === 0 && proofs.has(type)
}
