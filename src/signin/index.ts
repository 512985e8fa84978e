// The sign-in: its steps, policy, joining, State, and the ports it needs. Knows no packets, no sockets.
// May import `accounts/` and `support/`.
export type * from './attempt.ts'
export { directoriesOf } from './attempt.ts'
export type { Campaign, SecondFactorHistory } from './campaigns/campaign.ts'
export { barredBy, campaignAtPortal } from './campaigns/campaigns.ts'
export {
  type ContinuationSealer,
  createContinuationSealer,
  type NumberedKey,
  type SealingKeys,
} from './continued/continuation-sealer.ts'
export {
  type Asks,
  type DryRunDevice,
  type DryRunResult,
  dryRun,
  type Outage,
} from './dry-run/dry-run.ts'
export { withoutQuestions } from './dry-run/without-questions.ts'
export { gatewayAccount } from './fraud/stop-gateway.ts'
export { type FraudStop, stopStranger } from './fraud/stop-stranger.ts'
export { untilDone } from './fraud/until-done.ts'
export { describeAmbiguity, describeProblem, nameForms } from './names/name-texts.ts'
export type * from './outcome.ts'
export {
  type AnsweredOnPage,
  createPagePrompts,
  type PagePrompts,
  type ToSign,
  type VerifyAnswer,
} from './page/prompts.ts'
export type {
  PromptLimits,
  SentCodeSettings,
  SignInLog,
  SignInParts,
  SignInSettings,
  Wheel,
} from './parts.ts'
export { createKeyedHash, type HashKeys, type KeyedHash } from './passwords/keyed-hash.ts'
export { changeOwnPassword, type OwnPasswordChange } from './passwords/own-password.ts'
export { type Abandon, createAbandon } from './portal/abandon.ts'
export { createKeptSecrets, type KeptSecrets } from './portal/kept-secrets.ts'
export { confirmName, portalName } from './portal/names.ts'
export {
  type Contact,
  createReach,
  type Reach,
  type Reached,
  type Rung,
} from './portal/reach.ts'
export { createRecheck, type Recheck, type Rechecked } from './portal/recheck.ts'
export type * from './ports/index.ts'
export { type Adopt, createAdopt } from './prompts/adopt.ts'
export { ownPromptLimits } from './prompts/limits.ts'
export { endOrphanPrompts } from './prompts/orphans.ts'
export type { EnrolmentTextKey } from './reasons/enrolment-text-keys.ts'
export type { PortalTextKey } from './reasons/portal-text-keys.ts'
export { reasonPage, reasonPages } from './reasons/reason-pages.ts'
export {
  type DropReason,
  dropReasons,
  type Hint,
  hints,
  type Reason,
  type RejectReason,
  rejectReasons,
} from './reasons/reasons.ts'
export { parseReference, referenceOf } from './reasons/reference.ts'
export type { TextKey } from './reasons/text-keys.ts'
export { shortenName } from './record.ts'
export type { Conditions } from './rules/conditions.ts'
export { credentialNames } from './rules/credential-name.ts'
export { type EapMethodName, eapMethodNames, eapMethods } from './rules/eap-methods.ts'
export type { BuiltReply, ReplyPart, ReplyRule } from './rules/reply-rules.ts'
export type { MacRule, OutageRule } from './rules/rules.ts'
export {
  attributeText,
  type ComparedAttribute,
  type Decision,
  decide,
  type Facts,
  type PolicyRule,
  type Remember,
  type RuleOutcome,
  type SecondFactor,
} from './rules/rules.ts'
export { knownPlaces, parseTemplate, placesOf, type Template } from './rules/template.ts'
export { createWallClock } from './rules/wall-clock.ts'
export { createOpenCount, type OpenCount } from './sharing/open-count.ts'
export type * from './sharing/registry.ts'
export { createMemoryRegistry } from './sharing/registry-memory.ts'
export { createRefuse, createSignIn, type Refuse, type SignIn } from './sign-in.ts'
export { createStateSealer, type StateSealer } from './state/state.ts'
export { takesOwnDigits } from './usable/own-digits.ts'
export { areSilent } from './usable/silent-phones.ts'
export { type LiveRequest, singleRequest } from './waiting/live-request.ts'
export { Stop, type StopCode } from './waiting/stop.ts'
