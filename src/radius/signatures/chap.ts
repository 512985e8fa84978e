import { timingSafeEqual } from 'node:crypto'
import { addMd5, beginMd5, finishMd5 } from './md5.ts'

/**
 * Whether a CHAP response (16 bytes) fits the clear-text password: MD5(identifier | password |
 * challenge), RFC 1994 section 4.1. `challenge` is CHAP-Challenge or, without it, the Request
 * Authenticator (RFC 2865 section 2.2).
 */
export function verifyChap(
  identifier: number,
  response: Uint8Array,
  challenge: Uint8Array,
  password: Uint8Array,
): boolean {
  const expected = new Uint8Array(16)
  beginMd5()
  addMd5(Uint8Array.of(identifier))
  addMd5(password)
  addMd5(challenge)
  finishMd5(expected)
  return response.length === 16 && timingSafeEqual(expected, response)
}
