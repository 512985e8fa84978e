import { Client } from 'ldapts'
import type { User } from '../../src/accounts/index.ts'
import type { LdapDirectory, LdapOptions } from '../../src/directory/index.ts'
import type { LdapDeps } from '../../src/directory/ldap/ldap-directory.ts'
import { createLdapDirectory } from '../../src/directory/ldap/ldap-directory.ts'
import { Secret, systemClock } from '../../src/support/index.ts'
import { ldapDefaults } from '../directory/ldap/ldap-defaults.ts'

/** What Samba and OpenLDAP of the lab have in common. */
export type LdapLab = {
  readonly ldapUrl: string
  readonly ldapsUrl: string
  /** PEM text. */
  readonly ca: string
  readonly baseDn: string
  readonly bindDn: string
  /** May change everything; same password. */
  readonly adminDn: string
  readonly password: string
}

/** On a busy machine a directory of the lab may take long for what is asked of it; nothing but these limits would end that. */
export const labDefaults = {
  ...ldapDefaults,
  limits: { ...ldapDefaults.limits, connectMs: 60_000, bindMs: 60_000, searchMs: 60_000 },
}

const opened: LdapDirectory[] = []

/**
 * Opens the directory corp without a service, with the account that may only read: Active Directory over
 * LDAPS, without groups and phones, unless `change` says otherwise. `closeDirectories` closes it.
 */
export function openDirectory(
  lab: LdapLab,
  change: Partial<LdapOptions> = {},
  deps: Partial<LdapDeps> = {},
): LdapDirectory {
  const directory = createLdapDirectory(
    {
      ...labDefaults,
      name: 'corp',
      kind: 'ad',
      servers: [{ url: lab.ldapsUrl }],
      ca: lab.ca,
      bindDn: lab.bindDn,
      bindPassword: new Secret(lab.password),
      baseDn: lab.baseDn,
      nestedGroups: 'none',
      phoneAttributes: [],
      defaultRegion: 'NL',
      ...change,
    },
    { clock: systemClock, ...deps },
  )
  opened.push(directory)
  return directory
}

/** Closes all that `openDirectory` has opened since the last time. */
export async function closeDirectories(): Promise<void> {
  for (const directory of opened.splice(0)) await directory.close()
}

/** The person with this name. Throws where there is none, or more than one. */
export async function findUser(directory: LdapDirectory, name: string): Promise<User> {
  const resolved = await directory.resolve(name, new AbortController().signal)
  if (resolved.kind !== 'user') throw new Error(`${name}: ${JSON.stringify(resolved)}`)
  return resolved.user
}

/** Runs `work` on a connection of its own that is bound as the administrator, past Holdfast. */
export async function asAdmin<T>(lab: LdapLab, work: (admin: Client) => Promise<T>): Promise<T> {
  const admin = new Client({ url: lab.ldapsUrl, tlsOptions: { ca: [lab.ca] } })
  try {
    await admin.bind(lab.adminDn, lab.password)
    return await work(admin)
  } finally {
    await admin.unbind()
  }
}
