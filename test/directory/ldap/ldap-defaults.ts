import type { LdapOptions } from '../../../src/directory/ldap/options.ts'

/** What the configuration says of a directory where nothing is written; a test changes what it is about. */
export const ldapDefaults = {
  startTls: false,
  insecurePlaintext: false,
  machines: false,
  upnSuffixes: [],
  replyAttributes: [],
  readGroups: true,
  remembers: false,
  trustsPhones: false,
  passwordChange: true,
  cacheMs: 30_000,
  lockoutShield: 'auto',
  limits: {
    connectMs: 3000,
    bindMs: 5000,
    searchMs: 5000,
    searchConnections: 8,
    bindConnections: 16,
    queue: 500,
  },
} satisfies Partial<LdapOptions>
