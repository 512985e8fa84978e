import { timingSafeEqual } from 'node:crypto'
import { headerLength } from '../numbers.ts'
import { addMd5, beginMd5, finishMd5 } from './md5.ts'
import type { SharedSecret } from './shared-secret.ts'

export const zeros16: Uint8Array = new Uint8Array(16)
const computed = new Uint8Array(16)

/**
 * Hash over a whole packet and the secret (RFC 2865 section 3, 2866 section 3). `seed` takes the place
 * of the Authenticator field: the Request Authenticator for replies, 16 zeros for requests that carry a
 * hash. Writes 16 bytes into `target` at `offset`, which may be the packet's own field.
 */
export function writePacketHash(
  packet: Uint8Array,
  seed: Uint8Array,
  secret: SharedSecret,
  target: Uint8Array,
  offset: number,
): void {
  beginMd5()
  addMd5(packet, 0, 4)
  addMd5(seed)
  addMd5(packet, headerLength)
  secret.addToMd5()
  finishMd5(target, offset)
}

/**
 * Message-Authenticator (RFC 3579 section 3.2): HMAC-MD5 over the packet with `seed` as Authenticator
 * and zeros in place of the 16 bytes at `valueOffset`. Writes into `target` at `offset`.
 */
export function writeMessageAuthenticator(
  packet: Uint8Array,
  valueOffset: number,
  seed: Uint8Array,
  secret: SharedSecret,
  target: Uint8Array,
  offset: number,
): void {
  secret.beginHmac()
  addMd5(packet, 0, 4)
  addMd5(seed)
  addMd5(packet, headerLength, valueOffset)
  addMd5(zeros16)
  addMd5(packet, valueOffset + 16)
  secret.finishHmac(target, offset)
}

/** Whether the Authenticator field is the hash of the packet with `seed` in its place. */
export function isPacketHashRight(
  packet: Uint8Array,
  seed: Uint8Array,
  secret: SharedSecret,
): boolean {
  writePacketHash(packet, seed, secret, computed, 0)
  return timingSafeEqual(computed, packet.subarray(4, headerLength))
}

/** Whether the 16 bytes at `valueOffset` are the packet's Message-Authenticator. */
export function isMessageAuthenticatorRight(
  packet: Uint8Array,
  valueOffset: number,
  seed: Uint8Array,
  secret: SharedSecret,
): boolean {
  writeMessageAuthenticator(packet, valueOffset, seed, secret, computed, 0)
  return timingSafeEqual(computed, packet.subarray(valueOffset, valueOffset + 16))
}
