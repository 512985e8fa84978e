import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * Seals what a sign-in has to remember between a challenge and its answer (RULES 22). Opening it takes the key of this process, which
 * never leaves memory, and the State, which the gateway holds: a database, a dump of memory or
 * a recorded packet alone is not enough, and nobody who can write the database can change it.
 */
export type KeptSealer = {
  /** `owner`: key of the person it belongs to. */
  seal(state: Uint8Array, owner: string, text: string): Uint8Array
  /** Undefined for what was sealed for another State or person, or by another process. */
  open(state: Uint8Array, owner: string, sealed: Uint8Array): string | undefined
}

const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM. `key`: 32 bytes. */
export function createKeptSealer(key: Uint8Array = randomBytes(32)): KeptSealer {
  const keyFor = (state: Uint8Array) =>
    Buffer.from(hkdfSync('sha256', key, state, 'holdfast kept for an answer', 32))

  return {
    seal(state, owner, text) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', keyFor(state), nonce)
      cipher.setAAD(Buffer.from(owner))
      return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
    },

    open(state, owner, sealed) {
      if (sealed.length < nonceBytes + tagBytes) return undefined
      const nonce = sealed.subarray(0, nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', keyFor(state), nonce)
      decipher.setAAD(Buffer.from(owner))
      decipher.setAuthTag(sealed.subarray(-tagBytes))
      try {
        const body = decipher.update(sealed.subarray(nonceBytes, -tagBytes))
        return Buffer.concat([body, decipher.final()]).toString()
      } catch {
        return undefined
      }
    },
  }
}
