import { createHmac, hash, type KeyObject, randomBytes } from 'node:crypto'
import type { AuditRow } from '../schema.ts'

// Hashes are hex text: made, compared and handed between threads several times faster than bytes.

/** The hash before the first row. */
export const chainStart = '0'.repeat(64)

/** Where a chain ends: the next row has `seq + 1` and `hash` as its previous hash. */
export type ChainHead = { readonly seq: number; readonly hash: string }

/** What a row says, before it has a place in a chain. */
export type AuditContent = Pick<
  AuditRow,
  | 'kind'
  | 'started_at_ms'
  | 'ended_at_ms'
  | 'sign_in_id'
  | 'attempt_id'
  | 'reference'
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
 * Gives a row its place. The chain goes over everything but the personal part, of which it holds a salted digest: so
 * the personal part can be erased, salt and all, and the chain still holds. The hash is keyed (HMAC-SHA-256), so that
 * an attacker who can write the file cannot make the chain fit again.
 */
export function chainRow(
  content: AuditContent,
  node: string,
  head: ChainHead,
  key: KeyObject,
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
  return { ...unsigned, hash: hashRow(unsigned, key, 'row 2') }
}

/** Checks one row against the one before it; undefined = it fits. */
export function checkRow(row: AuditRow, before: ChainHead, key: KeyObject): ChainFault | undefined {
  if (row.seq !== before.seq + 1 || row.previous_hash !== before.hash) {
    return 'row-missing'
  }
  if (formatOf(row, key) === undefined) return 'row-changed'
  if (isErased(row)) return undefined
  if (row.salt === null) return 'personal-part-changed'
  return row.personal_hash === digestPersonal(row, row.salt) ? undefined : 'personal-part-changed'
}

/** Rows of version 0.1.0 say `row`: from the first of the others on, every erasure names its rows. */
export type RowFormat = 'row' | 'row 2'

/** What a row is hashed as; undefined where its hash does not fit. */
export function formatOf(row: AuditRow, key: KeyObject): RowFormat | undefined {
  if (row.hash === hashRow(row, key, 'row 2')) return 'row 2'
  return row.hash === hashRow(row, key, 'row') ? 'row' : undefined
}

/** Whether the whole personal part is gone. */
export function isErased(row: AuditRow): boolean {
  const { salt, user_key, user_name, source_address, device, timeline } = row
  return [salt, user_key, user_name, source_address, device, timeline].every(
    (part) => part === null,
  )
}

/** Vouches for the row a purged chain goes on from. */
export function signAnchor(node: string, head: ChainHead, key: KeyObject): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['anchor', node, head.seq, head.hash]))
    .digest('hex')
}

function hashRow(row: Omit<AuditRow, 'hash'>, key: KeyObject, format: RowFormat): string {
  const canonical = JSON.stringify([
    format,
    row.node,
    row.seq,
    row.previous_hash,
    row.kind,
    row.started_at_ms,
    row.ended_at_ms,
    row.sign_in_id,
    row.attempt_id,
    row.reference,
    row.gateway,
    row.method,
    row.outcome,
    row.reason,
    row.personal_hash,
  ])
  return createHmac('sha256', key).update(canonical).digest('hex')
}

function digestPersonal(content: AuditContent, salt: string): string {
  const { user_key, user_name, source_address, device, timeline } = content
  const personal = JSON.stringify([user_key, user_name, source_address, device, timeline])
  return hash('sha256', salt + personal, 'hex')
}

// Salts are 16 random bytes, drawn for many rows at a time: one draw costs as much as a row's hash.
const saltDigits = 32
const saltsADraw = 256
let drawn = ''

function freshSalt(): string {
  if (drawn === '') drawn = randomBytes((saltDigits / 2) * saltsADraw).toString('hex')
  const salt = drawn.slice(0, saltDigits)
  drawn = drawn.slice(saltDigits)
  return salt
}
