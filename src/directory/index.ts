// First factors: who a name belongs to, and whether the password is right. Implements the `Directory`
// port of `signin/` for LDAP servers, for other RADIUS servers and for users in the configuration.
// May import `signin/` (types), `accounts/` (types), `mschap/`, `radius/` and `support/`.

export type { CheckRow } from './check-row.ts'
export { DirectoryError, type DirectoryErrorCode } from './errors.ts'
export { FilterError, parseUserFilter } from './filter/index.ts'
export { describeMissingGroup } from './groups/group-texts.ts'
export { createHashGate, type HashGate, type HashGateOptions } from './hash-gate.ts'
export type { LdapDirectory } from './ldap-directory.ts'
export type { LdapLimits, LdapOptions, LdapServerEvent } from './ldap-options.ts'
export {
  createLocalDirectory,
  type LocalDirectoryOptions,
  type LocalDirectoryParts,
  type LocalUser,
  type RenewedHashes,
} from './local-directory.ts'
export { openLdapDirectory } from './open-ldap.ts'
export { hashPassword, verifyPassword } from './password-hash.ts'
export { readPhones } from './phones/read-phones.ts'
export { openPassword, type PasswordOwner, type SealedAs, sealPassword } from './sealed-password.ts'
export { createShieldMemory, type ShieldMemory } from './shield-memory.ts'
export type {
  Probe,
  UpstreamEvent,
  UpstreamOptions,
  UpstreamServerOptions,
} from './upstream/options.ts'
export { createUpstreamDirectory, type UpstreamDirectory } from './upstream/upstream-directory.ts'
