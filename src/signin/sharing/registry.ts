import type { Method, RememberedSignIn } from '../../accounts/index.ts'
import type { Outcome } from '../outcome.ts'
import type { PromptProgress, PromptResult, TimelineEntry, Upstream } from '../ports/index.ts'
import type { Answered, PageChallenge, PageFacts, RefusedSignIn } from './page-prompt.ts'
import type { PromptRecord } from './prompt-record.ts'

export type {
  Answered,
  PageAnswer,
  PageChallenge,
  PageFacts,
  RefusedSignIn,
} from './page-prompt.ts'
export type { PromptGateway, PromptOrigin, PromptRecord } from './prompt-record.ts'

/** A code that was sent, so that a second request shares it instead of sending another. */
export type SentCode = {
  /** Random. The process that has the key makes the code from it. It also names the code where it is spent. */
  readonly nonce: string
  /** Key of the option it went through. */
  readonly option: string
  /** Sendings so far in this sign-in. */
  readonly times: number
  /** Until when it is good, milliseconds since 1970. */
  readonly untilMs: number
}

/** A prompt that is open, seen from the outside. */
export type OpenPrompt = {
  readonly id: string
  readonly userKey: string
  readonly signInId: string
  /** Gateway group, and the evidence of the device that asked. Equal ones may join. */
  readonly group: string
  readonly evidence?: string | undefined
  /** When it is over at the latest, milliseconds since 1970. */
  readonly endsMs: number
  readonly sent?: SentCode | undefined
  /** Where it is answered on a page: what that shows. */
  readonly page?: PageFacts | undefined
}

/** A prompt that is answered on a page. */
export type PagePrompt = OpenPrompt & {
  readonly page: PageFacts
  /** Sign-ins that were refused because this one is open, the newest last. */
  readonly refused: readonly RefusedSignIn[]
}

/** A prompt as all processes know it. */
export type KeptPrompt = {
  readonly prompt: OpenPrompt
  readonly record: PromptRecord
  /** Whether its gateway was told no while it goes on. */
  readonly gatewayWasRefused: boolean
  /** How far its call has come; absent before it was placed. `count` grows with each step. */
  readonly progress?: { readonly count: number; readonly value: unknown }
}

export type PromptState =
  | { readonly kind: 'open' }
  | { readonly kind: 'ended'; readonly result: PromptResult }
  | { readonly kind: 'unknown' }

/** Hears once how a prompt ended. */
export interface PromptWatcher {
  ended(result: PromptResult): void
}

/**
 * Leads a prompt in this process: where it was opened, or where another process goes on with it. No process owns a
 * prompt: the process that ends it first in the registry has ended it.
 */
export interface PromptOwner {
  /** Some request, at whichever process, wants it over. */
  cancel(): void
  /** Where it is answered on a page: takes an answer whose signature is right. */
  answer?(result: PromptResult): Promise<Answered>
  /** The gateway was told no, while the prompt goes on. */
  gatewayRefused?(): void
  /** Another process has ended it: nothing is left to do, and there is no call to end. */
  letGo?(): void
}

/** An outcome that others may share, with the sign-in it belongs to and the second factor it had. */
export type Settled = {
  readonly signInId: string
  readonly outcome: Outcome
  /** The device it named: a request that names another one shares nothing (RULES 42). */
  readonly device?: string
  readonly method?: Method
  /** What an upstream server adds to each Accept. */
  readonly upstream?: Upstream
  /** Where an earlier sign-in stood for the second factor. */
  readonly remembered?: RememberedSignIn
  readonly degraded?: 'directory' | 'provider'
}

/** The request that claimed first will never settle: its process has died. The requests that followed claim again. */
export type AbandonedClaim = { readonly abandoned: true }

/** The one who claimed first goes on; others wait for its outcome. `settled` never rejects. */
export type Claim =
  /** `takenOver`: from a process that has died before it settled it. */
  | { readonly role: 'owner'; readonly takenOver?: true }
  | {
      readonly role: 'follower'
      readonly settled: Promise<Settled | AbandonedClaim>
      /** Whether another process owns what it follows. */
      readonly isElsewhere?: boolean
    }

/**
 * What sign-ins that run at the same time must agree on, behind one async port, so that it need not stay in
 * the process (RULES 16). Nothing else in `signin/` keeps such things.
 */
export interface SignInRegistry {
  /** Whether other processes go on with what is kept here. */
  readonly isShared: boolean

  /**
   * Claims a join key: the first of `keys`. Exactly one claimant owns it until it is settled. A request that has
   * claimed any of `keys` is followed: processes that share their keys change them at different moments
   * (`KeyedHash.hashes`). `hereForMs`: how long ago the request came, default now. An outcome that was kept at that
   * moment is its own.
   */
  claim(keys: readonly string[], hereForMs?: number): Promise<Claim>
  /**
   * Hands the outcome to all followers, and for `keepMs` to those who come later. `key`: the first that was claimed. True
   * where a request at another process follows it.
   */
  settle(key: string, settled: Settled, keepMs: number): Promise<boolean>
  /** The outcome of a request that has claimed one of `keys` answers later requests for `keepMs` from now at most. */
  shorten(keys: readonly string[], keepMs: number): Promise<void>

  /**
   * Spends a State or an approval: true once, false ever after (until `untilMs`). Where several processes share the
   * registry, an equal request gets true again for 10 s: its process may have died before it answered. `claimKeys` as
   * in SpendEvidence: the first is kept, all are looked up; without them no request is equal.
   */
  spend(
    kind: 'state' | 'approval',
    id: string,
    untilMs: number,
    claimKeys?: readonly string[],
  ): Promise<boolean>

  /**
   * One open prompt a user: undefined when this one was opened, otherwise the one that is open already. It ends by
   * itself, as one that timed out, where no process has ended it a minute after its `endsMs`. `record`: with what
   * others go on with it, asked for at once or never. A code that was sent has none.
   */
  openPrompt(
    prompt: OpenPrompt,
    owner: PromptOwner,
    record?: () => PromptRecord,
  ): Promise<OpenPrompt | undefined>
  /**
   * Ends it, tells all who wait, and keeps the result for `keepMs`. What has ended stays as it ended. True for the one
   * that has ended it.
   */
  endPrompt(id: string, result: PromptResult, keepMs: number): Promise<boolean>
  /** Asks its owner here to end it, where another process has opened it a new one. */
  cancelPrompt(id: string): Promise<void>
  /** The gateway was told no, while the prompt goes on. */
  noteGatewayRefused(id: string): Promise<void>
  /** Keeps how far a call has come. False where another process was faster, or the prompt has ended. */
  saveProgress(id: string, progress: PromptProgress): Promise<boolean>
  /** The open prompt as it is kept for all; undefined where nothing is. */
  findKept(id: string): Promise<KeptPrompt | undefined>
  /** The same by the token of its call. From then on it has an owner here as well. */
  findByToken(token: string): Promise<KeptPrompt | undefined>
  promptState(id: string): Promise<PromptState>
  /**
   * The newest prompt of this person that an equal request has opened: its record has one of these claims. It may have
   * ended. Undefined where no other process goes on with what is kept here.
   */
  findEqual(userKey: string, claimKeys: readonly string[]): Promise<string | undefined>
  /** The open prompt of this person, where it is answered on a page. */
  promptOnPage(userKey: string): Promise<PagePrompt | undefined>
  /** Calls `changed`, until it is stopped, when `promptOnPage` may tell something else of this person. */
  followPage(userKey: string, changed: () => void): { stop(): void }
  /** Another sign-in was refused while this prompt is open. The last few are kept. */
  noteRefused(id: string, refused: RefusedSignIn): Promise<void>
  /**
   * Keeps what has to be signed for one answer. False where the prompt has ended. The last few of each browser or phone
   * are kept.
   */
  keepChallenge(id: string, challenge: PageChallenge): Promise<boolean>
  /**
   * Takes it away, for the first who comes; undefined where it is not there, or the prompt has ended. A report that was
   * begun before is there for a minute longer.
   */
  takeChallenge(
    id: string,
    challenge: string,
  ): Promise<{ readonly prompt: PagePrompt; readonly kept: PageChallenge } | undefined>
  /** Gives an answer whose signature is right to the process that opened the prompt. */
  answerPrompt(id: string, result: PromptResult): Promise<Answered>
  /** Tells how it ends, or has ended: `timeout` where it is unknown. */
  watchPrompt(id: string, watcher: PromptWatcher): Promise<void>

  /**
   * The gateway was told no, or to ask, while this prompt stays open: an approval is good only for `key` (RULES 14).
   */
  keepLate(userKey: string, late: { key: string; promptId: string; untilMs: number }): Promise<void>
  /** The prompt whose approval would be good for one of `keys`. */
  findLate(userKey: string, keys: readonly string[]): Promise<string | undefined>
  /** Lock, block, fraud, refusal or a new prompt: what was kept for the person is dropped. */
  forgetLate(userKey: string): Promise<void>

  /**
   * Counts a wrong code typed with a password that was not proven, for an hour (RULES 41). `passwordKey`
   * recognises person and password. `enough`: counting stops there.
   */
  noteMiss(userKey: string, passwordKey: string, enough: number): Promise<void>
  /** Misses of the last hour, of all these keys together. */
  countMisses(passwordKeys: readonly string[]): Promise<number>
  forgetMisses(userKey: string): Promise<void>

  /** A prompt that a dead process left open: the person is not asked again before then. */
  noteInterrupted(userKey: string, untilMs: number): Promise<void>
  isInterrupted(userKey: string): Promise<boolean>

  /**
   * The time line of a sign-in between its requests, by the State that goes on with it. `onTaken` is called when it is
   * taken on this node, so that no request waits for an answer that has come.
   */
  saveTimeline(
    stateId: string,
    entries: readonly TimelineEntry[],
    untilMs: number,
    onTaken: () => void,
  ): Promise<void>
  /** Undefined when another request has taken it, or `untilMs` has passed. */
  takeTimeline(stateId: string): Promise<readonly TimelineEntry[] | undefined>

  /** Sealed bytes that the answer to a State needs; the registry has no key to them. */
  keepSealed(stateId: string, sealed: Uint8Array, untilMs: number): Promise<void>
  /** Undefined when another request has taken them, or `untilMs` has passed. */
  takeSealed(stateId: string): Promise<Uint8Array | undefined>
}
