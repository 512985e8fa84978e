import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** Master keys are 32 bytes. */
export const masterKeyBytes = 32

/**
 * A key for one purpose, from the master key (HKDF-SHA-256, RFC 5869). Different purposes give
 * keys that say nothing about each other. `length` in bytes, 1 to 8160. Throws RangeError for a
 * master key of another length than 32 bytes.
 */
export function deriveKey(master: Uint8Array, purpose: string, length = 32): Uint8Array {
  if (master.length !== masterKeyBytes) throw new RangeError('a master key has 32 bytes')
  return new Uint8Array(
    hkdfSync('sha256', master, new Uint8Array(0), `holdfast 1 ${purpose}`, length),
  )
}

/** The id of a master key, 8 hex digits. It says nothing about the key. */
export function keyIdOf(master: Uint8Array): string {
  return Buffer.from(deriveKey(master, 'key id', 4)).toString('hex')
}

/** A key that seals, with the id that sealed values begin with. */
export type SealingKey = {
  /** 4 bytes, derived from the key, as 8 hex digits. */
  readonly id: string
  /** AES-256 key; its bytes would cost 10 microseconds more each time it is used. */
  readonly key: KeyObject
}

/** The sealing keys of an installation: one that seals, and those that still open. */
export interface Keyring {
  readonly current: SealingKey
  find(id: string): SealingKey | undefined
  /** Seals with this master key from now on; those before still open. */
  promote(master: Uint8Array): void
}

/**
 * `current` and `previous` are master keys of 32 bytes. Throws RangeError for another length.
 */
export function createKeyring(options: {
  readonly current: Uint8Array
  readonly previous?: readonly Uint8Array[]
}): Keyring {
  const keys = new Map<string, SealingKey>()
  const add = (master: Uint8Array): SealingKey => {
    const id = keyIdOf(master)
    const key = { id, key: createSecretKey(deriveKey(master, 'sealing')) }
    keys.set(id, key)
    return key
  }
  for (const master of options.previous ?? []) add(master)
  let current = add(options.current)
  return {
    get current() {
      return current
    },
    find: (id) => keys.get(id),
    promote(master) {
      current = add(master)
    },
  }
}
