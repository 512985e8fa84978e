import { randomInt } from 'node:crypto'
import type { SentRequest } from '../reply.ts'
import type { SharedSecret } from '../signatures/shared-secret.ts'
import { type Answerable, secretOf } from '../verify-request.ts'
import { decryptAscendSecret, encryptAscendSecret } from './ascend-secret.ts'
import { decryptSalted, encryptSalted } from './salted.ts'
import { decryptPassword, encryptPassword } from './user-password.ts'

/** How an attribute's value is hidden, in the words of dictionaries: `encrypt=1`, `2` and `3`. */
export type Encryption = 'password' | 'salted' | 'ascend'

/** Encrypts and decrypts attribute values of one request or of its reply. */
export type AttributeCipher = {
  /** Throws RadiusError `value-invalid` for data that is too long. */
  encrypt(data: Uint8Array, encryption: Encryption): Buffer
  /**
   * With the padding of `password` and `ascend`. Throws RadiusError `password-malformed`, `salted-malformed` or
   * `value-invalid`.
   */
  decrypt(value: Uint8Array, encryption: Encryption): Buffer
}

/**
 * The cipher of a request we answer, or of one we sent. Use one for all attributes of a packet: it
 * counts the salts up, so that none comes twice (RFC 2868 section 3.5). For tests, `firstSalt` can be
 * given: 0x8000..0xffff, random by default.
 */
export function createAttributeCipher(
  request: Answerable | SentRequest,
  firstSalt: number = randomInt(0x8000, 0x10000),
): AttributeCipher {
  const secret: SharedSecret = 'secret' in request ? request.secret : secretOf(request)
  const { authenticator } = request
  let salt = firstSalt
  const nextSalt = (): number => {
    const current = salt
    salt = ((salt + 1) & 0xffff) | 0x8000
    return current
  }
  return {
    encrypt(data, encryption) {
      if (encryption === 'salted') return encryptSalted(data, nextSalt(), secret, authenticator)
      if (encryption === 'ascend') return encryptAscendSecret(data, secret, authenticator)
      return encryptPassword(data, secret, authenticator)
    },
    decrypt(value, encryption) {
      if (encryption === 'salted') return decryptSalted(value, secret, authenticator)
      if (encryption === 'ascend') return decryptAscendSecret(value, secret, authenticator)
      return decryptPassword(value, secret, authenticator)
    },
  }
}
