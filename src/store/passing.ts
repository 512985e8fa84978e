import type { CompiledQuery } from 'kysely'
import type { Queries } from './queries.ts'

/** What a person or an administrator may have ended or used since a backup. */
export const passingTables = [
  'remembered',
  'web_session',
  'web_step',
  'web_wait',
  'enrolment_code',
  'pairing',
] as const

/** No one knows any more which of these were ended, used or blocked since: people sign in once more. */
export function forgetPassing(
  queries: Queries,
  tables: readonly (typeof passingTables)[number][] = passingTables,
): readonly CompiledQuery[] {
  return tables.map((table) => queries.deleteFrom(table).compile())
}
