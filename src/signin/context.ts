import type { Authenticator, Method, RememberedSignIn, User } from '../accounts/index.ts'
import type { Secret } from '../support/index.ts'
import { type Attempt, answerByMs, type MsChapSuccess } from './attempt.ts'
import type { Outcome } from './outcome.ts'
import type { SignInParts } from './parts.ts'
import type { TimelineEntry, Upstream } from './ports/index.ts'
import { rejectLeavesAtMs } from './reasons/pace.ts'
import { type RejectReason, rejectReasons } from './reasons/reasons.ts'
import type { TextKey } from './reasons/text-keys.ts'
import type { PolicyRule, Remember } from './rules/rules.ts'
import type { OpenedState } from './state/state-wire.ts'
import { entriesOf, type Timeline } from './timeline.ts'
import type { MethodOrder } from './usable/method-order.ts'
import type { Word } from './usable/words.ts'
import type { LiveRequest } from './waiting/live-request.ts'

/** One sign-in on its way. What can change is filled in as it becomes known, for the record. */
export type Context = {
  readonly parts: SignInParts
  readonly attempt: Attempt
  readonly live: LiveRequest
  readonly resumed: OpenedState | undefined
  readonly signInId: string
  timeline: Timeline
  user: User | undefined
  /** The language of calls and messages. */
  ownLanguage?: string
  method: Method | undefined
  /** What has proven the second factor, where that is known. */
  authenticator?: Authenticator
  /** Id of the authenticator that has signed the answer on the page. */
  signer?: string
  /** At the portal: methods that are allowed, for its question. */
  order?: MethodOrder
  /** At the portal: key of the option whose phone rings. */
  ringing?: string
  /** The rule that has decided. */
  rule: PolicyRule | undefined
  /** Set where others wait for what this request comes to. */
  joinKey: string | undefined
  /** The same under keys that other processes may use now. */
  otherJoinKeys?: readonly string[]
  /** Those of an equal request that came first, where other processes know them too. */
  followedKeys?: readonly string[]
  /** An equal request came before, and was never answered: its process has died, or has lost the database. */
  takenOver?: true
  /** Whether the outcome is another request's, shared. */
  joined: boolean
  /** The earlier sign-in that stands for the second factor of this one. */
  remembered?: RememberedSignIn | undefined
  /** What the right MS-CHAP response of this request earns. */
  msChap?: MsChapSuccess | undefined
  /** Keyed hashes of the password after it, which recognise a second try; a space is between them. */
  passwordDigest?: string
  /** The password was right but has expired: it must be changed before anyone is let in. */
  expired?: ExpiredPassword | undefined
  /** Where the password was cut off, if it seems to have been. */
  cut?: Cut | undefined
  /** The person has reported a stranger: no one rings or texts them. */
  promptsStopped?: true
  /** Too many prompts from here were not approved: nothing is asked until then (PEOPLE R12). Milliseconds since 1970. */
  pausedUntilMs?: number
  /** At the portal: the code was right, and used before. */
  usedCode?: true
  /** What was typed after the password. */
  read?: ReadPassword | undefined
  /** What an upstream server has said about this sign-in. */
  upstream?: Upstream | undefined
  /** The State that this request has used up, for the row of that State. */
  spentState?: string
  /** The database was away, and nothing was tried: there is nothing to record. */
  isAskedAgain?: true
  /** The database stayed away until the answer had to leave: what was begun goes no further. */
  isGivenUp?: true
  /** The State was perhaps answered before the database changed servers: its question is asked again. */
  unsureState?: true
  /** This very packet has answered its State before, and has perhaps lost the reply (RULES 38). */
  answersAgain?: true
  /**
   * The code was spent a moment ago by this very packet: it gets its answer again, and nothing else is spent again
   * (RULES 36).
   */
  repeated?: true
  /** What has failed, through no fault of ours, so that the sign-in goes another way (RULES 23). */
  degraded?: 'directory' | 'provider' | undefined
}

/** The password a directory will not take much longer, and the one the person has typed once to replace it. */
export type ExpiredPassword = {
  /** Empty where the gateway sent only a hash of it. */
  readonly old: Secret
  readonly chosen?: Secret
}

/** A typed password that something follows. */
export type ReadPassword = {
  /** What comes before it; empty where nothing does. */
  readonly password: Secret
  readonly appended: Appended
}

export type Appended =
  /** It has the form of a code of this person, right or wrong. */
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'word'; readonly word: Word }
  /** Digits of the person's own choice, to be typed on the phone again; perhaps one too many or too few. */
  | { readonly kind: 'digits'; readonly digits: string }
  /** Without a delimiter: the last digits could be a code, of one of these lengths, and none fits. */
  | { readonly kind: 'misfit'; readonly passwords: readonly string[] }

/** Where a password was cut off, as far as its length and its end tell. */
export type Cut = {
  /** Bytes that have arrived. */
  readonly at: number
  /** Whether it ends in the middle of a code. */
  readonly inCode: boolean
}

export function note(context: Context, what: string, detail?: TimelineEntry['detail']): void {
  const atMs = context.parts.clock.nowMs()
  const entry = detail === undefined ? { atMs, what } : { atMs, what, detail }
  context.timeline = [...entriesOf(context.timeline), entry]
}

/** Methods allowed for this person here and now: those of the rule, or the gateway's. */
export function allowedMethods({ attempt, rule }: Context): readonly Method[] {
  const methods = rule?.outcome.kind === 'second-factor' ? rule.outcome.methods : undefined
  const { isPortal, methods: ofGateway } = attempt.gateway
  // Someone who tries one authenticator at the portal wants no other one to ring.
  return (isPortal ? methods?.filter((each) => ofGateway.includes(each)) : methods) ?? ofGateway
}

/** Whether the second factor has to prove who holds it, such as by a PIN. */
export function needsUserVerification({ rule }: Pick<Context, 'rule'>): boolean {
  return rule?.outcome.kind === 'second-factor' && rule.outcome.userVerification === true
}

/** Whether the second factor must be one that cannot leave its device. */
export function needsBoundDevice({ rule }: Pick<Context, 'rule'>): boolean {
  return rule?.outcome.kind === 'second-factor' && rule.outcome.deviceBound === true
}

/** Whether an authenticator whose secret an administrator saw does not count (PEOPLE R24). */
export function refusesSeenSecrets({ rule }: Pick<Context, 'rule'>): boolean {
  return rule?.outcome.kind === 'second-factor' && rule.outcome.refuseSeenSecrets === true
}

/**
 * The group of gateways whose approvals are accepted here: the gateway's own, and others where a rule asks for more
 * than a call that anyone could have answered, or that was answered with a PIN an administrator knows.
 */
export function approvalGroup(context: Pick<Context, 'attempt' | 'rule'>): string {
  return [
    context.attempt.gateway.group,
    ...(needsUserVerification(context) ? ['verified'] : []),
    ...(needsBoundDevice(context) ? ['bound'] : []),
    ...(refusesSeenSecrets(context) ? ['unseen'] : []),
  ].join('\n')
}

/** The text with which the person is refused once the password has shown that it is them. */
export function denialOf({ rule }: Context): string | undefined {
  return rule?.outcome.kind === 'deny' ? rule.outcome.text : undefined
}

/** Whether, and for how long, this sign-in may be remembered. */
export function rememberBy({ rule }: Context): Remember | undefined {
  return rule?.outcome.kind === 'second-factor' ? rule.outcome.remember : undefined
}

/** A refusal by policy: in the words of the rule, if it has any. Only after a right password. */
export function deny(context: Context): Outcome & { kind: 'reject' } {
  const denial = denialOf(context)
  const refused = reject(context, 'denied')
  return denial === undefined ? refused : { ...refused, message: denial }
}

/**
 * A refusal with the text and the moment its reason asks for. Delayed ones, and those that may come before the password
 * is proven, speak the configured language, not the person's: otherwise the language would tell that the person exists.
 * A page of the portal says which language it is in.
 */
export function reject(context: Context, refused: RejectReason): Outcome & { kind: 'reject' } {
  const reason = reasonIfCut(context, refused)
  const { delay, says } = rejectReasons[reason]
  const { attempt, user } = context
  const language =
    attempt.language ?? (delay || says === 'unavailable' ? undefined : user?.language)
  const message = textOf(context, says, language)
  const refusal = { kind: 'reject', reason, message } as const
  return delay ? leavingFromNow(context, refusal) : refusal
}

/** A person who has nothing set up reads where to do it, and never a code to do it with (PEOPLE R3). */
function textOf({ parts }: Context, says: TextKey, language: string | undefined): string {
  const { portal } = parts.settings
  const isForSetUp = says === 'not-enrolled' || says === 'secret-seen'
  if (!isForSetUp || portal === undefined) return parts.texts.text(says, language)
  return parts.texts.text(`${says}-portal`, language, { portal })
}

/** A refusal whose moment must tell nothing, as one that is decided now (RULES 9). */
export function leavingFromNow<Refusal extends Outcome & { kind: 'reject' }>(
  { attempt, parts }: Context,
  refusal: Refusal,
): Refusal {
  const { receivedAtMs } = attempt
  const notBeforeMs = rejectLeavesAtMs(receivedAtMs, parts.clock.nowMs(), answerByMs(attempt))
  return { ...refusal, notBeforeMs }
}

/** What a password that was cut off would be refused for. */
const cutReasons: ReadonlySet<RejectReason> = new Set([
  'password-wrong',
  'password-garbled',
  'code-missing',
  'code-wrong',
])

/** A password that has lost its end is not simply wrong: another try would fail as well. */
function reasonIfCut(context: Context, reason: RejectReason): RejectReason {
  const { cut } = context
  if (cut === undefined || !cutReasons.has(reason)) return reason
  note(context, 'password-cut', { bytes: cut.at })
  return 'password-too-long'
}
