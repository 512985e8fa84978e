import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** How much longer a sealed text is than the text. */
export const sealedOverhead = nonceBytes + tagBytes

/**
 * Seals with AES-256-GCM: nonce (12 bytes), ciphertext, tag (16), the one framing of everything sealed here.
 * It opens with the same key (32 bytes) and the same `bound` only.
 */
export function sealAesGcm(
  key: Uint8Array | KeyObject,
  text: Uint8Array | string,
  bound: Uint8Array | string,
): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(typeof bound === 'string' ? Buffer.from(bound) : bound)
  const sealed = typeof text === 'string' ? cipher.update(text, 'utf8') : cipher.update(text)
  return Buffer.concat([nonce, sealed, cipher.final(), cipher.getAuthTag()])
}

/** Opens what `sealAesGcm` has made. Throws Error for anything else: cut, changed, or bound to something else. */
export function openAesGcm(
  key: Uint8Array | KeyObject,
  sealed: Uint8Array,
  bound: Uint8Array | string,
): Buffer {
  if (sealed.length < sealedOverhead) throw new RangeError('too short for a sealed text')
  const tagAt = sealed.length - tagBytes
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(typeof bound === 'string' ? Buffer.from(bound) : bound)
  decipher.setAuthTag(sealed.subarray(tagAt))
  const text = decipher.update(sealed.subarray(nonceBytes, tagAt))
  // Gives no more bytes in GCM, and throws unless the tag fits.
  decipher.final()
  return text
}
