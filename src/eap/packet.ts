import { eapCode, eapHeaderLength as headerLength } from '../radius/index.ts'

/** A Response of the peer. */
export type EapResponse = {
  /** Identifier of the Request it answers. */
  readonly id: number
  readonly type: number
  /** Type-Data: what follows Type, perhaps nothing. */
  readonly data: Uint8Array
}

/**
 * Reads a Response (RFC 3748 4.1). What follows its Length is padding. Undefined for everything else:
 * too short, another Code, no Type.
 */
export function decodeResponse(bytes: Uint8Array): EapResponse | undefined {
  const [code, id, high, low, type] = bytes
  if (code !== eapCode.Response || id === undefined || type === undefined) return undefined
  if (high === undefined || low === undefined) return undefined
  const length = (high << 8) | low
  if (length <= headerLength || length > bytes.length) return undefined
  return { id, type, data: bytes.subarray(headerLength + 1, length) }
}

/** A packet that can be read as a Response, without what follows its end. */
export function withoutPadding(bytes: Uint8Array): Uint8Array {
  const [, , high = 0, low = 0] = bytes
  return bytes.subarray(0, (high << 8) | low)
}

/** A Request; at most 65,535 bytes in all. */
export function encodeRequest(id: number, type: number, data: Uint8Array): Buffer {
  const packet = Buffer.alloc(headerLength + 1 + data.length)
  packet.writeUInt8(eapCode.Request, 0)
  packet.writeUInt8(id, 1)
  packet.writeUInt16BE(packet.length, 2)
  packet.writeUInt8(type, headerLength)
  packet.set(data, headerLength + 1)
  return packet
}

/** Success or Failure, with the Identifier of the last Response (RFC 3748 4.2). */
export function encodeResult(code: 3 | 4, id: number): Buffer {
  return Buffer.from([code, id, 0, headerLength])
}

/** Identifier of the Request after this one. */
export function nextId(id: number): number {
  return (id + 1) & 0xff
}

/** Bytes of an identity, without their end: some peers end it with NUL. */
export function identityBytes(data: Uint8Array): Uint8Array {
  let length = data.length
  while (length > 0 && data[length - 1] === 0) length -= 1
  return data.subarray(0, length)
}
