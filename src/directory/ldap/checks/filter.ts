import { counted } from '../../../support/index.ts'
import { type CheckRow, failed, passed, warned } from '../../check-row.ts'
import { describeError } from '../../errors.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { peopleFilter } from '../entries/people-filter.ts'
import type { LdapSettings } from '../options.ts'

/** More are not counted: servers give no more at once. */
const mostCounted = 500

/** How many people `user_filter` finds, and out of how many. No row where there is none. */
export async function checkFilter(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly CheckRow[]> {
  const { kind, userFilter } = settings
  if (userFilter === undefined) return []
  const remedy = 'Correct user_filter: ldapsearch takes the same text.'
  try {
    const found = await countPeople(connection, settings, { kind, userFilter })
    const all = await countPeople(connection, settings, { kind, userFilter: undefined })
    if (found === 0) {
      const detail = `finds none of ${people(all)}, so no one can sign in`
      return [warned(what, detail, remedy)]
    }
    const isAll = found === all && all < mostCounted
    return [
      isAll
        ? passed(what, `finds all ${people(all)}, so it excludes no one`)
        : passed(what, `finds ${amount(found)} of ${people(all)}`),
    ]
  } catch (error) {
    return [failed(what, describeError(error), remedy)]
  }
}

async function countPeople(
  connection: LdapConnection,
  { baseDn }: LdapSettings,
  who: Parameters<typeof peopleFilter>[0],
): Promise<number> {
  const entries = await connection.search({
    base: baseDn,
    scope: 'sub',
    filter: peopleFilter(who),
    // No attributes (RFC 4511 4.5.1.8).
    attributes: ['1.1'],
    limit: mostCounted,
  })
  return entries.length
}

function amount(count: number): string {
  return count < mostCounted ? String(count) : `${mostCounted} or more`
}

function people(count: number): string {
  return count < mostCounted ? counted(count, 'person', 'people') : `${mostCounted} people or more`
}
