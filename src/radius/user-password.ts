import { findAttribute } from './attributes.ts'
import { RadiusError } from './errors.ts'
import { addMd5, beginMd5, finishMd5 } from './md5.ts'
import { attributeType } from './numbers.ts'
import type { SharedSecret } from './shared-secret.ts'
import { secretOf, type VerifiedRequest } from './verify-request.ts'

const pad = new Uint8Array(16)

/**
 * Clear text of User-Password without its trailing NULs, or undefined where the request has none
 * (RFC 2865 section 5.2). With a wrong secret it is garbage, which nothing on the wire shows. Throws
 * RadiusError `password-malformed` for a length that is no multiple of 16 from 16 to 128.
 */
export function decodeUserPassword(request: VerifiedRequest): Buffer | undefined {
  const value = findAttribute(request, attributeType.UserPassword)
  if (value === undefined) return undefined
  return decryptPassword(value, secretOf(request), request.authenticator)
}

/**
 * The cipher of User-Password (`encrypt=1` in dictionaries). `authenticator`: the 16 bytes of the
 * request. Throws as `decodeUserPassword`.
 */
export function decryptPassword(
  cipher: Uint8Array,
  secret: SharedSecret,
  authenticator: Uint8Array,
): Buffer {
  if (cipher.length < 16 || cipher.length > 128 || cipher.length % 16 !== 0) {
    throw new RadiusError('password-malformed', `encrypted password of ${cipher.length} bytes`, {
      length: cipher.length,
    })
  }
  const clear = Buffer.allocUnsafe(cipher.length)
  for (let at = 0; at < cipher.length; at += 16) {
    if (at === 0) beginPad(secret, authenticator, 0, 16)
    else beginPad(secret, cipher, at - 16, at)
    xorPad(cipher, at, clear, at)
  }
  let length = clear.length
  while (length > 0 && clear[length - 1] === 0) length--
  return clear.subarray(0, length)
}

/** The other way. 0..128 bytes in, 16..128 out. Throws RadiusError `value-invalid` for more. */
export function encryptPassword(
  password: Uint8Array,
  secret: SharedSecret,
  authenticator: Uint8Array,
): Buffer {
  if (password.length > 128) {
    throw new RadiusError('value-invalid', 'a password has at most 128 bytes', {
      length: password.length,
    })
  }
  const cipher = Buffer.alloc(Math.max(16, Math.ceil(password.length / 16) * 16))
  cipher.set(password)
  for (let at = 0; at < cipher.length; at += 16) {
    if (at === 0) beginPad(secret, authenticator, 0, 16)
    else beginPad(secret, cipher, at - 16, at)
    xorPad(cipher, at, cipher, at)
  }
  return cipher
}

/** pad = MD5(secret | chain[start..end]). */
function beginPad(secret: SharedSecret, chain: Uint8Array, start: number, end: number): void {
  beginMd5()
  secret.addToMd5()
  addMd5(chain, start, end)
  finishMd5(pad)
}

function xorPad(source: Uint8Array, from: number, target: Uint8Array, to: number): void {
  for (let i = 0; i < 16; i++) target[to + i] = (source[from + i] ?? 0) ^ (pad[i] ?? 0)
}
