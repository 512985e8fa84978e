import { createHmac } from 'node:crypto'
import type { EnrolmentCode } from '../../accounts/index.ts'
import { createWrittenCode, parseWrittenCode } from '../../methods/index.ts'
import { dayMs } from '../../support/index.ts'

/** Twelve characters of base32, so 60 bits beside a name and a password (PEOPLE R4). */
const groups = 3
const codeLastsMs = dayMs
const tries = 10

/** A new code for one person, and what is stored of it. */
export function createHelpdeskCode(
  given: Pick<EnrolmentCode, 'userKey' | 'madeBy' | 'passwordStamp'>,
  nowMs: number,
  hashKey: Uint8Array,
): { readonly code: string; readonly row: EnrolmentCode } {
  const code = createWrittenCode(groups)
  const row = {
    ...given,
    codeHash: hashHelpdeskCode(code, given.userKey, hashKey) ?? new Uint8Array(32),
    createdAtMs: nowMs,
    untilMs: nowMs + codeLastsMs,
    triesLeft: tries,
  }
  return { code, row }
}

/**
 * What is stored of a code, and looked for: HMAC-SHA-256, 32 bytes. The person is part of it, so that it opens nothing for
 * anyone else. Undefined for text that has not the form of one.
 */
export function hashHelpdeskCode(
  typed: string,
  userKey: string,
  hashKey: Uint8Array,
): Uint8Array | undefined {
  const code = parseWrittenCode(typed, groups)
  if (code === undefined) return undefined
  return createHmac('sha256', hashKey).update(`enrolment code\0${userKey}\0${code}`).digest()
}
