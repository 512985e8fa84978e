import { RadiusError } from '../errors.ts'
import type { SharedSecret } from '../signatures/shared-secret.ts'
import { decryptBlocks, encryptBlocks } from './block-cipher.ts'

/** Longest data whose cipher text still fits an attribute of 253 bytes. */
export const maxSaltedLength = 239

/**
 * Salted encryption (`encrypt=2`: Tunnel-Password, MS-MPPE keys; RFC 2868 section 3.5, RFC 2548 section
 * 2.4.2). `salt`: 0x8000..0xffff, unique in the packet; `authenticator`: 16 bytes of the *request*.
 * Gives salt (2) and cipher (16n). Throws RadiusError `value-invalid` above 239 bytes or for a bad salt.
 */
export function encryptSalted(
  data: Uint8Array,
  salt: number,
  secret: SharedSecret,
  authenticator: Uint8Array,
): Buffer {
  if (data.length > maxSaltedLength) {
    throw new RadiusError('value-invalid', `a salted value has at most ${maxSaltedLength} bytes`, {
      length: data.length,
    })
  }
  if (!Number.isInteger(salt) || salt < 0x8000 || salt > 0xffff) {
    throw new RadiusError('value-invalid', 'a salt is 0x8000..0xffff')
  }
  const clear = new Uint8Array(Math.ceil((data.length + 1) / 16) * 16)
  clear[0] = data.length
  clear.set(data, 1)
  const saltBytes = Uint8Array.of(salt >> 8, salt & 0xff)
  return Buffer.concat([saltBytes, encryptBlocks(clear, secret, authenticator, saltBytes)])
}

/**
 * The other way. Trusts the length inside, never the padding, which some senders fill with junk.
 * Throws RadiusError `salted-malformed` when the framing or that length cannot be: most often another
 * shared secret.
 */
export function decryptSalted(
  value: Uint8Array,
  secret: SharedSecret,
  authenticator: Uint8Array,
): Buffer {
  if (value.length < 18 || (value.length - 2) % 16 !== 0) {
    throw new RadiusError('salted-malformed', `salted value of ${value.length} bytes`, {
      length: value.length,
    })
  }
  const clear = decryptBlocks(value.subarray(2), secret, authenticator, value.subarray(0, 2))
  const length = clear[0] ?? 0
  if (length >= clear.length) {
    throw new RadiusError('salted-malformed', 'the length inside a salted value is wrong')
  }
  return clear.subarray(1, 1 + length)
}
