import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { constantTimeEqual } from '../../support/index.ts'

/**
 * Recognises a password or a sent code again without keeping it: HMAC-SHA-256, salted by the person.
 * For passwords the key never leaves memory (RULES 22).
 */
export type KeyedHash = {
  /** 22 characters; equal only for the same parts in the same order. */
  hash(...parts: readonly string[]): string
  /** `hash`, and behind it the hash under every other key that another process of the installation may use now. */
  hashes(...parts: readonly string[]): readonly string[]
  /** Whether the hash belongs to these parts, in constant time. */
  matches(hash: string, ...parts: readonly string[]): boolean
  /** Six digits that nobody can tell without the key; the same ones for the same parts. */
  digits(...parts: readonly string[]): string
}

/** Gives 22 characters. */
const hashBytes = 16

/** `key`: 32 bytes; what a later process must recognise needs one derived from the master. */
export function createKeyedHash(key: Uint8Array = randomBytes(32)): KeyedHash {
  // Bytes in its place cost six times as much a hash.
  const secretKey = createSecretKey(key)

  function digestOf(parts: readonly string[]): Buffer {
    const hmac = createHmac('sha256', secretKey)
    // In one piece: each one handed to OpenSSL costs as much as hashing it.
    hmac.update(parts.map((part) => `${part.length}:${part}`).join(''))
    return hmac.digest()
  }

  function hash(...parts: readonly string[]): string {
    // Cut as bytes: a cut string keeps the whole one.
    return digestOf(parts).subarray(0, hashBytes).toString('base64url')
  }

  return {
    hash,
    hashes: (...parts) => [hash(...parts)],
    matches: (known, ...parts) =>
      constantTimeEqual(Buffer.from(known), Buffer.from(hash(...parts))),
    // 48 bits: that some codes are likelier than others by one in 10^8 helps nobody.
    digits: (...parts) => String(digestOf(parts).readUIntBE(0, 6) % 1_000_000).padStart(6, '0'),
  }
}
