// What administrators do: operations on people, authenticators, the audit and the store. The running
// service offers them on its socket, the command line runs them on the store when nothing runs.
// May import `accounts/`, `methods/`, `patience/`, `support/`, and the types of `signin/` and `store/`.

export {
  compareLogged,
  type LoggedComparison,
  type LoggedHead,
  mostLoggedHeads,
} from './audit/logged-heads.ts'
export { readRecentSignIns } from './audit/recent-sign-ins.ts'
export { createSavedHead, type HeadEvent, type SavedHead } from './audit/saved-head.ts'
export { enrolDemo } from './authenticators/enrol-demo.ts'
export { defaultIssuer, type Enrolment, type EnrolmentArgs } from './authenticators/operations.ts'
export type { StepReset } from './authenticators/reset-last-step.ts'
export type { AuthenticatorView } from './authenticators/view.ts'
export { type BatchEvent, mostCodesAtOnce, type NoCode } from './campaigns/batch-codes.ts'
export type { CampaignView, EnrolmentList } from './campaigns/operations.ts'
export { type ReminderParts, startReminders } from './campaigns/reminders.ts'
export type { EnrolmentRow } from './campaigns/rows.ts'
export { type AccountingStatus, checkAccounting } from './checks/accounting.ts'
export { checkAuthenticators } from './checks/authenticators.ts'
export {
  type CheckPart,
  type CheckRow,
  collectRows,
  failureOf,
  notExamined,
} from './checks/check-row.ts'
export {
  type CertificateFiles,
  checkCertificates,
  checkDirectories,
  checkGateways,
  checkInstallation,
  checkStore,
} from './checks/checks.ts'
export { checkClock } from './checks/clock.ts'
export { checkNotifications } from './checks/delivery/notifications.ts'
export { checkProviders, type ProviderEndpoint } from './checks/delivery/providers.ts'
export { checkDenials, type Denial } from './checks/denials.ts'
export { checkGarbledPasswords } from './checks/garbled-passwords.ts'
export { checkHabits } from './checks/gateway-habits.ts'
export { checkHelpdesk } from './checks/helpdesk.ts'
export { checkRotation, checkSealingKey, type StoreKeys } from './checks/keys.ts'
export { checkMissingAddresses, type NetworkDenial } from './checks/missing-addresses.ts'
export { checkPeople, type NamedPerson } from './checks/people.ts'
export { checkSharedDevices } from './checks/shared-devices.ts'
export { checkDatabase } from './checks/store/database.ts'
export { checkNodes } from './checks/store/nodes.ts'
export {
  checkUnknownSenders,
  isOfUnknownSender,
  type UnknownSenderPacket,
} from './checks/unknown-senders.ts'
export { type DenialWarnings, warnOfDeadDenials } from './checks/warn-of-denials.ts'
export { endSessionsOf, type SessionsEnd } from './end-sessions.ts'
export type { CodePage } from './enrolment/codes/code-page.ts'
export type { MadeCode } from './enrolment/codes/make-code.ts'
export {
  createFirstProofChecks,
  type DirectoryProof,
  type FirstProof,
  type FirstProofChecks,
} from './enrolment/first-proof.ts'
export type { OwnPage, OwnStep } from './enrolment/own-operations.ts'
export type { CampaignSettings, EnrolmentParts } from './enrolment/parts.ts'
export { checkPasskeyHost, checkPasskeys } from './enrolment/passkey-host.ts'
export { type PendingSetup, pendingSetup } from './enrolment/pending.ts'
export { EnrolmentRefused } from './enrolment/refusal.ts'
export { AdminError, type AdminErrorCode } from './errors.ts'
export type { ExplainedReply, Explanation, Sight, UsableMethod } from './gateways/explain.ts'
export type { GatewayView } from './gateways/operations.ts'
export {
  createSavedSigning,
  followLearnt,
  loadLearnt,
  loadSigningCounts,
  rememberLearnt,
  type SavedSigning,
} from './gateways/saved-signing.ts'
export {
  judgeSigning,
  type SigningCounts,
  type SigningStatus,
} from './gateways/signing.ts'
export { startSigningWarnings } from './gateways/signing-warnings.ts'
export {
  type ConfiguredGateway,
  gatewayStatuses,
  loadGatewayStatuses,
} from './gateways/statuses.ts'
export { createHelpdeskOperations, type HelpdeskOperations } from './helpdesk.ts'
export { checkNotices } from './notices/check.ts'
export type { Operation, OperationCall } from './operation.ts'
export {
  type AdminOperations,
  createAdminOperations,
  type OperationArgs,
  type OperationName,
  type OperationResult,
} from './operations.ts'
export type { PasswordResult } from './own/password.ts'
export { askAgainByPhone, loadPauses, type OwnPause } from './own/pauses.ts'
export {
  type ChangeReportParts,
  isReportable,
  type ReportedChange,
  reportChange,
} from './own/report-change.ts'
export type { OwnSignIn, OwnSignIns } from './own/sign-ins.ts'
export { auditRowsPerPage, maximumSeedsPerCall, usersPerPage } from './page-sizes.ts'
export type {
  AdminParts,
  DryRunQuery,
  DryRunReport,
  GatewayStatus,
  NamedAttribute,
  OwnParts,
  ServiceStatus,
} from './parts.ts'
export { createPersonLookup, type FindPerson, type Person } from './people.ts'
export type { SelfOperation } from './permissions.ts'
export { createDemoPairing, demoPhoneOwner } from './phones/demo-phone.ts'
export { createPairingMemory } from './phones/pairing-memory.ts'
export { type ClaimingPhone, createPairings, type Pairings } from './phones/pairings.ts'
export type { SeedImport } from './seed-import/operations.ts'
export type { SeedRow } from './seed-import/plan.ts'
export type { SpareTokenView } from './seed-import/spare-operations.ts'
export { createSelfOperations, type SelfOperations } from './self.ts'
export type { BackupReady } from './service/backup.ts'
export type { DeviceParts } from './service/simulated-devices.ts'
export { createSupportBundle, type SupportBundle, type SupportFacts } from './support/bundle.ts'
export { checkSessions } from './users/check-sessions.ts'
export { createDirectoryStatusLookup, type DirectoryStatus } from './users/directory-status.ts'
export { collectExport, type ExportPage, type PersonExport } from './users/export.ts'
export type { UserDetails } from './users/operations.ts'
export { sealLocalPassword } from './users/seal-password.ts'
export { type SessionView, sessionId } from './users/sessions.ts'
