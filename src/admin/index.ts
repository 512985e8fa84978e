// What administrators do: operations on people, authenticators, the audit and the store. The running
// service offers them on its socket, the command line runs them on the store when nothing runs.
// May import `accounts/`, `methods/`, `signin/` (types) and `support/`.
export type { Enrolment, EnrolmentRequest } from './authenticator-operations.ts'
export type { AuthenticatorView } from './authenticator-view.ts'
export { AdminError, type AdminErrorCode } from './errors.ts'
export type { Operation, OperationCall } from './operation.ts'
export {
  type AdminOperations,
  createAdminOperations,
  type OperationArgs,
  type OperationName,
  type OperationResult,
} from './operations.ts'
export {
  createDirectoryLookup,
  createRememberedLookup,
  type FindPerson,
  type Person,
} from './people.ts'
export type {
  AdminParts,
  AuditEntry,
  AuditQuery,
  CheckRow,
  KnownUser,
  ServiceStatus,
} from './ports.ts'
export type { SeedImport, SeedRemark } from './seed-operations.ts'
export type { BackupChunk, BackupSummary } from './service-operations.ts'
export type { UserDetails, UserSummary } from './user-operations.ts'
