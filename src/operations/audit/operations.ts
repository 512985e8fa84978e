import * as z from 'zod'
import type { AuditEntry, AuditSearch } from '../../store/index.ts'
import type { Clock } from '../../support/index.ts'
import { AdminError } from '../errors.ts'
import { operation } from '../operation.ts'
import { auditRowsPerPage } from '../page-sizes.ts'
import type { AdminParts } from '../parts.ts'
import { compareLogged, loggedHead, mostLoggedHeads } from './logged-heads.ts'

/** How often `audit.follow` looks for new rows. */
const followEveryMs = 500

const text = z.string().min(1).max(256)
const filters = z.strictObject({
  /** Name in any case, or user key. */
  user: text.optional(),
  gateway: text.optional(),
  outcome: z.enum(['accept', 'reject', 'challenge', 'drop']).optional(),
  reason: text.optional(),
})
type Filters = z.output<typeof filters>

/** Operations on the audit: search, one sign-in, and what happens from now on. */
export function createAuditOperations({ store, clock }: AdminParts) {
  const { audit } = store

  return {
    /** Newest first; `before` goes on after the last entry of an earlier page. */
    'audit.search': operation(
      filters.extend({
        fromMs: z.int().optional(),
        toMs: z.int().optional(),
        before: z.object({ endedAtMs: z.int(), node: text, seq: z.int() }).optional(),
        limit: z.int().min(1).max(auditRowsPerPage),
      }),
      async (search) => await audit.searchAudit(dropAbsent<AuditSearch>(search)),
    ),

    /**
     * Every row of one sign-in, oldest first: a challenge makes several. `id`: of the sign-in or of any of its
     * requests, which may be shortened.
     */
    'audit.show': operation(
      z.strictObject({ id: text }),
      async ({ id }): Promise<readonly AuditEntry[]> => {
        const rows = await audit.searchAudit({ id, limit: auditRowsPerPage })
        if (rows.length > 0) return rows.toReversed()
        const found = await audit.findByRequest(id)
        if (found !== undefined) {
          const whole = await audit.searchAudit({ id: found.signInId, limit: auditRowsPerPage })
          return whole.toReversed()
        }
        throw new AdminError(
          'sign-in-unknown',
          `No sign-in and no request has the id "${id}". holdfast audit search shows the ids of sign-ins.`,
        )
      },
    ),

    /** Whether the audit still has what the log of the service says of its end (RULES 37). */
    'audit.compare': operation(
      z.strictObject({ heads: z.array(loggedHead).max(mostLoggedHeads) }),
      async ({ heads }) => await compareLogged(store, heads),
    ),

    /** Sends each new row until the caller goes. */
    'audit.follow': operation(filters, async (wanted, { send, signal }) => {
      let last: Pick<AuditEntry, 'node' | 'seq'> = await audit.head()
      while (!signal.aborted) {
        const entries = await audit.followAudit(last)
        for (const entry of entries) if (fits(entry, wanted)) send(entry)
        last = entries.at(-1) ?? last
        if (entries.length === 0) await pause(followEveryMs, clock, signal)
      }
      return {}
    }),
  }
}

function fits(entry: AuditEntry, wanted: Filters): boolean {
  const equal = (value: string | undefined, have: string | undefined) =>
    value === undefined || value.toLowerCase() === have?.toLowerCase()
  return (
    (equal(wanted.user, entry.userName) || equal(wanted.user, entry.userKey)) &&
    equal(wanted.gateway, entry.gateway) &&
    equal(wanted.outcome, entry.outcome) &&
    equal(wanted.reason, entry.reason)
  )
}

async function pause(durationMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(durationMs, resolve)
    const stop = () => {
      timer.cancel()
      resolve()
    }
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** zod gives absent fields as `undefined`; in our types they are absent. */
function dropAbsent<Result extends object>(
  fields: {
    readonly [Name in keyof Result]: Result[Name] | undefined
  },
): Result {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as Result
}
