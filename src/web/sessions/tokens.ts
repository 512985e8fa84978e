import { createHash, randomBytes } from 'node:crypto'

/** 256 bits that only one browser has. */
export type Token = {
  /** For the cookie: 43 characters of base64url. */
  readonly text: string
  /** For the store, where nothing else of it is kept: SHA-256, 32 bytes. */
  readonly hash: Uint8Array
}

export function createToken(): Token {
  const text = randomBytes(32).toString('base64url')
  return { text, hash: hashOf(text) }
}

/** The hash of a token that a browser sends; undefined for text that is not a token. */
export function readToken(text: string | undefined): Uint8Array | undefined {
  return text !== undefined && /^[\w-]{43}$/.test(text) ? hashOf(text) : undefined
}

function hashOf(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest())
}
