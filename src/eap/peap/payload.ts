import { eapCode, eapType, eapHeaderLength as headerLength } from '../../radius/index.ts'

/** What came through the tunnel. */
export type PeapPayload = { readonly type: number; readonly data: Uint8Array }

/**
 * Reads what a peer sends in the tunnel. It is an EAP packet without its header, or with it: peers do
 * either (MS-PEAP 2.2.4). Undefined for nothing at all.
 */
export function decodePayload(payload: Uint8Array): PeapPayload | undefined {
  const packet = hasHeader(payload) ? payload.subarray(headerLength) : payload
  const type = packet[0]
  return type === undefined ? undefined : { type, data: packet.subarray(1) }
}

function hasHeader(payload: Uint8Array): boolean {
  const [code, , high = 0, low = 0] = payload
  const isLongEnough = payload.length > headerLength
  return isLongEnough && code === eapCode.Response && ((high << 8) | low) === payload.length
}

/**
 * What is asked in the tunnel: Type and data, except that the packet which ends PEAP has its header.
 * `identifier` is that of the packet around the tunnel.
 */
export function encodePayload(type: number, data: Uint8Array, identifier: number): Uint8Array {
  if (type !== eapType.Extensions) return Buffer.concat([Uint8Array.of(type), data])
  const length = headerLength + 1 + data.length
  const header = Uint8Array.of(eapCode.Request, identifier, length >> 8, length & 0xff, type)
  return Buffer.concat([header, data])
}
