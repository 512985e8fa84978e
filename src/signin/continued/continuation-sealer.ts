import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { openAesGcm, sealAesGcm } from '../../support/index.ts'

/**
 * Seals what a sign-in has to remember between a challenge and its answer (RULES 22). Opening it takes the State, which
 * the gateway holds, and a key. The key never leaves memory, or all processes of an installation share it and it is
 * gone after two hours: a database, a dump of memory or a recorded packet alone is not enough, and no one who can write
 * the database can change it.
 */
export type ContinuationSealer = {
  /** `owner`: key of the person it belongs to. */
  seal(state: Uint8Array, owner: string, text: string): Uint8Array
  /** Undefined for what was sealed for another State or person, or under a key that is not known here. */
  open(state: Uint8Array, owner: string, sealed: Uint8Array): string | undefined
}

/** A key, and what is before everything that is sealed with it: 0 to 2^32 - 1. */
export type NumberedKey = { readonly number: number; readonly key: KeyObject }

/** The key to use first, then those that another process may use now. */
export type SealingKeys = () => readonly NumberedKey[]

/** Bytes of the number. */
const numberBytes = 4

/** `keys`: those that processes share. Default: a random one. */
export function createContinuationSealer(keys: SealingKeys = ownKey()): ContinuationSealer {
  const keyFor = (key: KeyObject, state: Uint8Array) =>
    Buffer.from(hkdfSync('sha256', key, state, 'holdfast kept for an answer', 32))

  return {
    seal(state, owner, text) {
      const [current] = keys()
      if (current === undefined) throw new RangeError('a seal needs a key')
      const head = Buffer.alloc(numberBytes)
      head.writeUInt32BE(current.number)
      return Buffer.concat([head, sealAesGcm(keyFor(current.key, state), text, owner)])
    },
    open(state, owner, sealed) {
      if (sealed.length < numberBytes) return undefined
      const number = Buffer.from(sealed.subarray(0, numberBytes)).readUInt32BE()
      const found = keys().find((each) => each.number === number)
      if (found === undefined) return undefined
      try {
        return openAesGcm(keyFor(found.key, state), sealed.subarray(numberBytes), owner).toString()
      } catch {
        return undefined
      }
    },
  }
}

function ownKey(): SealingKeys {
  const keys = [{ number: 0, key: createSecretKey(randomBytes(32)) }]
  return () => keys
}
