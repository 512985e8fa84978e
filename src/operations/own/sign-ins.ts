import * as z from 'zod'
import type { Reason } from '../../signin/index.ts'
import { confirmName, portalName, rejectReasons } from '../../signin/index.ts'
import type { AuditEntry, EntryPlace } from '../../store/index.ts'
import { operation } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import { subjectOf } from '../subject.ts'
import { wordsFor } from './outcome-words.ts'
import { languageOf, ownParts } from './own-parts.ts'

/** A sign-in as its owner sees it. */
export type OwnSignIn = {
  /** Names the sign-in. */
  readonly id: string
  readonly atMs: number
  readonly gateway: string
  readonly place?: string
  /** `set-up`: the password was right, and there was nothing yet to ask for. */
  readonly outcome: 'accepted' | 'refused' | 'set-up'
  /** What became of it, in the person's language. */
  readonly text: string
  readonly method?: string
  /** The person has said that it was not them. */
  readonly isReported: boolean
}

export type OwnSignIns = { readonly items: readonly OwnSignIn[]; readonly next?: string }

const pageSize = 20
/** Rows of the audit that are looked through for a page: a challenge makes several of one sign-in. */
const rowsRead = 200
/** Someone may still be typing the code. */
const openMs = 180_000
/** What names a place in the audit, in base64url: the name of a node may be long. */
const mostCursor = 512

/** What people see of their own sign-ins: never a row of another person, whatever they are called. */
export function createOwnSignInsOperation(parts: AdminParts) {
  const { audit } = parts.store

  /** A question is what became of a sign-in only where nothing came after it. */
  async function isLast({ node, seq, signInId }: AuditEntry): Promise<boolean> {
    const [newest] = await audit.searchAudit({ id: signInId, kind: 'sign-in', limit: 1 })
    return newest?.seq === seq && newest.node === node
  }

  /** Ids of the sign-ins that the person has reported at the portal. */
  async function reportedOf(userKey: string): Promise<ReadonlySet<unknown>> {
    const reports = await audit.searchAudit({
      ...{ user: userKey, kind: 'alert', reason: 'own-sign-in-reported', limit: rowsRead },
    })
    return new Set(reports.map(({ timeline }) => timeline[0]?.detail?.signIn))
  }

  return {
    /** Newest first, a page at a time. `after` is `next` of the page before. */
    'own.sign-ins': operation(
      z.strictObject({ after: z.string().max(mostCursor).optional() }),
      async ({ after }, call): Promise<OwnSignIns> => {
        const person = await subjectOf(parts, undefined, call)
        const own = ownParts(parts)
        const language = await languageOf(parts, person.key, call.signal)
        const before = after === undefined ? undefined : readCursor(after)
        const rows = await audit.searchAudit({
          ...{ user: person.key, kind: 'sign-in', limit: rowsRead },
          ...(before === undefined ? {} : { before }),
        })
        const reported = await reportedOf(person.key)
        const items: OwnSignIn[] = []
        let seen: AuditEntry | undefined
        for (const row of rows) {
          if (items.length === pageSize) break
          seen = row
          if (row.userKey !== person.key || !isShown(row, parts.clock.nowMs())) continue
          if (row.outcome === 'challenge' && !(await isLast(row))) continue
          const place = own.placeOf(row.device)
          items.push({
            id: row.signInId,
            atMs: row.endedAtMs,
            gateway: own.gatewayLabel(row.gateway, language),
            outcome: outcomeOf(row),
            isReported: reported.has(row.signInId) || row.reason === 'prompt-fraud',
            text: own.text(isSetUp(row) ? 'recent-set-up' : wordsFor(reasonOf(row)), language),
            ...(place === undefined ? {} : { place }),
            ...(row.method === undefined ? {} : { method: row.method }),
          })
        }
        const isMore = rows.length === rowsRead || seen !== rows.at(-1)
        return { items, ...(isMore && seen !== undefined ? { next: writeCursor(seen) } : {}) }
      },
    ),
  }
}

/** A confirmed change has a row of its own, which its owner saw happen; what got no answer is not an outcome. */
function isShown({ outcome, gateway, endedAtMs }: AuditEntry, nowMs: number): boolean {
  if (outcome === 'accept') return gateway !== confirmName
  return outcome === 'reject' || (outcome === 'challenge' && nowMs - endedAtMs >= openMs)
}

function outcomeOf(row: AuditEntry): OwnSignIn['outcome'] {
  if (isSetUp(row)) return 'set-up'
  return row.outcome === 'accept' ? 'accepted' : 'refused'
}

/** A person who has nothing yet is not a stranger for that; but a stranger who has the password looks the same. */
function isSetUp({ gateway, outcome, reason }: AuditEntry): boolean {
  // Before, it was told by the gateway.
  const isOld = reason === 'not-enrolled' && gateway === portalName
  return outcome === 'reject' && (reason === 'set-up-begins' || isOld)
}

function reasonOf({ outcome, reason }: AuditEntry): Reason | 'unanswered' {
  if (outcome === 'accept') return 'accepted'
  if (outcome === 'challenge') return 'unanswered'
  return Object.hasOwn(rejectReasons, reason) ? (reason as Reason) : 'internal-error'
}

function writeCursor({ endedAtMs, seq, node }: EntryPlace): string {
  return Buffer.from(`${endedAtMs} ${seq} ${node}`).toString('base64url')
}

/** Text that is not one of ours means the beginning. */
function readCursor(text: string): EntryPlace | undefined {
  const [ended, row, ...node] = Buffer.from(text, 'base64url').toString().split(' ')
  const [endedAtMs, seq] = [Number(ended), Number(row)]
  const isPlace = Number.isSafeInteger(endedAtMs) && Number.isSafeInteger(seq) && node.length > 0
  return isPlace ? { endedAtMs, seq, node: node.join(' ') } : undefined
}
