/** EAP types that PEAP itself knows: who, no thanks, and how it ends (RFC 3748 5, MS-PEAP 2.2.8). */
export const peapType = { identity: 1, nak: 3, extensions: 33 } as const

const response = 2
const request = 1
const headerLength = 4

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
  return isLongEnough && code === response && ((high << 8) | low) === payload.length
}

/**
 * What is asked in the tunnel: Type and data, except that the packet which ends PEAP has its header.
 * `identifier` is that of the packet around the tunnel.
 */
export function encodePayload(type: number, data: Uint8Array, identifier: number): Uint8Array {
  if (type !== peapType.extensions) return Buffer.concat([Uint8Array.of(type), data])
  const length = headerLength + 1 + data.length
  const header = Uint8Array.of(request, identifier, length >> 8, length & 0xff, type)
  return Buffer.concat([header, data])
}
