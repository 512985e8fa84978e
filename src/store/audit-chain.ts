import { createHmac, hash, randomFillSync } from 'node:crypto'
import { constantTimeEqual } from '../support/index.ts'
import type { AuditRow } from './schema.ts'

/** The hash before the first row. */
export const chainStart = new Uint8Array(32)

/** Where a chain ends: the next row has `seq + 1` and `hash` as its previous hash. */
export type ChainHead = { readonly seq: number; readonly hash: Uint8Array }

/** What a row says, before it has a place in a chain. */
export type AuditContent = Pick<
  AuditRow,
  | 'kind'
  | 'started_at_ms'
  | 'ended_at_ms'
  | 'sign_in_id'
  | 'attempt_id'
  | 'gateway'
  | 'method'
  | 'outcome'
  | 'reason'
  | 'user_key'
  | 'user_name'
  | 'source_address'
  | 'device'
  | 'timeline'
>

/** What is wrong with a row, seen from the row before it. */
export type ChainFault = 'row-missing' | 'row-changed' | 'personal-part-changed'

/**
 * Gives a row its place. The chain goes over everything but the personal part, of which it holds a
 * salted digest: so the personal part can be erased, salt and all, and the chain still holds. The
 * hash is keyed (HMAC-SHA-256), so that who can write the file cannot make the chain fit again.
 */
export function chainRow(
  content: AuditContent,
  node: string,
  head: ChainHead,
  key: Uint8Array,
): AuditRow {
  const salt = freshSalt()
  const unsigned = {
    ...content,
    node,
    seq: head.seq + 1,
    previous_hash: head.hash,
    salt,
    personal_hash: digestPersonal(content, salt),
  }
  return { ...unsigned, hash: hashRow(unsigned, key) }
}

/** Checks one row against the one before it; undefined = it fits. */
export function checkRow(
  row: AuditRow,
  before: ChainHead,
  key: Uint8Array,
): ChainFault | undefined {
  if (row.seq !== before.seq + 1 || !constantTimeEqual(row.previous_hash, before.hash)) {
    return 'row-missing'
  }
  if (!constantTimeEqual(row.hash, hashRow(row, key))) return 'row-changed'
  if (isErased(row)) return undefined
  if (row.salt === null) return 'personal-part-changed'
  return constantTimeEqual(row.personal_hash, digestPersonal(row, row.salt))
    ? undefined
    : 'personal-part-changed'
}

/** Whether the whole personal part is gone. */
export function isErased(row: AuditRow): boolean {
  const { salt, user_key, user_name, source_address, device, timeline } = row
  return [salt, user_key, user_name, source_address, device, timeline].every(
    (part) => part === null,
  )
}

/** Vouches for the row a purged chain goes on from. */
export function signAnchor(node: string, head: ChainHead, key: Uint8Array): Uint8Array {
  return createHmac('sha256', key)
    .update(JSON.stringify(['anchor', node, head.seq, hex(head.hash)]))
    .digest()
}

function hashRow(row: Omit<AuditRow, 'hash'>, key: Uint8Array): Uint8Array {
  const canonical = JSON.stringify([
    'row',
    row.node,
    row.seq,
    hex(row.previous_hash),
    row.kind,
    row.started_at_ms,
    row.ended_at_ms,
    row.sign_in_id,
    row.attempt_id,
    row.gateway,
    row.method,
    row.outcome,
    row.reason,
    hex(row.personal_hash),
  ])
  return createHmac('sha256', key).update(canonical).digest()
}

function digestPersonal(content: AuditContent, salt: Uint8Array): Uint8Array {
  const { user_key, user_name, source_address, device, timeline } = content
  const personal = JSON.stringify([user_key, user_name, source_address, device, timeline])
  return hash('sha256', hex(salt) + personal, 'buffer')
}

// Random bytes are drawn for many rows at a time: one draw costs as much as a row's hash.
const saltBytes = 16
const drawn = new Uint8Array(saltBytes * 256)
let used = drawn.length

function freshSalt(): Uint8Array {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += saltBytes
  return drawn.slice(used - saltBytes, used)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
