import { createHmac, randomBytes } from 'node:crypto'
import type { RecoveryAuthenticator } from '../accounts/index.ts'
import { constantTimeEqual } from '../support/index.ts'

/** Crockford's alphabet: nothing that a handwritten note makes ambiguous. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const groupLength = 4
const codeLength = 3 * groupLength

/** New codes such as `7KQ2-M0XT-9FZB`, 60 random bits each. Show them once; keep only their hashes. */
export function createRecoveryCodes(count: number): string[] {
  return Array.from({ length: count }, createRecoveryCode)
}

function createRecoveryCode(): string {
  const characters = Array.from(randomBytes(codeLength), (byte) => alphabet.charAt(byte & 31))
  return characters.join('').replace(/.{4}(?=.)/g, '$&-')
}

/** Forgives case, spaces, dashes and the letters people read for digits. Undefined: not of this form. */
export function parseRecoveryCode(text: string): string | undefined {
  const code = text.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')
  return code.length === codeLength && [...code].every((character) => alphabet.includes(character))
    ? code
    : undefined
}

/** Whether it is written as recovery codes are shown: three groups of four, with dashes between. */
export function hasRecoveryDashes(text: string): boolean {
  return /^[^-]{4}-[^-]{4}-[^-]{4}$/.test(text) && parseRecoveryCode(text) !== undefined
}

/**
 * What is stored of a recovery code: HMAC-SHA-256, 32 bytes. The user is part of it, so that a row
 * copied to somebody else is worthless (RULES 21).
 */
export function hashRecoveryCode(code: string, userKey: string, hashKey: Uint8Array): Uint8Array {
  const parsed = parseRecoveryCode(code) ?? code
  return createHmac('sha256', hashKey).update(`recovery\0${userKey}\0${parsed}`).digest()
}

export type RecoveryMatch = {
  readonly codeHash: Uint8Array
  /** Whether it was used before, perhaps by the very same packet (RULES 10). */
  readonly reused: boolean
}

/** The stored hash this code belongs to, used or not. */
export function matchRecovery(
  { codeHashes, usedHashes, userKey }: RecoveryAuthenticator,
  code: string,
  hashKey: Uint8Array,
): RecoveryMatch | undefined {
  const hash = hashRecoveryCode(code, userKey, hashKey)
  const isIts = (stored: Uint8Array) => constantTimeEqual(stored, hash)
  const fresh = codeHashes.find(isIts)
  if (fresh !== undefined) return { codeHash: fresh, reused: false }
  const used = usedHashes.find(isIts)
  return used && { codeHash: used, reused: true }
}
