import type { LdapDeps, LdapDirectory } from './ldap-directory.ts'
import type { LdapOptions } from './options.ts'

/** A directory over LDAP. Loads the LDAP library here and not before: local users need none. */
export async function openLdapDirectory(
  options: LdapOptions,
  deps: LdapDeps,
): Promise<LdapDirectory> {
  const { createLdapDirectory } = await import('./ldap-directory.ts')
  return createLdapDirectory(options, deps)
}
