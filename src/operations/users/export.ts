import * as z from 'zod'
import type { AuditPlace, ExportedAudit, ExportedUser } from '../../store/index.ts'
import { operation, personName } from '../operation.ts'
import { exportedAuditRows } from '../page-sizes.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { subjectOf } from '../subject.ts'

/** What is stored about a person, or the next part of the audit about them. */
export type ExportPage = {
  readonly person: Pick<Person, 'key' | 'name'>
  /** All tables but the audit; on the first page only. */
  readonly tables?: ExportedUser
  readonly audit: ExportedAudit['rows']
  /** What to ask for next. Absent: that was all. */
  readonly next?: AuditPlace
}

/** One document with everything that is stored about a person, and nothing secret. */
export type PersonExport = {
  readonly person: Pick<Person, 'key' | 'name'>
  /** ISO 8601. */
  readonly exportedAt: string
  /** The audit has older rows than a document holds. */
  readonly auditIsCut: boolean
  /** By the names of the tables; docs/reference/privacy.md says what each is for. */
  readonly tables: ExportedUser & { readonly audit: ExportedAudit['rows'] }
}

/** Rows of the audit that a document holds at most. */
const mostAuditRows = 10_000

const after = z.strictObject({ ended_at_ms: z.number(), node: z.string(), seq: z.number() })

/** The export of what is stored about a person, in parts that a socket carries. */
export function createExportOperation(parts: AdminParts) {
  const { users } = parts.store

  return {
    'person.export': operation(
      z.strictObject({ name: personName.optional(), after: after.optional() }),
      async ({ name, after: place }, call): Promise<ExportPage> => {
        const found = await subjectOf(parts, name, call)
        const person = { key: found.key, name: found.name }
        const { rows: audit, next } = await users.exportAudit(found.key, exportedAuditRows, place)
        const page = { person, audit, ...(next === undefined ? {} : { next }) }
        if (place !== undefined) return page
        // First the trail: an export that no one sees must not be made.
        await recordChange(parts, call.caller, 'admin-person-exported', found, {})
        return { ...page, tables: await users.exportUser(found.key, addressesOf(found)) }
      },
    ),
  }
}

/** Numbers and addresses of the directory, by which messages are counted. */
export function addressesOf({ phones = [], email }: Person): readonly string[] {
  return [...phones, ...(email === undefined ? [] : [email])]
}

/** The whole document, page by page. `ask` is `person.export`, as the caller reaches it. */
export async function collectExport(
  ask: (args: { readonly after?: AuditPlace }) => Promise<ExportPage>,
  nowMs: number,
): Promise<PersonExport> {
  const { person, tables, audit: first, next } = await ask({})
  if (tables === undefined) throw new TypeError('the first page of an export has the tables')
  const audit = [...first]
  let place = next
  while (place !== undefined && audit.length < mostAuditRows) {
    const page = await ask({ after: place })
    audit.push(...page.audit)
    place = page.next
  }
  return {
    person,
    exportedAt: new Date(nowMs).toISOString(),
    auditIsCut: place !== undefined,
    tables: { ...tables, audit },
  }
}
