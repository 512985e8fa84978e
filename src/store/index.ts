// Tables, migrations and queries (Kysely) behind the ports of accounts/ and signin/: SQLite in a worker thread.
// May import the types of accounts/ and signin/, files/, and support/.
export type { AuditEntry, AuditLog, AuditSearch } from './audit.ts'
export type { AuditUpkeep } from './audit-upkeep.ts'
export type { AuditHead, ChainReport } from './audit-verify.ts'
export { StoreError, type StoreErrorCode, storeErrorCodes } from './errors.ts'
export { createKeyring, deriveKey, type Keyring, masterKeyBytes } from './keyring.ts'
export { openStore, type Store, type StoreOptions } from './open-store.ts'
export type { RenewedHashStore } from './renewed-hashes.ts'
export { type RestoreOptions, restoreStore } from './restore.ts'
export type { RotationResult } from './rotation.ts'
export { createInstallationId } from './secrets.ts'
export type { SettingStore } from './settings.ts'
export type { ListedBypass, ListedUser, UserStore } from './users.ts'
