// The sign-in: its steps, policy, joining, State, and the ports it needs. Knows no packets, no sockets.
// May import `accounts/` and `support/`.
export type * from './attempt.ts'
export { gatewayAccount } from './call.ts'
export type { Conditions } from './conditions.ts'
export type {
  PromptLimits,
  SentCodeSettings,
  SignInLog,
  SignInParts,
  SignInSettings,
  Wheel,
} from './context.ts'
export { type EapMethodName, eapMethods } from './eap-methods.ts'
export { createKeptSealer, type KeptSealer } from './kept-sealer.ts'
export type { MacRule } from './mac-rules.ts'
export { createMarks, type Marks } from './marks.ts'
export { describeAmbiguity, describeProblem, nameForms } from './name-texts.ts'
export { createOpenCount, type OpenCount } from './open-count.ts'
export type { OutageRule } from './outage-rules.ts'
export type * from './outcome.ts'
export type * from './ports.ts'
export { ownPromptLimits } from './prompt-limits.ts'
export { reasonPage, reasonPages } from './reason-pages.ts'
export {
  type DropReason,
  dropReasons,
  type Hint,
  hints,
  type Reason,
  type RejectReason,
  rejectReasons,
} from './reasons.ts'
export { shortenName } from './record.ts'
export { parseReference, referenceOf } from './reference.ts'
export { createRefuse, type Refuse } from './refuse.ts'
export type * from './registry.ts'
export { createMemoryRegistry } from './registry-memory.ts'
export { type Outage, type Rehearsal, type RehearsedDevice, rehearse } from './rehearse.ts'
export type { BuiltReply, ReplyPart, ReplyRule } from './reply-rules.ts'
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
} from './rules.ts'
export { createSignIn } from './sign-in.ts'
export { createStateSealer, type StateSealer } from './state.ts'
export { Stop, type StopCode, type Stoppable } from './stop.ts'
export { knownPlaces, parseTemplate, placesOf, type Template } from './template.ts'
export type { TextKey } from './text-keys.ts'
export { createWallClock } from './wall-clock.ts'
export { withoutQuestions } from './without-questions.ts'
