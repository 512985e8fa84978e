import { randomBytes } from 'node:crypto'

/** Length of a key that seals the store. */
export const sealingKeyBytes = 32

/** A new sealing key as base64, one line, as `sealing_key` in the configuration wants it. */
export function createSealingKey(): string {
  return `${randomBytes(sealingKeyBytes).toString('base64')}\n`
}
