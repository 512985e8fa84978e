import type { PushAuthenticator, PushSubscription, Receipt } from '../../accounts/index.ts'
import type { PagePrompts, Signer, ToSign } from '../../signin/index.ts'
import type { ChangeReported, ShownChange, ShownPause } from '../people/contract.ts'

/** Judges what phones sign. Implemented by `methods/`. */
export type PhoneSignatures = {
  hello(said: {
    readonly phone: string
    readonly atMs: number
    readonly signature: Uint8Array
  }): Promise<PushAuthenticator | 'clock' | undefined>
  bell(said: {
    readonly phone: string
    readonly atMs: number
    readonly signature: Uint8Array
    readonly subscription: PushSubscription | undefined
  }): Promise<PushAuthenticator | 'clock' | undefined>
  /** As `hello`, for a stream: each signature opens one, so that one that was overheard opens none. */
  opens(said: {
    readonly phone: string
    readonly atMs: number
    readonly signature: Uint8Array
  }): Promise<PushAuthenticator | 'clock' | undefined>
  /** Whether the phone is still this person's, who is not blocked. */
  stillCounts(phone: PushAuthenticator): Promise<boolean>
  states(
    said: { readonly phone: string; readonly atMs: number; readonly signature: Uint8Array },
    statement: {
      readonly what: 'ask me again' | 'this change was not me'
      readonly about: string
    },
  ): Promise<PushAuthenticator | undefined>
  judge(
    said: { readonly phone: string; readonly number: string; readonly signature: Uint8Array },
    expected: ToSign,
    userKey: string,
  ): Promise<Signer | undefined>
}

/** What phones say of prompts. Implemented by `methods/`. */
export type PhoneReceipts = {
  take(said: {
    readonly phone: string
    readonly prompt: string
    readonly receipt: 'shown' | 'opened'
    readonly signature: Uint8Array
  }): Promise<void>
  answered(receipt: Receipt): Promise<void>
}

/** Pairings that are open. Implemented by `operations/`. */
export type PhonePairings = {
  claim(
    userName: string,
    code: string,
    phone: { readonly name: string; readonly address: string; readonly publicKey: Uint8Array },
  ): Promise<
    { readonly token: string; readonly check: string; readonly untilMs: number } | undefined
  >
  ask(token: string): Promise<
    | { readonly kind: 'waiting' | 'over' }
    | {
        readonly kind: 'paired'
        readonly phone: { readonly id: string; readonly seed: Uint8Array }
      }
  >
}

/** Where phones get their notifications. `key`: what browsers subscribe with. */
export type PhoneBells = {
  readonly key: Uint8Array
  /** Whether anything is sent there (PEOPLE R15). */
  mayReach(endpoint: string): boolean
}

/** From where people are not asked now. Implemented by `operations/`. */
export type PhonePauses = {
  list(userKey: string): Promise<readonly ShownPause[]>
  /** Ends one. False where it is over. */
  end(phone: PushAuthenticator, pause: string): Promise<boolean>
}

/** What was changed about how people sign in. Implemented by `operations/`. */
export type PhoneChanges = {
  /** What this phone shows, newest first. */
  list(phone: PushAuthenticator): Promise<readonly ShownChange[]>
  /** "This was not me": what was stopped; `over` where it was reported before. */
  report(phone: PushAuthenticator, change: string): Promise<ChangeReported['stopped']>
}

/** What the pages of phones work with. `compose` fills it; all of it is of the configuration in use. */
export type PhoneParts = {
  readonly prompts: () => PagePrompts
  readonly phones: PhoneSignatures
  readonly pairings: PhonePairings
  readonly receipts: PhoneReceipts
  readonly pauses: PhonePauses
  readonly changes: PhoneChanges
  /** Whether it is a key that a phone of ours may have. */
  readonly isPhoneKey: (spki: Uint8Array) => boolean
  /** Undefined where phones get no notifications. */
  readonly bells: () => PhoneBells | undefined
  readonly subscribe: (
    phone: string,
    subscription: PushSubscription | undefined,
  ) => Promise<'kept' | 'taken' | 'gone'>
  readonly clock: { nowMs(): number }
  /** See ApproveParts. */
  placeOf(address: string): string | undefined
}
