import { createHmac } from 'node:crypto'
import type { RecoveryAuthenticator } from '../accounts/index.ts'
import { constantTimeEqual } from '../support/index.ts'
import { createWrittenCode, parseWrittenCode } from './written-code.ts'

/** Groups of four characters: 80 random bits (NIST SP 800-63B-4 wants 64 of a code that is kept). */
const groups = 4
/** Codes from before version 0.2 have 60 bits, and go on working. */
const earlierGroups = 3

/** New codes such as `7KQ2-M0XT-9FZB-4D8N`. Show them once; keep only their hashes. */
export function createRecoveryCodes(count: number): string[] {
  return Array.from({ length: count }, () => createWrittenCode(groups))
}

/** Forgives how people write it. Undefined: not of this form. */
export function parseRecoveryCode(text: string): string | undefined {
  return parseWrittenCode(text, groups) ?? parseWrittenCode(text, earlierGroups)
}

/** Whether it is written as recovery codes are shown: groups of four, with dashes between. */
export function hasRecoveryDashes(text: string): boolean {
  return /^[^-]{4}(?:-[^-]{4}){2,3}$/.test(text) && parseRecoveryCode(text) !== undefined
}

/**
 * What is stored of a recovery code: HMAC-SHA-256, 32 bytes. The user is part of it, so that a row
 * copied to someone else is worthless (RULES 21).
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
