import type { Entry } from 'ldapts'
import type { Manager } from '../../../signin/index.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { textValue } from '../entries/entry.ts'
import { has } from '../entries/filters.ts'
import { readLanguage } from './person.ts'

/**
 * The manager of the person with this DN, whom the attribute names by a DN; undefined where there is none, or no mail address of
 * theirs. @throws {DirectoryError}
 */
export async function readManager(
  connection: LdapConnection,
  attribute: string,
  dn: string,
): Promise<Manager | undefined> {
  const person = await readEntry(connection, dn, [attribute])
  const managerDn = person && textValue(person, attribute)
  if (managerDn === undefined) return undefined
  const manager = await readEntry(connection, managerDn, ['mail', 'preferredLanguage'])
  const email = manager && textValue(manager, 'mail')
  if (manager === undefined || email === undefined) return undefined
  const language = readLanguage(textValue(manager, 'preferredLanguage'))
  return { email, ...(language === undefined ? {} : { language }) }
}

async function readEntry(
  connection: LdapConnection,
  base: string,
  attributes: readonly string[],
): Promise<Entry | undefined> {
  const query = { base, scope: 'base', filter: has('objectClass'), attributes, limit: 1 } as const
  return (await connection.search(query))[0]
}
