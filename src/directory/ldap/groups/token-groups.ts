import { DirectoryError } from '../../errors.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { bytesValues } from '../entries/entry.ts'
import { has } from '../entries/filters.ts'

/**
 * SIDs of all security groups someone is in, nested ones and the primary one included (MS-ADTS
 * 3.1.1.4.5.19). Active Directory works them out only where the search is for the one person.
 * @throws {DirectoryError} `search-refused` where the account may not read them
 */
export async function readTokenGroups(
  connection: LdapConnection,
  dn: string,
): Promise<readonly Buffer[]> {
  const [entry] = await connection.search({
    base: dn,
    scope: 'base',
    filter: has('objectClass'),
    attributes: ['tokenGroups'],
    binary: ['tokenGroups'],
    limit: 1,
  })
  const sids = entry ? bytesValues(entry, 'tokenGroups') : []
  // Everyone has a primary group. A hidden one would look like "in no group that denies".
  if (sids.length === 0)
    throw new DirectoryError('search-refused', `the account may not read tokenGroups of ${dn}`)
  return sids
}
