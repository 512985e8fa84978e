import { type Attribute, attributeType } from '../radius/index.ts'
import type { RequestAttribute } from '../signin/index.ts'

const vendorHeaderLength = 4

/** Whoever reads attributes may log them, and these two can be guessed against. */
const proofs: ReadonlySet<number> = new Set([
  attributeType.UserPassword,
  attributeType.ChapPassword,
])

/**
 * A request's attributes as plain data, without User-Password and CHAP-Password: Vendor-Specific ones (RFC 2865 5.26) taken apart into vendor,
 * number and value. Where the inside does not fit that framing, it stays one attribute 26.
 */
export function requestAttributes(attributes: readonly Attribute[]): RequestAttribute[] {
  return attributes.flatMap((attribute) => {
    if (proofs.has(attribute.type)) return []
    if (attribute.type !== attributeType.VendorSpecific) return { vendor: 0, ...attribute }
    return vendorAttributes(attribute.value) ?? { vendor: 0, ...attribute }
  })
}

/** Whether a vendor's attribute of this number is among them; looks at that vendor's only. */
export function hasVendorAttribute(
  attributes: readonly Attribute[],
  vendor: number,
  type: number,
): boolean {
  return attributes.some(
    (attribute) =>
      attribute.type === attributeType.VendorSpecific &&
      vendorOf(attribute.value) === vendor &&
      vendorAttributes(attribute.value)?.some((inner) => inner.type === type),
  )
}

function vendorAttributes(value: Uint8Array): RequestAttribute[] | undefined {
  const vendor = vendorOf(value)
  if (vendor === undefined) return undefined
  const inner: RequestAttribute[] = []
  let at = vendorHeaderLength
  while (at < value.length) {
    const type = value[at]
    const length = value[at + 1]
    if (type === undefined || length === undefined) return undefined
    if (length < 2 || at + length > value.length) return undefined
    inner.push({ vendor, type, value: value.subarray(at + 2, at + length) })
    at += length
  }
  return inner.length === 0 ? undefined : inner
}

function vendorOf(value: Uint8Array): number | undefined {
  const [first, second, third, fourth] = value
  if (first === undefined || second === undefined) return undefined
  if (third === undefined || fourth === undefined) return undefined
  return ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0
}
