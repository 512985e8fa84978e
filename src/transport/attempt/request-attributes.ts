import {
  type Attribute,
  attributeType,
  decodePacket,
  microsoft,
  microsoftType,
  type Packet,
  splitVendorSpecific,
  usualVendorFormat,
} from '../../radius/index.ts'
import type { RequestAttribute } from '../../signin/index.ts'

/** The code that reads attributes may log them, and these can be guessed against. */
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
 * What the sign-in may read of a request: see `requestAttributes`. It is read from the datagram each time. An array would
 * be plainer, but each attribute in it takes 180 bytes for as long as the request is held: with six of them a held
 * request takes 5,030 bytes instead of 3,960, and it may take 4,000 (RULES 32; `test/signin/held-memory-child.ts` measures it).
 */
export class RequestAttributes implements Iterable<RequestAttribute> {
  readonly #bytes: Uint8Array

  constructor({ bytes }: Packet) {
    this.#bytes = bytes
  }

  [Symbol.iterator](): Iterator<RequestAttribute> {
    return requestAttributes(decodePacket(this.#bytes).attributes).values()
  }
}

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
