import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto'
import type { LocalUser } from '../local/local-directory.ts'
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

/**
 * Stamps of passwords in the configuration: of the forms in which they stand there, hashed or sealed.
 * One that stands in clear is stamped under a key that goes with the process, since nothing of it may
 * be stored (RULES 22).
 */
export function createLocalStamps(): (user: LocalUser) => string | undefined {
  const key = createSecretKey(randomBytes(32))
  return ({ password, passwordHash, sealed = [] }) => {
    const stored = JSON.stringify([passwordHash ?? '', ...sealed])
    if (password !== undefined) {
      return createHmac('sha256', key).update(stored).update(password.reveal()).digest('base64url')
    }
    const hasOne = passwordHash !== undefined || sealed.length > 0
    return hasOne ? createHash('sha256').update(stored).digest('base64url') : undefined
  }
}
