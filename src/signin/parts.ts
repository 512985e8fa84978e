import type {
  AccountStore,
  AuthenticatorStore,
  LimitStore,
  LockoutLimits,
  Method,
  PauseStore,
  PersonStore,
  PromptStore,
  PromptsPaused,
  PushAuthenticator,
  RememberedStore,
  SpentStore,
  StoreReach,
  StrangerReport,
  TakeOvers,
  ToldPerson,
} from '../accounts/index.ts'
import type { Clock, Timer } from '../support/index.ts'
import type { Campaign, SecondFactorHistory } from './campaigns/campaign.ts'
import type { ContinuationSealer } from './continued/continuation-sealer.ts'
import type { FraudStop } from './fraud/stop-stranger.ts'
import type { KeyedHash } from './passwords/keyed-hash.ts'
import type {
  ApprovalMethod,
  AuditSink,
  CodeChecker,
  Directory,
  NoticeMethod,
  SentCodeMethod,
  SignInRecord,
  Texts,
} from './ports/index.ts'
import type { ReplyRule } from './rules/reply-rules.ts'
import type { MacRule, OutageRule, PolicyRule } from './rules/rules.ts'
import type { OpenCount } from './sharing/open-count.ts'
import type { SignInRegistry } from './sharing/registry.ts'
import type { StateSealer } from './state/state.ts'

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
  /** How often a code is sent in one sign-in, the first time included. */
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
  /** What a report of fraud stops; absent: what the person has decides. */
  readonly onFraud?: FraudStop
  /** Whether texts of refusals carry the reference that `holdfast why` finds. */
  readonly references: boolean
  /** Address of the portal, for those who have nothing set up; absent where there is none. */
  readonly portal?: string
  /** Address at which people approve on a page, as they type it: `mfa.example.com/approve`. Absent where there is no portal. */
  readonly promptPage?: string
  /** Whether people are told of an earlier sign-in of theirs from the same place. */
  readonly tellsEarlier: boolean
  /** Length of the number that is typed on a phone. */
  readonly numberDigits: number
}

/** Everything a sign-in works with. Built by `compose`, again at each reload; the registry stays. */
export type SignInParts = {
  readonly directories: ReadonlyMap<string, Directory>
  readonly authenticators: AuthenticatorStore
  readonly accounts: AccountStore
  readonly personRecords: Pick<PersonStore, 'load' | 'markIdle'>
  /** When the password alone is enough for people who have nothing yet. */
  readonly campaigns: readonly Campaign[]
  readonly history: SecondFactorHistory
  readonly limits: LimitStore
  readonly pauses: PauseStore
  readonly prompts: PromptStore
  readonly spent: SpentStore
  /** What was perhaps used before the database changed servers. */
  readonly takeOvers: TakeOvers
  readonly store: StoreReach
  readonly remembered: RememberedStore
  readonly audit: AuditSink
  readonly codes: CodeChecker
  /** Ways to say yes, each by its method. */
  readonly approvals: ReadonlyMap<Method, ApprovalMethod>
  readonly sent: ReadonlyMap<Method, SentCodeMethod>
  /** How people are told what they need not answer. */
  readonly noticeMethods: ReadonlyMap<Method, NoticeMethod>
  /** Who may sign in how. The first rule that matches decides, before the settings of gateways. */
  readonly rules: readonly PolicyRule[]
  /** Groups that rules name and the people of this directory no longer have, in lower case (RULES 15). */
  readonly missingGroups: (directory: string) => ReadonlySet<string>
  /** What may stand in for a second factor while no prompt gets through, the first that matches. */
  readonly outageRules: readonly OutageRule[]
  /** Devices that get in by their MAC address, without a person. */
  readonly macRules: readonly MacRule[]
  /** What an Accept carries besides the static attributes of its gateway. */
  readonly replyRules: readonly ReplyRule[]
  readonly texts: Texts
  readonly registry: SignInRegistry
  readonly states: StateSealer
  /** Recognises passwords, under a key of this process, or of the hour where several share a store. */
  readonly passwordHasher: KeyedHash
  /** Seals what the answer to a challenge needs, under a key of the same kind. */
  readonly continuationSealer: ContinuationSealer
  /** Recognises sent codes, under a key that survives a restart. */
  readonly codeHasher: KeyedHash
  readonly clock: Clock
  readonly wheel: Wheel
  readonly open: OpenCount
  readonly settings: SignInSettings
  readonly log: SignInLog
  /** Tells the person and the administrators of a report. Returns at once and never throws. */
  onReport(person: ToldPerson, report: StrangerReport): void
  /** Tells the person that this phone shows nothing, and is no longer asked first. Returns at once and never throws. */
  onSilentPhone(person: ToldPerson, phone: PushAuthenticator): void
  /** Tells the person that nothing more is asked from one place for now. Returns at once and never throws. */
  onPause(person: ToldPerson, paused: PromptsPaused): void
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
    /** Where an error in our own code came from. */
    stack?: string
    gateway: string
    userName?: string
  }): void
}
