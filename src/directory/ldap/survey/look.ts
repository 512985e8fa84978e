import type { LdapOptions } from '../options.ts'

/** How a directory is asked once, while there is no configuration that says how. */
export const singleLook = {
  startTls: true,
  insecurePlaintext: false,
  machines: false,
  upnSuffixes: [],
  replyAttributes: [],
  readGroups: true,
  remembers: false,
  trustsPhones: false,
  passwordChange: false,
  cacheMs: 0,
  lockoutShield: 'off',
  limits: {
    connectMs: 3000,
    bindMs: 4000,
    searchMs: 4000,
    searchConnections: 2,
    bindConnections: 1,
    queue: 100,
  },
} satisfies Partial<LdapOptions>
