import { dayMs } from '../support/index.ts'
import type {
  Authenticator,
  Method,
  NewAuthenticator,
  PasskeyAuthenticator,
  PushAuthenticator,
  PushSubscription,
} from './authenticator.ts'
import type { Unanswered } from './pauses.ts'

/** What identifies the packet that spends a code, so that the identical packet is recognised later. */
export type SpendEvidence = {
  /** Request Authenticator of the request, 16 bytes. */
  readonly requestAuthenticator: Uint8Array
  /**
   * By what an equal request is known: keyed hashes of the person, the gateways, the State or the device, and all that
   * was typed; the current key first. Only a store that processes share keeps the first one: where one of them dies
   * before it answers, the gateway's try at another one spends the same (RULES 10). Absent where nothing tells devices apart.
   */
  readonly claimKeys?: readonly string[] | undefined
}

/**
 * `spent`: it was accepted, once. `reused`: it was spent before. `same-request`: this very packet spent it less than a
 * minute ago, and its answer may have been lost. In a store that processes share, an equal packet did so less than 10 s
 * ago (RULES 10, 36).
 */
export type SpendResult = 'spent' | 'reused' | 'same-request'

/** What can be changed of an authenticator without proving it again; null takes away. Number and PIN: of phones only. */
export type AuthenticatorChange = {
  readonly label?: string
  readonly backupPhone?: string | null
  readonly pin?: string | null
}

/** Enrolled authenticators. Every method rejects with StoreError when the store fails. */
export interface AuthenticatorStore {
  list(userKey: string): Promise<readonly Authenticator[]>
  add(authenticator: NewAuthenticator): Promise<Authenticator>
  /** People who have enrolled a phone number that begins like this. */
  countPeople(phonePrefix: string): Promise<number>
  /** False when there was none with this id. */
  remove(userKey: string, id: string): Promise<boolean>
  /** False when nothing was changed: there is none with this id, or it has no such thing. */
  change(userKey: string, id: string, change: AuthenticatorChange): Promise<boolean>
  /** Accepts `step` if it is later than the last one, in one atomic statement, and keeps the drift. */
  spendTotp(
    id: string,
    step: number,
    driftSteps: number,
    evidence: SpendEvidence,
  ): Promise<SpendResult>
  /**
   * Where the last accepted step lies in the future: takes the newest that does not in its place. What was
   * spent in the future stays spent. `unknown`: so much was spent since that older steps are forgotten.
   */
  resetTotpSteps(id: string, nowMs: number): Promise<'reset' | 'not-ahead' | 'unknown'>
  /** Moves the counter behind `counter` if it is not behind already. */
  spendHotp(id: string, counter: number, evidence: SpendEvidence): Promise<SpendResult>
  /**
   * Notes that a phone or a mailbox has just proven who it is, at most once a minute. Codes of apps, tokens and lists
   * note that themselves as they are spent.
   */
  noteUse(userKey: string, id: string, nowMs: number): Promise<void>
  /** Takes one recovery code hash away. */
  spendRecovery(id: string, codeHash: Uint8Array, evidence: SpendEvidence): Promise<SpendResult>
  /** The passkey with this id, whose person it says. */
  findPasskey(credentialId: string): Promise<PasskeyAuthenticator | undefined>
  /**
   * Notes what a signature has said. False where the passkey is gone, or has reached this count before: then it was
   * copied.
   */
  usePasskey(id: string, use: PasskeyUse): Promise<boolean>
  /** The phone with this id, whose person it says. */
  findPhone(id: string): Promise<PushAuthenticator | undefined>
  /** Notes that its key has signed. False where the phone is gone. */
  usePhone(id: string, atMs: number): Promise<boolean>
  /**
   * Gives a phone this subscription in place of an earlier one; undefined takes it away. An endpoint has one phone:
   * another one of the same person loses it; `taken` where it is another person's. `gone`: there is no such phone.
   */
  subscribePhone(
    id: string,
    subscription: PushSubscription | undefined,
  ): Promise<'kept' | 'taken' | 'gone'>
  /** Removes a subscription that its push service has ended, unless the phone has a newer one. */
  endSubscription(id: string, endpoint: string, atMs: number): Promise<void>
  /** Removes all passkeys of all people, as their host name changes. Gives how many there were. */
  removePasskeys(): Promise<number>
}

/** What a signature says of its passkey. */
export type PasskeyUse = {
  readonly signCount: number
  readonly isBackedUp: boolean
  readonly atMs: number
}

/** The state of a user's account with us, apart from what the directory says. */
export type AccountState = {
  readonly userKey: string
  /** Wrong codes in a row, over all authenticators, after a right password. */
  readonly wrongCodes: number
  /** Wrong passwords in a row, counted apart (RULES 8). */
  readonly wrongPasswords: number
  /** Codes are refused until then; 0 = not slowed. Milliseconds since 1970. */
  readonly slowedUntilMs: number
  /** Second factor is locked until then; 0 = not locked. */
  readonly lockedUntilMs: number
  /** Blocked until released: by a fraud report or an administrator. */
  readonly blocked?: { readonly reason: string; readonly atMs: number }
  /** The person has reported a stranger: calls and messages stop, and codes that are typed go on, until released. */
  readonly promptsStopped?: { readonly atMs: number }
  /** Prompts from each place that got no yes lately; see `pausesOf`. */
  readonly unanswered?: readonly Unanswered[]
  /** The person's own preference; absent: the order of the gateway's methods. */
  readonly defaultMethod?: Method
  /** As the person has chosen it at the portal; absent: as the directory has it. */
  readonly language?: string
  /** May have ended. */
  readonly bypass?: Bypass
}

/** The second factor is not asked for, for a while. */
export type Bypass = {
  /** Why, in the words of the administrator who gave it. */
  readonly reason: string
  /** It ends by itself. Milliseconds since 1970. */
  readonly untilMs: number
  /** Whether it ends with the first sign-in that uses it. */
  readonly once: boolean
}

/** How long a bypass may last, in milliseconds: a minute to seven days. */
export const bypassMs = { min: 60_000, max: 7 * dayMs } as const

export type LockoutLimits = {
  /** Wrong codes before answers are slowed. */
  readonly slowAfter: number
  /** Wrong codes before the lock. */
  readonly lockAfter: number
  /** How long a lock lasts. */
  readonly lockMs: number
  /** First back-off, doubled by each further wrong code. */
  readonly slowMs: number
}

export interface AccountStore {
  load(userKey: string): Promise<AccountState>
  /** Counts one failure and returns the state after it. */
  recordFailure(
    userKey: string,
    kind: 'code' | 'password',
    nowMs: number,
    limits: LockoutLimits,
  ): Promise<AccountState>
  /** Locks the second factor until then, or leaves a lock that lasts longer. Milliseconds since 1970. */
  lock(userKey: string, untilMs: number): Promise<void>
  /** A whole sign-in succeeded: counters go back to 0. */
  recordSuccess(userKey: string): Promise<void>
  /** What was remembered of the person, portal sessions and what they are in the middle of there end with it, for good. */
  block(userKey: string, reason: string, nowMs: number): Promise<void>
  /**
   * No call and no message goes to the person any more; codes that they type still work. Bypass, remembered devices and
   * portal sessions end with it, except the session with the token hash `keep`.
   */
  stopPrompts(userKey: string, nowMs: number, keep?: Uint8Array): Promise<void>
  /** Ends block, stopped and paused prompts, lock and back-off, and sets the counts of failures to 0. */
  release(userKey: string): Promise<void>
  setDefaultMethod(userKey: string, method: Method | undefined): Promise<void>
  /** Takes the place of one that is there. */
  giveBypass(userKey: string, bypass: Bypass): Promise<void>
  /** Whether there is one that has not ended; one for a single sign-in ends here, in one atomic statement. */
  useBypass(userKey: string, nowMs: number): Promise<boolean>
  endBypass(userKey: string): Promise<void>
  /** Remembers the name of a user, so that commands can list and find accounts. */
  noteUser(userKey: string, name: string): Promise<void>
}

/** An open prompt, stored before the phone rings, so that a restart neither forgets nor repeats it (RULES 25). */
export type StoredPrompt = {
  readonly id: string
  readonly userKey: string
  readonly method: Method
  readonly gateway: string
  /** Keeps telling packets of this sign-in: 16 bytes. */
  readonly requestAuthenticator: Uint8Array
  /** What the provider calls it (Twilio: CallSid); absent until the provider answered. */
  readonly providerId?: string
  readonly startedAtMs: number
  readonly deadlineMs: number
}

export interface PromptStore {
  open(prompt: StoredPrompt): Promise<void>
  setProviderId(id: string, providerId: string): Promise<void>
  close(id: string): Promise<void>
  /** Prompts that were open when the process died. */
  listOpen(): Promise<readonly StoredPrompt[]>
}

/** Counts against limits in sliding windows: prompts per user, number, prefix, day. */
export interface LimitStore {
  /**
   * Counts one use of every key, or of none: if one key is at its limit nothing is counted and that
   * key is returned.
   */
  take(uses: readonly LimitedUse[], nowMs: number): Promise<Taken>
  /** What `take` would say. Counts nothing. */
  look(uses: readonly LimitedUse[], nowMs: number): Promise<Taken>
  /** Forgets every use of these keys. */
  release(keys: readonly string[]): Promise<void>
}

export type LimitedUse = {
  readonly key: string
  readonly limit: number
  readonly windowMs: number
}

/** `key`: the first that is at its limit. */
export type Taken = { readonly ok: true } | { readonly ok: false; readonly key: string }

/**
 * What can be used only once and belongs to no authenticator, such as a code that was sent; durable until `untilMs`.
 */
export interface SpentStore {
  /** One atomic statement: `id` can be spent once, and the packet that spent it is recognised. */
  spend(id: string, evidence: SpendEvidence, untilMs: number): Promise<SpendResult>
  /** What `spend` would say of what was spent before; undefined where it was not. Spends nothing. */
  look(id: string, evidence: SpendEvidence): Promise<Exclude<SpendResult, 'spent'> | undefined>
}
