import { RadiusError } from '../errors.ts'
import { addMd5, beginMd5, finishMd5 } from '../signatures/md5.ts'
import type { SharedSecret } from '../signatures/shared-secret.ts'

/**
 * Ascend-Send-Secret and -Receive-Secret (`encrypt=3`): padded with NULs or cut to 16 bytes, XORed with
 * MD5(request authenticator | secret). Gives 16 bytes.
 */
export function encryptAscendSecret(
  data: Uint8Array,
  secret: SharedSecret,
  authenticator: Uint8Array,
): Buffer {
  beginMd5()
  addMd5(authenticator)
  secret.addToMd5()
  const cipher = Buffer.alloc(16)
  finishMd5(cipher)
  for (let i = 0; i < 16; i++) cipher[i] = (cipher[i] ?? 0) ^ (data[i] ?? 0)
  return cipher
}

/** The other way; 16 bytes with the NULs it was padded with. Throws RadiusError `value-invalid` if not 16 bytes long. */
export function decryptAscendSecret(
  cipher: Uint8Array,
  secret: SharedSecret,
  authenticator: Uint8Array,
): Buffer {
  if (cipher.length !== 16) {
    throw new RadiusError('value-invalid', `Ascend secret of ${cipher.length} bytes`)
  }
  return encryptAscendSecret(cipher, secret, authenticator)
}
