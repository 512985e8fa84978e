import type { LdapConnection } from './connections/connection.ts'
import { textValue } from './entries/entry.ts'
import { has } from './entries/filters.ts'
import { fileTimeMs, parseGeneralizedTime } from './entries/moments.ts'
import type { LdapSettings } from './options.ts'

/**
 * When the person's password was set, in the directory's own words; undefined where it shows none:
 * without the right to read it, without a password policy in OpenLDAP, or where the password must be
 * changed before anything else (`pwdLastSet` 0). @throws {DirectoryError}
 */
export async function readPasswordStamp(
  connection: LdapConnection,
  settings: LdapSettings,
  dn: string,
): Promise<string | undefined> {
  const stamp = await readSet(connection, settings, dn)
  return stamp === '0' ? undefined : stamp
}

/** The same moment in milliseconds; 0 where the password must be changed first. @throws {DirectoryError} */
export async function readPasswordSetMs(
  connection: LdapConnection,
  settings: LdapSettings,
  dn: string,
): Promise<number | undefined> {
  const set = await readSet(connection, settings, dn)
  return settings.kind === 'ad' ? fileTimeMs(set) : parseGeneralizedTime(set)
}

async function readSet(
  connection: LdapConnection,
  { kind }: LdapSettings,
  dn: string,
): Promise<string | undefined> {
  const attribute = kind === 'ad' ? 'pwdLastSet' : 'pwdChangedTime'
  const [entry] = await connection.search({
    base: dn,
    scope: 'base',
    filter: has('objectClass'),
    attributes: [attribute],
    limit: 1,
  })
  return entry === undefined ? undefined : textValue(entry, attribute)
}
