import { type CheckRow, passed, warned } from '../../check-row.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { allOf, has } from '../entries/filters.ts'
import { peopleFilter } from '../entries/people-filter.ts'
import type { LdapSettings } from '../options.ts'

/** Whether anyone has a manager by the attribute that is named; no row where none is. */
export async function checkManager(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly CheckRow[]> {
  const { baseDn, managerAttribute } = settings
  if (managerAttribute === undefined) return []
  const [someone] = await connection.search({
    base: baseDn,
    scope: 'sub',
    filter: allOf(has(managerAttribute), peopleFilter(settings)),
    attributes: ['1.1'],
    limit: 1,
  })
  if (someone !== undefined) {
    return [passed(what, `${managerAttribute} names who hears of codes of the helpdesk`)]
  }
  const detail = `no user is shown with ${managerAttribute}, so no manager hears of codes of the helpdesk`
  return [
    warned(what, detail, `Correct manager_attribute, or let the account read ${managerAttribute}.`),
  ]
}
