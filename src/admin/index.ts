// What administrators do: operations on people, authenticators, the audit and the store. The running
// service offers them on its socket, the command line runs them on the store when nothing runs.
// May import `accounts/`, `methods/`, `patience/`, `support/`, and the types of `signin/` and `store/`.
export { defaultIssuer, type Enrolment, type EnrolmentArgs } from './authenticator-operations.ts'
export type { AuthenticatorView } from './authenticator-view.ts'
export type { BackupReady } from './backup-operations.ts'
export { type AccountingStanding, checkAccounting } from './check-accounting.ts'
export { checkAuthenticators } from './check-authenticators.ts'
export { checkClock } from './check-clock.ts'
export { checkDenials, type Denial } from './check-denials.ts'
export { checkGarbled } from './check-garbled.ts'
export { checkRotation, checkSealingKey, type StoreKeys } from './check-keys.ts'
export { checkPeople, type NamedPerson } from './check-people.ts'
export {
  type CheckPart,
  type CheckRow,
  collectRows,
  failureOf,
  notExamined,
} from './check-row.ts'
export { checkSharedDevices } from './check-shared-devices.ts'
export { checkStrangers, isOfStranger, type StrangePacket } from './check-strangers.ts'
export { checkToldAddresses, type NetworkDenial } from './check-told-addresses.ts'
export {
  type CertificateFiles,
  checkCertificates,
  checkDirectories,
  checkGateways,
  checkInstallation,
  checkStore,
} from './checks.ts'
export { AdminError, type AdminErrorCode } from './errors.ts'
export type { ExplainedReply, Explanation, Sight, UsableMethod } from './explain-operation.ts'
export { checkHabits } from './gateway-habits.ts'
export type { GatewayView } from './gateway-operations.ts'
export { createHelpdeskOperations, type HelpdeskOperations } from './helpdesk.ts'
export {
  compareLogged,
  type LoggedComparison,
  type LoggedHead,
  mostLoggedHeads,
} from './logged-heads.ts'
export type { Operation, OperationCall } from './operation.ts'
export {
  type AdminOperations,
  createAdminOperations,
  type OperationArgs,
  type OperationName,
  type OperationResult,
} from './operations.ts'
export { auditRowsPerPage, maximumSeedsPerCall, usersPerPage } from './page-sizes.ts'
export type {
  AdminParts,
  GatewayStanding,
  NamedAttribute,
  Rehearsed,
  RehearseRequest,
  ServiceStatus,
} from './parts.ts'
export { createPersonLookup, type FindPerson, type Person } from './people.ts'
export { createStandingLookup, type PersonStanding } from './person-standing.ts'
export type { PutBack } from './put-back.ts'
export { checkReachable, type Reachable } from './reach.ts'
export { readRecentSignIns } from './recent-sign-ins.ts'
export type { SeedImport, SeedRow } from './seed-import/operations.ts'
export {
  daysLeft,
  isRequired,
  judgeSigning,
  type SigningCounts,
  type SigningStanding,
} from './signing.ts'
export type { UserDetails } from './user-operations.ts'
