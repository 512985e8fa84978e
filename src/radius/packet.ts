import { RadiusError } from './errors.ts'
import { headerLength, maxPacketLength, maxValueLength } from './numbers.ts'

/** One top-level attribute as it is on the wire: number 1..255, value of 0..253 bytes. */
export type Attribute = { readonly type: number; readonly value: Uint8Array }

/** A packet whose framing is right. Nothing in it is proven: that needs `verifyRequest` or `verifyReply`. */
export type Packet = {
  readonly code: number
  readonly identifier: number
  /** 16 bytes. */
  readonly authenticator: Uint8Array
  /** In the order of the wire. */
  readonly attributes: readonly Attribute[]
  /** Exactly Length bytes. */
  readonly bytes: Uint8Array
}

/**
 * Reads the framing of a datagram (RFC 2865 section 3). Values are views of `datagram`, not copies.
 * Surplus bytes are padding and left out. Throws RadiusError `packet-too-short`, `length-invalid` or
 * `attribute-malformed`; values are not looked at, so unknown or odd ones never fail the packet (RFC
 * 6929 section 2.8).
 */
export function decodePacket(datagram: Uint8Array): Packet {
  const [code, identifier, high, low] = datagram
  if (code === undefined || identifier === undefined || high === undefined || low === undefined) {
    throw new RadiusError('packet-too-short', 'datagram shorter than a header')
  }
  const length = (high << 8) | low
  if (length < headerLength || length > maxPacketLength) {
    throw new RadiusError('length-invalid', `Length is ${length}`, { length })
  }
  if (datagram.length < length) {
    throw new RadiusError('packet-too-short', `Length is ${length}, got ${datagram.length} bytes`, {
      length,
      received: datagram.length,
    })
  }
  return {
    code,
    identifier,
    authenticator: datagram.subarray(4, headerLength),
    attributes: decodeAttributes(datagram, headerLength, length),
    bytes: datagram.length === length ? datagram : datagram.subarray(0, length),
  }
}

function decodeAttributes(bytes: Uint8Array, start: number, end: number): Attribute[] {
  const attributes: Attribute[] = []
  let at = start
  while (at < end) {
    const type = bytes[at] ?? 0
    const length = at + 1 < end ? (bytes[at + 1] ?? 0) : 0
    if (length < 2 || at + length > end) {
      throw new RadiusError('attribute-malformed', `attribute ${type} at byte ${at}`, {
        type,
        offset: at,
        length,
      })
    }
    attributes.push({ type, value: bytes.subarray(at + 2, at + length) })
    at += length
  }
  return attributes
}

/** Bytes the attributes take on the wire. */
export function attributesLength(attributes: readonly Attribute[]): number {
  let length = 0
  for (const attribute of attributes) length += 2 + attribute.value.length
  return length
}

/**
 * Writes one attribute and gives the offset after it. Throws RadiusError `value-invalid` for a number outside 1..255 or
 * more than 253 bytes.
 */
export function writeAttribute(target: Uint8Array, offset: number, attribute: Attribute): number {
  const { type, value } = attribute
  if (!Number.isInteger(type) || type < 1 || type > 255 || value.length > maxValueLength) {
    throw new RadiusError('value-invalid', `attribute ${type} of ${value.length} bytes`, {
      type,
      length: value.length,
    })
  }
  target[offset] = type
  target[offset + 1] = 2 + value.length
  target.set(value, offset + 2)
  return offset + 2 + value.length
}

/** Writes code, identifier and the packet's length; the authenticator is left to the caller. */
export function writeHeader(packet: Uint8Array, code: number, identifier: number): void {
  packet[0] = code
  packet[1] = identifier
  packet[2] = packet.length >> 8
  packet[3] = packet.length & 0xff
}
