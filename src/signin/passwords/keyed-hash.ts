import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { constantTimeEqual } from '../../support/index.ts'

/**
 * Recognises a password or a sent code again without keeping it: HMAC-SHA-256, salted by the person. For passwords
 * the key never leaves memory, or is shared by all processes of an installation and gone after two hours (RULES 22).
 */
export type KeyedHash = {
  /** 22 characters; equal only for the same parts in the same order. */
  hash(...parts: readonly string[]): string
  /** `hash`, and after it the hash under every other key that another process of the installation may use now. */
  hashes(...parts: readonly string[]): readonly string[]
  /** Whether the hash, under any of the keys, belongs to these parts, in constant time. */
  matches(hash: string, ...parts: readonly string[]): boolean
  /** Six digits that no one can tell without the key; the same ones for the same parts. */
  digits(...parts: readonly string[]): string
}

/** Gives 22 characters. */
const hashBytes = 16

/** The key to use first, then those that another process may use now. */
export type HashKeys = () => readonly KeyObject[]

/**
 * `key`: 32 bytes; what a later process must recognise needs one derived from the master, and what another process must
 * recognise needs keys that they share. Default: a random one.
 */
export function createKeyedHash(key: Uint8Array | HashKeys = randomBytes(32)): KeyedHash {
  const keys = key instanceof Uint8Array ? always(key) : key

  function digestOf(secretKey: KeyObject, parts: readonly string[]): Buffer {
    const hmac = createHmac('sha256', secretKey)
    // In one piece: each one handed to OpenSSL costs as much as hashing it.
    hmac.update(parts.map((part) => `${part.length}:${part}`).join(''))
    return hmac.digest()
  }

  function hashWith(secretKey: KeyObject, parts: readonly string[]): string {
    // Cut as bytes: a cut string keeps the whole one.
    return digestOf(secretKey, parts).subarray(0, hashBytes).toString('base64url')
  }

  function current(): KeyObject {
    const [first] = keys()
    if (first === undefined) throw new RangeError('a hash needs a key')
    return first
  }

  const hashes = (...parts: readonly string[]) => keys().map((each) => hashWith(each, parts))

  return {
    hash: (...parts) => hashWith(current(), parts),
    hashes,
    matches: (known, ...parts) =>
      hashes(...parts).some((hash) => constantTimeEqual(Buffer.from(known), Buffer.from(hash))),
    // 48 bits: that some codes are likelier than others by one in 10^8 helps no one.
    digits: (...parts) =>
      String(digestOf(current(), parts).readUIntBE(0, 6) % 1_000_000).padStart(6, '0'),
  }
}

function always(key: Uint8Array): HashKeys {
  // Bytes in its place cost six times as much a hash.
  const keys = [createSecretKey(key)]
  return () => keys
}
