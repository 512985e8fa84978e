import { findAttribute } from '../attributes/attributes.ts'
import { RadiusError } from '../errors.ts'
import { attributeType } from '../numbers.ts'
import type { SharedSecret } from '../signatures/shared-secret.ts'
import { secretOf, type VerifiedRequest } from '../verify-request.ts'
import { decryptBlocks, encryptBlocks } from './block-cipher.ts'

/** Longest password User-Password can carry (RFC 2865 section 5.2). */
export const maxPasswordLength = 128

/**
 * Clear text of User-Password without its trailing NULs, or undefined where the request has none (RFC 2865 section
 * 5.2). With a wrong secret it is garbage, which nothing on the wire shows. Throws RadiusError `password-malformed` for
 * a length that is not a multiple of 16 from 16 to 128.
 */
export function decodeUserPassword(request: VerifiedRequest): Buffer | undefined {
  const value = findAttribute(request, attributeType.UserPassword)
  if (value === undefined) return undefined
  return withoutTrailingNuls(decryptPassword(value, secretOf(request), request.authenticator))
}

/**
 * The cipher of User-Password (`encrypt=1` in dictionaries). `authenticator`: the 16 bytes of the
 * request. Gives the NULs it was padded with too: a binary key may end in some of its own. Throws as
 * `decodeUserPassword`.
 */
export function decryptPassword(
  cipher: Uint8Array,
  secret: SharedSecret,
  authenticator: Uint8Array,
): Buffer {
  if (cipher.length < 16 || cipher.length > maxPasswordLength || cipher.length % 16 !== 0) {
    throw new RadiusError('password-malformed', `encrypted password of ${cipher.length} bytes`, {
      length: cipher.length,
    })
  }
  return decryptBlocks(cipher, secret, authenticator)
}

/** The other way: 0..128 bytes in, 16..128 out. Throws RadiusError `value-invalid` for more. */
export function encryptPassword(
  password: Uint8Array,
  secret: SharedSecret,
  authenticator: Uint8Array,
): Buffer {
  if (password.length > maxPasswordLength) {
    throw new RadiusError('value-invalid', `a password has at most ${maxPasswordLength} bytes`, {
      length: password.length,
    })
  }
  const clear = new Uint8Array(Math.max(16, Math.ceil(password.length / 16) * 16))
  clear.set(password)
  return encryptBlocks(clear, secret, authenticator)
}

/** A view without the NULs a text was padded with. */
export function withoutTrailingNuls(bytes: Buffer): Buffer {
  let length = bytes.length
  while (length > 0 && bytes[length - 1] === 0) length--
  return bytes.subarray(0, length)
}
