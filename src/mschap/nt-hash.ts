import type { Secret } from '../support/index.ts'
import { md4 } from './md4.ts'

/**
 * What Windows keeps of a password, 16 bytes: MD4 over UTF-16LE (RFC 2433 A.3). It has no salt, and
 * MS-CHAP takes it in place of the password: guard it as one.
 */
export function ntHash(password: Secret): Uint8Array {
  return md4(Buffer.from(password.reveal(), 'utf16le'))
}
