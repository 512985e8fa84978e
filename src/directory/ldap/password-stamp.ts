import type { LdapConnection } from './connections/connection.ts'
import { textValue } from './entries/entry.ts'
import { has } from './entries/filters.ts'
import type { LdapSettings } from './options.ts'

/**
 * When the person's password was set, in the directory's own words; undefined where it shows none:
 * without the right to read it, without a password policy in OpenLDAP, or where the password must be
 * changed before anything else (`pwdLastSet` 0). @throws {DirectoryError}
 */
export async function readPasswordStamp(
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
  const stamp = entry === undefined ? undefined : textValue(entry, attribute)
  return stamp === '0' ? undefined : stamp
}
