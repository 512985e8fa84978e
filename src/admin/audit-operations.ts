import * as z from 'zod'
import { AdminError } from './errors.ts'
import { operation } from './operation.ts'
import type { AdminParts, AuditEntry } from './ports.ts'

const text = z.string().min(1).max(256)
const filters = z.strictObject({
  userName: text.optional(),
  gateway: text.optional(),
  outcome: text.optional(),
  reason: text.optional(),
  fromMs: z.int().optional(),
  toMs: z.int().optional(),
})

/** Operations on the audit: search, one sign-in, and what happens from now on. */
export function createAuditOperations(parts: AdminParts) {
  return {
    /** Newest last. */
    'audit.search': operation(
      filters.extend({ limit: z.int().min(1).max(10_000) }),
      async (query) => await parts.searchAudit(dropAbsent(query)),
    ),

    /** Every row of one sign-in, oldest first: a challenge makes several. */
    'audit.show': operation(
      z.strictObject({ id: text }),
      async ({ id }): Promise<readonly AuditEntry[]> => {
        const rows = await parts.searchAudit({ signInId: id, limit: 100 })
        if (rows.length > 0) return rows
        throw new AdminError(
          'sign-in-unknown',
          `No sign-in is called "${id}". holdfast audit search shows them with their names.`,
        )
      },
    ),

    /** Emits each new row until the caller goes. */
    'audit.follow': operation(filters, async (query, { emit, signal }) => {
      for await (const entry of parts.followAudit(signal)) {
        if (fits(entry, query)) emit(entry)
      }
    }),
  }
}

function fits(entry: AuditEntry, query: z.output<typeof filters>): boolean {
  const equal = (wanted: string | undefined, have: string | undefined) =>
    wanted === undefined || wanted.toLowerCase() === have?.toLowerCase()
  return (
    equal(query.userName, entry.userName) &&
    equal(query.gateway, entry.gateway) &&
    equal(query.outcome, entry.outcome) &&
    equal(query.reason, entry.reason)
  )
}

type Present<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> }

/** zod gives absent fields as `undefined`; ours are absent. */
function dropAbsent<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<Fields>
}
