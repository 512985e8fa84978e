// The sign-in: its steps, policy, joining, State, and the ports it needs. Knows no packets, no sockets.
// May import `accounts/` and `support/`.
export type * from './attempt.ts'
export type {
  PromptLimits,
  SentCodeSettings,
  SignInLog,
  SignInParts,
  SignInSettings,
  Wheel,
} from './context.ts'
export { createKeptSealer, type KeptSealer } from './continued/kept-sealer.ts'
export { createStateSealer, type StateSealer } from './continued/state.ts'
export { type Outage, type Rehearsal, type RehearsedDevice, rehearse } from './dry-run/dry-run.ts'
export { withoutQuestions } from './dry-run/without-questions.ts'
export type * from './outcome.ts'
export { createMarks, type Marks } from './passwords/keyed-hash.ts'
export type * from './ports.ts'
export { gatewayAccount } from './prompts/call.ts'
export { ownPromptLimits } from './prompts/limits.ts'
export { Stop, type StopCode, type Stoppable } from './prompts/stop.ts'
export { describeAmbiguity, describeProblem, nameForms } from './reasons/name-texts.ts'
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
export { createRefuse, type Refuse } from './refuse.ts'
export type { Conditions } from './rules/conditions.ts'
export { type EapMethodName, eapMethods } from './rules/eap-methods.ts'
export type { MacRule } from './rules/mac-rules.ts'
export type { OutageRule } from './rules/outage-rules.ts'
export type { BuiltReply, ReplyPart, ReplyRule } from './rules/reply-rules.ts'
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
export { createSignIn } from './sign-in.ts'
