import type {
  Authenticator,
  EmailAuthenticator,
  PasskeyAuthenticator,
  PhoneAuthenticator,
  PushAuthenticator,
  SpendEvidence,
  SpendResult,
  User,
} from '../../accounts/index.ts'
import type { TextKey } from '../reasons/text-keys.ts'
import type { PromptProgress } from './prompt-progress.ts'

/** A code that fits an authenticator but is not spent yet. */
export type CodeMatch = {
  readonly authenticator: Authenticator
  readonly method: 'totp' | 'hotp' | 'recovery'
  /** Since when it could have been used, milliseconds since 1970: see TakeOvers. */
  readonly usableSinceMs: number
  /** Spends it, once. */
  spend(evidence: SpendEvidence): Promise<SpendResult>
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
   * Of a wrong code: the token that it is right for, and whose codes are not valid yet or no longer valid. For the time
   * line alone.
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
  readonly user: Pick<User, 'key' | 'name' | 'displayName' | 'language'>
  readonly authenticator:
    | PhoneAuthenticator
    | EmailAuthenticator
    | Pick<PasskeyAuthenticator, 'id' | 'method'>
    | Pick<PushAuthenticator, 'id' | 'method'>
  /** BCP 47 tag. */
  readonly language: string
  /** Label of the gateway, and where the person comes from ('' if unknown), to be shown or spoken. */
  readonly gateway: string
  readonly from: string
  /** When the prompt must be over, milliseconds since 1970. */
  readonly deadlineMs: number
}

/** One of the person's authenticators, which has signed an answer. */
export type Signer = {
  readonly authenticatorId: string
  /** What the person calls it. */
  readonly name: string
  /** The number that was typed on it and signed with the answer. */
  readonly typed?: string
}

/** How a prompt ended. */
export type PromptResult =
  /** `by`: what has signed it, where it was approved on a page. */
  | { readonly kind: 'approved'; readonly byMachine: boolean; readonly by?: Signer }
  /** Answered, but not approved: hung up, no key, wrong PIN, or another number than the sign-in shows. */
  | { readonly kind: 'refused'; readonly by?: Signer }
  | { readonly kind: 'fraud' }
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'timeout' }
  /** The provider's fault or refusal; `outage` only where RULES 23 says so. `detail` is for the log. */
  | { readonly kind: 'failed'; readonly detail: string; readonly outage: boolean }

/** How far the call of a prompt has come, where every process finds it. Rejects where it cannot be asked. */
export type PromptSteps = {
  /** Undefined where the prompt has ended. Count 0: there is no step yet. */
  look(): Promise<{ readonly count: number; readonly value?: unknown } | undefined>
  save(step: PromptProgress): Promise<boolean>
}

/** Hears what becomes of a prompt. */
export interface PromptObserver {
  /** Absent where no other process goes on with it. */
  readonly steps?: PromptSteps | undefined
  /** As soon as the provider has a name for it. */
  onProviderId(providerId: string): void
  /**
   * What the approver hears after #, decided at that moment: 'call-approved', or 'call-sign-in-again'
   * when the gateway has already been told no.
   */
  closingText(): TextKey
  /** Before `onEnd`: a phone may ring of which only the provider knows. */
  onLost?(): void
  /** Once, how it ended. */
  onEnd(result: PromptResult): void
}

/** Asks for approval: by a call, or on a page where a passkey or a phone signs the answer. */
export interface ApprovalMethod {
  readonly method: 'call' | 'passkey' | 'push'
  /**
   * Rings, and tries the backup number. A prompt on a page is answered there instead. Returns at once and never throws;
   * `observer` hears the end. When `signal` aborts, the call is ended and the result is `timeout`; for `endedElsewhere`
   * no call is ended.
   */
  prompt(request: PromptRequest, observer: PromptObserver, signal: AbortSignal): void
  /**
   * Goes on with a prompt of another process, as `prompt` otherwise. `begun`: the value of its last step; undefined where
   * it had none yet.
   */
  resume?(
    request: PromptRequest,
    begun: unknown,
    observer: PromptObserver,
    signal: AbortSignal,
  ): void
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

/** Something that a person should know and need not answer. */
export type Notice = {
  /** Number in E.164, or mail address. */
  readonly to: string
  /** Login name, for logs. */
  readonly user: string
  /** Of a mail; a text message has none. */
  readonly subject: string
  readonly text: string
}

/** Tells people something, over a provider of texts or mail. */
export interface NoticeMethod {
  tell(notice: Notice, signal: AbortSignal): Promise<SendResult>
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
