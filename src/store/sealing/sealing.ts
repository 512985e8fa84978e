import { openAesGcm, sealAesGcm, sealedOverhead } from '../../support/index.ts'
import { StoreError } from '../errors.ts'
import type { Keyring } from './keyring.ts'

// A sealed value: key id (4 bytes), and what `sealAesGcm` makes.
const idBytes = 4

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
  /** Throws StoreError `sealed-value-invalid`, also for a key id no one knows. */
  open(place: SealedPlace, sealed: Uint8Array): Uint8Array
  isCurrent(sealed: Uint8Array): boolean
  readonly keyring: Keyring
}

export function createSealer(keyring: Keyring, installationId: string): Sealer {
  // JSON keeps the parts apart, whatever characters they hold.
  const boundTo = ({ table, column, userKey }: SealedPlace, keyId: string) =>
    JSON.stringify([installationId, table, column, userKey, keyId])

  return {
    keyring,
    seal(place, value) {
      const { id, key } = keyring.current
      return Buffer.concat([Buffer.from(id, 'hex'), sealAesGcm(key, value, boundTo(place, id))])
    },
    open(place, sealed) {
      const details = { table: place.table, column: place.column, userKey: place.userKey }
      if (sealed.length < idBytes + sealedOverhead) {
        throw new StoreError('sealed-value-invalid', 'a sealed value is too short', { details })
      }
      const id = keyIdOf(sealed)
      const key = keyring.find(id)
      if (key === undefined) {
        throw new StoreError('sealed-value-invalid', `no key has the id ${id}`, { details })
      }
      try {
        return new Uint8Array(openAesGcm(key.key, sealed.subarray(idBytes), boundTo(place, id)))
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
