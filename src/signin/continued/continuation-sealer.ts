import { hkdfSync, randomBytes } from 'node:crypto'
import { openAesGcm, sealAesGcm } from '../../support/index.ts'

/**
 * Seals what a sign-in has to remember between a challenge and its answer (RULES 22). Opening it takes the key of this process, which
 * never leaves memory, and the State, which the gateway holds: a database, a dump of memory or
 * a recorded packet alone is not enough, and nobody who can write the database can change it.
 */
export type ContinuationSealer = {
  /** `owner`: key of the person it belongs to. */
  seal(state: Uint8Array, owner: string, text: string): Uint8Array
  /** Undefined for what was sealed for another State or person, or by another process. */
  open(state: Uint8Array, owner: string, sealed: Uint8Array): string | undefined
}

/** `key`: 32 bytes. */
export function createContinuationSealer(key: Uint8Array = randomBytes(32)): ContinuationSealer {
  const keyFor = (state: Uint8Array) =>
    Buffer.from(hkdfSync('sha256', key, state, 'holdfast kept for an answer', 32))

  return {
    seal: (state, owner, text) => sealAesGcm(keyFor(state), text, owner),
    open(state, owner, sealed) {
      try {
        return openAesGcm(keyFor(state), sealed, owner).toString()
      } catch {
        return undefined
      }
    },
  }
}
