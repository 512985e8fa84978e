import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { StoreError } from '../errors.ts'
import type { Keyring } from './keyring.ts'

// A sealed value: key id (4 bytes), nonce (12), AES-256-GCM ciphertext, tag (16).
const idBytes = 4
const nonceBytes = 12
const tagBytes = 16

/** Where a sealed value belongs. It opens nowhere else (RULES 21). */
export type SealedPlace = {
  readonly table: string
  readonly column: string
  /** '' for values of the installation. */
  readonly userKey: string
}

/** Seals and opens values of one installation. */
export interface Sealer {
  seal(place: SealedPlace, value: Uint8Array): Uint8Array
  /** Throws StoreError `sealed-value-invalid`, also for a key id nobody knows. */
  open(place: SealedPlace, sealed: Uint8Array): Uint8Array
  isCurrent(sealed: Uint8Array): boolean
  readonly keyring: Keyring
}

export function createSealer(keyring: Keyring, installationId: string): Sealer {
  // JSON keeps the parts apart, whatever characters they hold.
  const boundTo = ({ table, column, userKey }: SealedPlace, keyId: string) =>
    Buffer.from(JSON.stringify([installationId, table, column, userKey, keyId]))

  return {
    keyring,
    seal(place, value) {
      const { id, key } = keyring.current
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(boundTo(place, id))
      return Buffer.concat([
        Buffer.from(id, 'hex'),
        nonce,
        cipher.update(value),
        cipher.final(),
        cipher.getAuthTag(),
      ])
    },
    open(place, sealed) {
      const details = { table: place.table, column: place.column, userKey: place.userKey }
      if (sealed.length < idBytes + nonceBytes + tagBytes) {
        throw new StoreError('sealed-value-invalid', 'a sealed value is too short', { details })
      }
      const id = keyIdOf(sealed)
      const key = keyring.find(id)
      if (key === undefined) {
        throw new StoreError('sealed-value-invalid', `no key has the id ${id}`, { details })
      }
      try {
        const nonce = sealed.subarray(idBytes, idBytes + nonceBytes)
        const decipher = createDecipheriv('aes-256-gcm', key.key, nonce, {
          authTagLength: tagBytes,
        })
        decipher.setAAD(boundTo(place, id))
        decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
        const text = sealed.subarray(idBytes + nonceBytes, sealed.length - tagBytes)
        const value = decipher.update(text)
        // Gives no more bytes in GCM, and throws unless the tag fits.
        decipher.final()
        return new Uint8Array(value)
      } catch (cause) {
        const where = `${place.table}.${place.column} of ${place.userKey || 'the installation'}`
        throw new StoreError('sealed-value-invalid', `${where} does not open`, { cause, details })
      }
    },
    isCurrent: (sealed) => keyIdOf(sealed) === keyring.current.id,
  }
}

/** Id of the key a value was sealed with, as 8 hex digits. */
export function keyIdOf(sealed: Uint8Array): string {
  return Buffer.from(sealed.subarray(0, idBytes)).toString('hex')
}
