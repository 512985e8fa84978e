import { type Attribute, attributeType, microsoft } from '../../radius/index.ts'
import type { RequestAttribute } from '../../signin/index.ts'

const vendorHeaderLength = 4

/** Whoever reads attributes may log them, and these can be guessed against. */
const proofs: ReadonlySet<number> = new Set([
  attributeType.UserPassword,
  attributeType.ChapPassword,
])
/** Of Microsoft: MS-CHAP-Response, -CPW-1, -CPW-2, -LM-Enc-PW, -NT-Enc-PW, MS-CHAP2-Response, -CPW (RFC 2548 2). */
const microsoftProofs: ReadonlySet<number> = new Set([1, 3, 4, 5, 6, 25, 27])

/**
 * A request's attributes as plain data, without User-Password, CHAP-Password and MS-CHAP's:
 * Vendor-Specific ones (RFC 2865 5.26) taken apart into vendor, number and value. Where the inside does
 * not fit that framing, it stays one attribute 26.
 */
export function requestAttributes(attributes: readonly Attribute[]): RequestAttribute[] {
  const found: RequestAttribute[] = []
  for (const { type, value } of attributes) {
    const inner = type === attributeType.VendorSpecific ? vendorAttributes(value) : undefined
    if (inner !== undefined) found.push(...inner.filter((each) => !isMicrosoftProof(each)))
    else if (!proofs.has(type)) found.push({ vendor: 0, type, value })
  }
  return found
}

function isMicrosoftProof({ vendor, type }: RequestAttribute): boolean {
  return vendor === microsoft && microsoftProofs.has(type)
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
