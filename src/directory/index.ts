// First factors: who a name belongs to, and whether the password is right. Implements the `Directory`
// port of `signin/` for LDAP servers, for other RADIUS servers and for users in the configuration.
// `group-watch/` follows the groups that rules name.
// May import `signin/` (types), `accounts/` (types), `mschap/`, `radius/` and `support/`.

export type { CheckRow } from './check-row.ts'
export { DirectoryError, type DirectoryErrorCode } from './errors.ts'
export { createPinStore, loadPins, type PinStore } from './group-watch/pin-store.ts'
export { type GroupWatch, type NamedGroups, watchGroups } from './group-watch/watch-groups.ts'
export { FilterError, parseUserFilter } from './ldap/filter/index.ts'
export type { LdapDirectory } from './ldap/ldap-directory.ts'
export { createSharedShieldMemory } from './ldap/lockout/shared-shield.ts'
export { createShieldMemory, type ShieldMemory } from './ldap/lockout/shield-memory.ts'
export { openLdapDirectory } from './ldap/open-ldap.ts'
export type { LdapLimits, LdapOptions, LdapServerEvent } from './ldap/options.ts'
export { createHashGate, type HashGate, type HashGateOptions } from './local/hash-gate.ts'
export {
  createLocalDirectory,
  type LocalDirectoryOptions,
  type LocalDirectoryParts,
  type RenewedHashes,
} from './local/local-directory.ts'
export type { LocalUser } from './local/local-user.ts'
export { hashPassword, verifyPassword } from './local/password-hash.ts'
export { loadRenewedHashes } from './local/renewed-hashes.ts'
export {
  createPasswordSealer,
  type PasswordOwner,
  type PasswordSealer,
  type SealedAs,
} from './local/sealed-password.ts'
export { readPhones } from './names/read-phones.ts'
export type {
  Probe,
  UpstreamEvent,
  UpstreamOptions,
  UpstreamServerOptions,
} from './upstream/options.ts'
export { passedPaths, passRefusal } from './upstream/passed-attributes.ts'
export { createUpstreamDirectory, type UpstreamDirectory } from './upstream/upstream-directory.ts'
