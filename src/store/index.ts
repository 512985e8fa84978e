// Tables, migrations and queries (Kysely) behind the ports of accounts/ and signin/: SQLite in a worker thread.
// May import the types of accounts/ and signin/, files/, and support/.

export type { AuthenticatorCount } from './accounts/authenticator-counts.ts'
export type { AuditPlace, ExportedAudit, ExportedUser } from './accounts/export-user.ts'
export type { RenewedHashStore } from './accounts/renewed-hashes.ts'
export type { Standing } from './accounts/standings.ts'
export type { Token, TokenStore } from './accounts/tokens.ts'
export type { ListedBypass, ListedUser, UserStore } from './accounts/users.ts'
export type { AuditEntry, AuditLog, AuditSearch, EntryPlace } from './audit/audit.ts'
export type { AuditHeads, HeadDifference, KeptHead } from './audit/heads.ts'
export type { AuditUpkeep } from './audit/upkeep.ts'
export type { AuditHead, ChainReport } from './audit/verify.ts'
export { type Copied, copyStore } from './copy/copy-store.ts'
export { StoreError, type StoreErrorCode, storeErrorCodes } from './errors.ts'
export { type ClaimOptions, claimStore, type StoreClaim } from './files/claim.ts'
export { createStore } from './files/create-store.ts'
export {
  type BackupContents,
  type Restored,
  type RestoreOptions,
  restoreStore,
} from './files/restore.ts'
export { type StoreFilesEvent, watchStoreFiles } from './files/watch-files.ts'
export type { HourKeys } from './hour-keys/hour-keys.ts'
export { isAliveProcess } from './nodes/alive.ts'
export type { Death, Node, NodeState, Nodes } from './nodes/nodes.ts'
export {
  type Contracted,
  contractStore,
  type Migrated,
  migrateStore,
} from './nodes/tables.ts'
export {
  isStoreAt,
  openStore,
  type Store,
  type StoreOptions,
  type StorePlace,
  type StoreSettings,
} from './open-store.ts'
export type { DatabaseFacts } from './postgresql/facts.ts'
export { type DatabaseHost, formatPlace, type PostgresqlPlace } from './postgresql/place.ts'
export { type PurgeOptions, purgeHourly } from './purge.ts'
export type { RotationResult } from './rotation.ts'
export {
  createKeyring,
  deriveKey,
  type Keyring,
  keyIdOf,
  masterKeyBytes,
} from './sealing/keyring.ts'
export { createInstallationId } from './sealing/secrets.ts'
export type { SettingStore } from './settings.ts'
export type { SharedRegistry, SharedRegistryOptions } from './shared/registry.ts'
export type { CallTurnStore } from './sign-ins/call-turns.ts'
export { commandCommitTimeoutMs } from './sqlite/connection.ts'
