import type {
  Authenticator,
  EmailAuthenticator,
  Method,
  PhoneAuthenticator,
  User,
} from '../accounts/index.ts'
import type { Secret } from '../support/index.ts'
import type {
  Attempt,
  Credential,
  GatewayRules,
  MsChapSuccess,
  ReplyAttribute,
  SessionKeys,
} from './attempt.ts'
import type { Outcome, Reason } from './outcome.ts'
import type { TextKey } from './reasons/text-keys.ts'

/** Outcome of looking a name up; nothing is bound yet. */
export type Resolved =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'unknown'; readonly problem?: NameProblem }
  /** `attribute`: several accounts have the name in it. */
  | { readonly kind: 'ambiguous'; readonly attribute?: string }
  /** No account of any directory has such a name. */
  | { readonly kind: 'invalid'; readonly form: NameForm }
  /** Our own queue is full or the wait too long: never an outage (RULES 23). */
  | { readonly kind: 'busy' }
  | DirectoryDown

/** Why a text is no name. `separators`: more than one `\` or `@`, or nothing on one side of it. */
export type NameForm = 'empty' | 'too-long' | 'control-characters' | 'separators'

/** Why a directory has no account for a name, where there is more to say than that. */
export type NameProblem =
  /** The domain in the name is none of these, in lower case, which are all that the directory has. */
  | { readonly kind: 'domain'; readonly domains: readonly string[] }
  /** It is no address, and the directory compares names with addresses alone. */
  | { readonly kind: 'address' }
  /** It is a computer's, and the directory lets only people in. */
  | { readonly kind: 'machine' }
  /** The account is there, and `user_filter` leaves it out. */
  | { readonly kind: 'left-out' }
  /** The account is there, and its name or its id may not be read. */
  | { readonly kind: 'unreadable' }

/** No server of a directory could be asked. `refused`: one answered, but not to our own account. */
export type DirectoryDown = {
  readonly kind: 'down'
  readonly detail: string
  readonly refused?: boolean
}

/** Outcome of checking a credential. `disabled` and those below it are told only when the password was right. */
export type Verified =
  /**
   * `msChap` is there, and only there, for an MS-CHAP credential. `attributes`: what an upstream
   * server adds to the Accept.
   */
  | {
      readonly kind: 'right'
      readonly msChap?: MsChapSuccess
      /** Of an MS-CHAP credential, where it is known: 16 bytes that are equal for equal passwords. Not to be kept. */
      readonly passwordDigest?: Uint8Array
      readonly attributes?: readonly ReplyAttribute[]
      /** Of a conversation of EAP that the server has carried on. */
      readonly keys?: SessionKeys
    }
  /** `message`: for the person, in the words of an upstream server. */
  | { readonly kind: 'wrong'; readonly detail?: string; readonly message?: string }
  /** An upstream server asks the person something itself. The answer goes back to it, with `relay`. */
  | {
      readonly kind: 'challenge'
      /** At most 253 bytes. */
      readonly message: string
      /** Whether what is typed may be shown. */
      readonly echo: boolean
      readonly timeoutSeconds: number
      readonly relay: Relay
      /** The question is a Request of EAP, for the device and not for the person. */
      readonly eap?: Uint8Array
    }
  | { readonly kind: 'locked' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'restricted' }
  | { readonly kind: 'must-change' }
  /** Not checked: what checks it takes no password of this length. */
  | { readonly kind: 'too-long'; readonly detail: string }
  | { readonly kind: 'not-checkable'; readonly detail: string }
  | Shielded
  | { readonly kind: 'busy' }
  /** More passwords wait for a slow hash than can be computed in time (RULES 39). */
  | { readonly kind: 'overloaded' }
  | DirectoryDown

/**
 * Not checked: a wrong password could be the one that locks the account in the directory (RULES 29).
 * `untilMs`: when the directory forgets the wrong ones, milliseconds since 1970.
 */
export type Shielded = {
  readonly kind: 'shielded'
  readonly wrong: number
  readonly threshold: number
  readonly untilMs: number
}

/** A number of the directory that cannot be called or texted. */
export type UnusablePhone = {
  readonly written: string
  /** Goes on after the number: "has no country code". */
  readonly why: string
}

/** What a directory tells of a person beside `User`, for `user show`. */
export type PersonFacts = {
  readonly kind: 'facts'
  /** Names and DNs of all groups, folded, also where no rule asks for any. */
  readonly groups: readonly string[]
  readonly unusablePhones: readonly UnusablePhone[]
  /** How the account stands; absent where the directory does not say. */
  readonly account?: 'right' | 'locked' | 'disabled' | 'expired'
}

/** A password that has expired, and the one to take its place. */
export type NewPassword = { readonly old: Secret; readonly chosen: Secret }

/** What came of a change of a password. All but the first leave the old one in place, or, once, perhaps not. */
export type PasswordChange =
  | { readonly kind: 'changed' }
  /** `atLeast`: characters. */
  | { readonly kind: 'too-short'; readonly atLeast: number }
  /** Too few kinds of characters, or the person's own name in it. */
  | { readonly kind: 'too-simple' }
  /** Used before, or against a rule that the directory does not tell. */
  | { readonly kind: 'refused' }
  /** The last change is too recent for any other. */
  | { readonly kind: 'too-soon' }
  | { readonly kind: 'old-wrong' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'not-permitted'; readonly detail: string }
  /** It was asked for and no answer came: nobody knows which password is good now. */
  | { readonly kind: 'unclear'; readonly detail: string }
  | { readonly kind: 'busy' }
  | DirectoryDown

/** Where an answer to an upstream server's question has to go, and the State it wants back. */
export type Relay = { readonly server: string; readonly state?: Uint8Array }

/** What an upstream server is told beside the credential. */
export type RequestToVerify = {
  readonly attempt: Pick<Attempt, 'id' | 'userName' | 'attributes'> & {
    readonly gateway: Pick<GatewayRules, 'name'>
  }
  /** Where the credential answers its question. */
  readonly relay?: Relay | undefined
}

/** How a group is looked for: as rules name it, by name or DN, or by what it never loses. */
export type GroupReference = { readonly name: string } | { readonly id: string }

/** What a group of rules is compared with, and which groups have its name elsewhere. */
export type GroupLikeness = {
  /** An attribute, or `DN`. */
  readonly compared: string
  readonly similar: readonly SimilarGroup[]
}

export type SimilarGroup = {
  /** Attributes in which it has the name. */
  readonly as: readonly string[]
  readonly dn: string
  /** By which rules would name it. */
  readonly name: string
  /** Whether it counts for no one, however rules name it. */
  readonly isUnseen: boolean
}

export type GroupEntry = {
  /** UUID that stays when it is renamed or moved; undefined where it is not shown. */
  readonly id: string | undefined
  readonly name: string
  readonly dn: string
}

/**
 * Members of a group of Active Directory that its domain cannot tell of: they belong to other domains. `sid`: of the
 * group itself, which is in the tokens of people of other domains of the forest.
 */
export type Outsiders = {
  readonly sid?: string | undefined
  /** People, groups, and well-known ones such as `S-1-5-11`. */
  readonly sids: readonly string[]
  /** People and groups of the same forest, folded. */
  readonly dns: readonly string[]
}

/** What proves passwords. Implemented by `directory/ldap`, `directory/local`. */
export interface Directory {
  readonly name: string
  /** Whether it answers whatever else is down, since its people stand in the configuration. */
  readonly standsAlone?: true
  /**
   * Finds one person by what they typed: `alice`, `CORP\alice`, `alice@corp.example`. Never binds as them.
   * `isCertified`: a certificate has the name, so an address that only names its owner counts as well.
   */
  resolve(userName: string, signal: AbortSignal, isCertified?: boolean): Promise<Resolved>
  /** Finds a person by `User.key` (an answer to a challenge). */
  resolveKey(userKey: string, signal: AbortSignal): Promise<Resolved>
  /** Whether `verify` also sets a new password that comes by MS-CHAP. */
  readonly changesByMsChap?: boolean
  /** Checks the credential of a resolved user: at most one wrong-password attempt at the directory a call. */
  verify(
    user: User,
    credential: Credential,
    signal: AbortSignal,
    request?: RequestToVerify,
  ): Promise<Verified>
  /**
   * Takes as long as a wrong password, for what is refused before a password is tried (RULES 39).
   * Absent where checking a password computes nothing slow here.
   */
  waitLikePassword?(signal: AbortSignal): Promise<'waited' | 'overloaded'>
  /**
   * The groups that each of these stands for, two at most; undefined when it cannot tell now. Absent
   * where groups are only what people are said to be in.
   */
  findGroups?(
    references: readonly GroupReference[],
    signal: AbortSignal,
  ): Promise<readonly (readonly GroupEntry[])[] | undefined>
  /** Looks for groups that could be meant by a name that no group, or several, have; undefined when it cannot tell now. */
  similarGroups?(name: string, signal: AbortSignal): Promise<GroupLikeness | undefined>
  /** From now on these names, in lower case, mean the groups with these ids, whatever those are called. */
  pinGroups?(names: ReadonlyMap<string, string>): void
  /** Members from other domains of the groups with these ids; undefined when it cannot tell now. */
  findOutsiders?(
    groupIds: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (Outsiders | undefined)[] | undefined>
  /** From now on people who are, or are in, one of these (SID, or folded DN) are in the groups with these folded names. */
  placeOutsiders?(groups: ReadonlyMap<string, readonly string[]>): void
  /**
   * Runs a check of this person's password that another server makes, unless a wrong one could lock
   * them out here (RULES 29). Absent where nobody is locked out.
   */
  shield?(user: User, signal: AbortSignal, check: () => Promise<Verified>): Promise<Verified>
  /**
   * What `verify` would refuse with because of that shield, without asking for any password; undefined
   * where it would ask. Never rejects.
   */
  lookAtShield?(user: User, signal: AbortSignal): Promise<Shielded | undefined>
  /** Asks anew for what `user show` tells; absent where nothing more is known. Never rejects. */
  describe?(
    user: User,
    signal: AbortSignal,
  ): Promise<PersonFacts | { readonly kind: 'busy' } | DirectoryDown>
  /**
   * Changes a password that has expired, with the rights of whoever knows it: at most one change is
   * asked for a call. It cannot be called off. Absent where the directory does not change passwords.
   */
  changePassword?(user: User, passwords: NewPassword): Promise<PasswordChange>
  /**
   * A text that is another one once the person's password has changed, asked for anew; undefined where
   * the directory does not tell, now or ever. Nobody can tell the password by it. Never rejects.
   */
  passwordStamp?(user: User, signal: AbortSignal): Promise<string | undefined>
  close(): Promise<void>
}

/** A code that fits an authenticator but is not spent yet. */
export type CodeMatch = {
  readonly authenticator: Authenticator
  readonly method: 'totp' | 'hotp' | 'recovery'
  /** Spends it, once; `requestAuthenticator` as in SpendEvidence. */
  spend(requestAuthenticator: Uint8Array): Promise<'spent' | 'reused' | 'same-request'>
}

/** What a typed code turned out to be. */
export type CodeCheck =
  | { readonly kind: 'match'; readonly match: CodeMatch }
  /** Fits, but was used before: `match.spend` tells whether by this very packet (RULES 10). */
  | { readonly kind: 'reused'; readonly match: CodeMatch }
  | { readonly kind: 'wrong' }

/** Codes that people read off something they have. Implemented by `methods/`. */
export interface CodeChecker {
  /** Whether the text has the form of a code of one of these authenticators (digits, length). Says nothing about right or wrong. */
  looksLikeCode(text: string, authenticators: readonly Authenticator[]): boolean
  /**
   * Whether what follows a password is read as a code (RULES 35): as many digits as one of these
   * authenticators gives, or one more or fewer, or a recovery code with its dashes. Without dashes a
   * recovery code is one only where it fits. Says nothing else of right or wrong.
   */
  readsAsCode(text: string, authenticators: readonly Authenticator[], nowMs: number): boolean
  /** Looks for the authenticator that gives this code. Spends nothing. */
  check(code: string, authenticators: readonly Authenticator[], nowMs: number): CodeCheck
  /**
   * Every code that would be found now, for where only a hash of what was typed is known. Recovery
   * codes are not among them: of those nothing but hashes is kept.
   */
  codes(authenticators: readonly Authenticator[], nowMs: number): readonly string[]
  /**
   * Of a wrong code: the token that it is right for, and whose codes do not count yet or no longer. For the time line
   * alone.
   */
  notValid(
    code: string,
    authenticators: readonly Authenticator[],
    nowMs: number,
  ): Authenticator | undefined
  /**
   * Of a wrong code: by how many steps a device's clock would have to be off for it to fit, 2 to 10
   * either way. For the time line alone. Takes the same time whether or not there are such.
   */
  clockOff(
    code: string,
    authenticators: readonly Authenticator[],
    nowMs: number,
  ): number | undefined
}

/** What the person is asked, and through what. */
export type PromptRequest = {
  /** Random, 128 bit, 22 characters of base64url. */
  readonly id: string
  readonly user: User
  readonly authenticator: PhoneAuthenticator | EmailAuthenticator
  /** BCP 47 tag. */
  readonly language: string
  /** Label of the gateway, and where the person comes from ('' if unknown), to be shown or spoken. */
  readonly gateway: string
  readonly from: string
  /** When the prompt must be over, milliseconds since 1970. */
  readonly deadlineMs: number
}

/** How a prompt ended. */
export type PromptResult =
  | { readonly kind: 'approved'; readonly byMachine: boolean }
  /** Answered, but not approved: hung up, no key, wrong PIN. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'fraud' }
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'timeout' }
  /** The provider's fault or refusal; `outage` only where RULES 23 says so. `detail` is for the log. */
  | { readonly kind: 'failed'; readonly detail: string; readonly outage: boolean }

/** Hears what becomes of a prompt. */
export interface PromptObserver {
  /** As soon as the provider has a name for it. */
  onProviderId(providerId: string): void
  /**
   * What the approver hears after #, decided at that moment: 'call-approved', or 'call-sign-in-again'
   * when the gateway has already been told no.
   */
  closingText(): TextKey
  /** Once, how it ended. */
  onEnd(result: PromptResult): void
}

/** Asks for approval. `call` today. */
export interface ApprovalMethod {
  readonly method: 'call'
  /**
   * Rings, and tries the backup number. Returns at once and never throws; `observer` hears the end.
   * When `signal` aborts, the call is ended and the result is `timeout`.
   */
  prompt(request: PromptRequest, observer: PromptObserver, signal: AbortSignal): void
  /** Ends what an earlier process left ringing. Never rejects. */
  endOrphan(providerId: string): Promise<void>
}

export type SendResult =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly detail: string; readonly outage: boolean }

/** Brings a code to the person, who types it back. `sms` and `email`; `call` where it reads a code out. */
export interface SentCodeMethod {
  readonly method: 'sms' | 'email' | 'call'
  send(request: PromptRequest, code: string, signal: AbortSignal): Promise<SendResult>
}

/** Something that a person should know and need not answer: a device of theirs is known from now on. */
export type NewDeviceNotice = {
  readonly user: User
  readonly authenticator: PhoneAuthenticator | EmailAuthenticator
  /** BCP 47 tag; undefined for the configured one. */
  readonly language: string | undefined
  /** Label of the gateway. */
  readonly gateway: string
  /** As people read it, such as `00:11:22:33:44:55`. */
  readonly device: string
}

/** Tells people something, over a carrier of texts or mail. */
export interface NoticeMethod {
  tellNewDevice(notice: NewDeviceNotice, signal: AbortSignal): Promise<SendResult>
}

/** Texts in the person's language, replaceable in the configuration. */
export interface Texts {
  /** Fills `{name}` places. A Reply-Message never exceeds 253 bytes of UTF-8; longer is cut at a character. */
  text(
    key: TextKey,
    language: string | undefined,
    values?: Readonly<Record<string, string>>,
  ): string
}

/** One thing that happened, for the time line of the audit. No secrets. */
export type TimelineEntry = {
  readonly atMs: number
  readonly what: string
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

/** One row a sign-in. */
export type SignInRecord = {
  readonly signInId: string
  readonly attemptId: string
  /** Of what was refused or got no answer: the short name that `holdfast why` finds it by. */
  readonly reference?: string
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly gateway: string
  readonly sourceAddress: string
  /** Canonical name; for a name nobody has, the first two characters and `…`. */
  readonly userName: string
  readonly userKey?: string
  readonly method?: Method
  /** Name of the policy rule that decided; absent where none matched. */
  readonly rule?: string
  readonly outcome: Outcome['kind']
  readonly reason: Reason
  readonly device?: string
  readonly timeline: readonly TimelineEntry[]
}

/** Where records of sign-ins and alerts go. Implemented by `store/` (durable). */
export interface AuditSink {
  /** Resolves when the row is durable; rejects when the store failed. */
  record(record: SignInRecord): Promise<void>
  /** Something a security officer must see, such as a fraud report. */
  alert(event: {
    atMs: number
    kind: string
    userKey?: string
    userName?: string
    detail: Readonly<Record<string, string>>
  }): Promise<void>
}

/** The one function every door calls. Never throws; the attempt gets its answer, once. */
export type SignIn = (attempt: Attempt) => void
