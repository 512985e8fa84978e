import type {
  AccountStore,
  AuthenticatorStore,
  LimitStore,
  LockoutLimits,
  Method,
  PromptStore,
  RememberedSignIn,
  RememberedStore,
  SpentStore,
  User,
} from '../accounts/index.ts'
import type { Clock, Timer } from '../support/index.ts'
import { type Attempt, answerByMs, type MsChapSuccess } from './attempt.ts'
import type { ExpiredPassword } from './continued/kept-passwords.ts'
import type { KeptSealer } from './continued/kept-sealer.ts'
import type { StateSealer } from './continued/state.ts'
import type { OpenedState } from './continued/state-wire.ts'
import type { Upstream } from './continued/upstream.ts'
import type { Outcome } from './outcome.ts'
import type { Marks } from './passwords/keyed-hash.ts'
import type {
  ApprovalMethod,
  AuditSink,
  CodeChecker,
  Directory,
  NoticeMethod,
  SentCodeMethod,
  SignInRecord,
  Texts,
  TimelineEntry,
} from './ports.ts'
import type { Call } from './prompts/call.ts'
import { rejectLeavesAtMs } from './reasons/pace.ts'
import { type RejectReason, rejectReasons } from './reasons/reasons.ts'
import type { MacRule } from './rules/mac-rules.ts'
import type { OutageRule } from './rules/outage-rules.ts'
import type { ReplyRule } from './rules/reply-rules.ts'
import type { PolicyRule, Remember } from './rules/rules.ts'
import type { OpenCount } from './sharing/open-count.ts'
import type { SignInRegistry } from './sharing/registry.ts'
import { entriesOf, type Timeline } from './timeline.ts'
import type { Cut } from './typed/cut-password.ts'
import type { ReadPassword } from './typed/read-password.ts'

/** Runs something at a moment; the timer wheel that all holds share. */
export type Wheel = {
  at(deadlineMs: number, run: () => void): Timer
  at<T>(deadlineMs: number, run: (subject: T) => void, subject: T): Timer
}

export type PromptLimits = {
  readonly perUserHour: number
  readonly perNumberHour: number
  /** Numbers that share all but their last four digits, to stop pumping. */
  readonly perPrefixHour: number
  readonly perDay: number
}

export type SentCodeSettings = {
  /** Wrong codes before a sign-in that asks for this one is refused. */
  readonly tries: number
  /** How long a sent code is good. */
  readonly expiryMs: number
  /** Sendings a sign-in, the first included. */
  readonly times: number
  readonly resendAfterMs: number
}

export type SignInSettings = {
  readonly lockout: LockoutLimits
  readonly promptLimits: PromptLimits
  /** Wrong codes in one sign-in before it is refused, where none was sent. */
  readonly codeTries: number
  readonly sentCode: Readonly<Record<SentCodeMethod['method'], SentCodeSettings>>
  /** How long a call may take while a challenge keeps the gateway waiting. */
  readonly promptMs: number
  /** Whether a held request is left unanswered when the service stops, for the gateway to ask its next server. */
  readonly silentStop: boolean
  /** Whether texts of refusals carry the reference that `holdfast why` finds. */
  readonly references: boolean
}

/** Everything a sign-in works with. Built by `compose`, anew at each reload; the registry stays. */
export type SignInParts = {
  readonly directories: ReadonlyMap<string, Directory>
  readonly authenticators: AuthenticatorStore
  readonly accounts: AccountStore
  readonly limits: LimitStore
  readonly prompts: PromptStore
  readonly spent: SpentStore
  readonly remembered: RememberedStore
  readonly audit: AuditSink
  readonly codes: CodeChecker
  readonly approval: ApprovalMethod | undefined
  readonly sent: ReadonlyMap<Method, SentCodeMethod>
  /** How people are told what they need not answer. */
  readonly notices: ReadonlyMap<Method, NoticeMethod>
  /** Who may sign in how, the first that holds; above the settings of gateways. */
  readonly rules: readonly PolicyRule[]
  /** Groups that rules name and the people of this directory have no more, in lower case (RULES 15). */
  readonly missingGroups: (directory: string) => ReadonlySet<string>
  /** What may stand in for a second factor while no prompt gets through, the first that holds. */
  readonly outageRules: readonly OutageRule[]
  /** Devices that get in by their MAC address, without a person. */
  readonly macRules: readonly MacRule[]
  /** What an Accept carries beside the static attributes of its gateway. */
  readonly replyRules: readonly ReplyRule[]
  readonly texts: Texts
  readonly registry: SignInRegistry
  readonly states: StateSealer
  /** Recognises passwords, under a key of this process. */
  readonly passwordMarks: Marks
  /** Seals what the answer to a challenge needs, under a key of this process. */
  readonly keptSealer: KeptSealer
  /** Recognises sent codes, under a key that survives a restart. */
  readonly codeMarks: Marks
  readonly clock: Clock
  readonly wheel: Wheel
  readonly open: OpenCount
  readonly settings: SignInSettings
  readonly log: SignInLog
}

/** What a sign-in tells the operator as it happens. */
export type SignInLog = {
  /** One line a sign-in. */
  signIn(record: SignInRecord): void
  /** A part failed in a way that is not the person's doing. */
  trouble(event: {
    attemptId: string
    what: string
    /** One line. */
    detail: string
    /** Where a mistake of ours came from. */
    stack?: string
    gateway: string
    userName?: string
  }): void
}

/** One sign-in on its way. What can change is filled in as it becomes known, for the record. */
export type Context = {
  readonly parts: SignInParts
  readonly attempt: Attempt
  readonly resumed: OpenedState | undefined
  readonly signInId: string
  timeline: Timeline
  /** The call this request started. */
  call: Call | undefined
  user: User | undefined
  method: Method | undefined
  /** The rule that has decided. */
  rule: PolicyRule | undefined
  /** Set where others wait for what this request comes to. */
  joinKey: string | undefined
  /** Whether the outcome is another request's, shared. */
  joined: boolean
  // What few sign-ins have is not there in the others, which it would cost a word each while they are held (RULES 32).
  /** The earlier sign-in that stands for the second factor of this one. */
  remembered?: RememberedSignIn | undefined
  /** What the right MS-CHAP response of this request earns. */
  msChap?: MsChapSuccess | undefined
  /** A mark of the password behind it, which recognises a second try. */
  passwordMark?: string
  /** The password was right but has expired: it must be changed before anybody is let in. */
  expired?: ExpiredPassword | undefined
  /** Where the password was cut off, if it seems to have been. */
  cut?: Cut | undefined
  /** What was typed behind the password. */
  read?: ReadPassword | undefined
  /** What an upstream server has said about this sign-in. */
  upstream?: Upstream | undefined
  /** The State that this request has used up, for the row of it. */
  spentState?: string
  /** This very packet has answered its State before, and has perhaps lost the reply (RULES 38). */
  answersAgain?: true
  /** The code was spent a moment ago by this very packet: it gets its answer again, and nothing else counts once more (RULES 36). */
  repeated?: true
  /** What has failed, through no fault of ours, so that the sign-in goes another way (RULES 23). */
  degraded?: 'directory' | 'provider' | undefined
}

export function note(context: Context, what: string, detail?: TimelineEntry['detail']): void {
  const atMs = context.parts.clock.nowMs()
  const entry = detail === undefined ? { atMs, what } : { atMs, what, detail }
  const entries = entriesOf(context.timeline)
  entries.push(entry)
  context.timeline = entries
}

/** Methods allowed for this person here and now: those of the rule, or the gateway's. */
export function allowedMethods({ attempt, rule }: Context): readonly Method[] {
  const methods = rule?.outcome.kind === 'second-factor' ? rule.outcome.methods : undefined
  return methods ?? attempt.gateway.methods
}

/** Whether the second factor has to prove who holds it, such as by a PIN. */
export function needsUserVerification({ rule }: Pick<Context, 'rule'>): boolean {
  return rule?.outcome.kind === 'second-factor' && rule.outcome.userVerification === true
}

/**
 * The door whose approvals count here: that of the gateway's group, and another one where a rule asks
 * for more than a call that anybody could have answered.
 */
export function doorGroup(context: Pick<Context, 'attempt' | 'rule'>): string {
  const { group } = context.attempt.gateway
  return needsUserVerification(context) ? `${group}\nverified` : group
}

/** The text with which the person is refused once the password has shown that it is them. */
export function denialOf({ rule }: Context): string | undefined {
  return rule?.outcome.kind === 'deny' ? rule.outcome.text : undefined
}

/** Whether, and for how long, this sign-in may be remembered. */
export function rememberBy({ rule }: Context): Remember | undefined {
  return rule?.outcome.kind === 'second-factor' ? rule.outcome.remember : undefined
}

/** A refusal by policy: in the words of the rule, if it has any. Only behind a right password. */
export function deny(context: Context): Outcome & { kind: 'reject' } {
  const denial = denialOf(context)
  const refused = reject(context, 'denied')
  return denial === undefined ? refused : { ...refused, message: denial }
}

/**
 * A refusal with the text and the moment its reason asks for. Delayed ones, and those that may come
 * before the password is proven, speak the configured language, not the person's: else the language
 * would tell that the person exists.
 */
export function reject(context: Context, refused: RejectReason): Outcome & { kind: 'reject' } {
  const reason = reasonIfCut(context, refused)
  const { delay, says } = rejectReasons[reason]
  const language = delay || says === 'unavailable' ? undefined : context.user?.language
  const message = context.parts.texts.text(says, language)
  const refusal = { kind: 'reject', reason, message } as const
  return delay ? leavingFromNow(context, refusal) : refusal
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

/** A password that has lost its end is not simply wrong: no other try will do. */
function reasonIfCut(context: Context, reason: RejectReason): RejectReason {
  const { cut } = context
  if (cut === undefined || !cutReasons.has(reason)) return reason
  note(context, 'password-cut', { bytes: cut.at })
  return 'password-too-long'
}
