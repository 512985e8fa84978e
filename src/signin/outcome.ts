import type { Method, PasskeyAuthenticator, User } from '../accounts/index.ts'
import type { MsChapSuccess, ReplyAttribute, SessionKeys } from './attempt.ts'
import type { DropReason, Reason, RejectReason } from './reasons/reasons.ts'
import type { ContactMethod } from './usable/words.ts'

/**
 * How a request ends. A closed union: `transport/replies/replies.ts` turns it into a packet, and a missing
 * case does not compile. `message` is what the person may see (Reply-Message), at most 253 bytes; an Accept has none.
 */
export type Outcome =
  | {
      readonly kind: 'accept'
      readonly reason: 'accepted'
      /** Name for User-Name in the Accept; absent: not sent. */
      readonly userName?: string
      readonly attributes: readonly ReplyAttribute[]
      readonly msChap?: MsChapSuccess
      /** Of EAP that an upstream server has carried on. */
      readonly keys?: SessionKeys
      /** Who it is and what has proven it; only at the portal. */
      readonly proven?: Proven
    }
  | {
      readonly kind: 'reject'
      readonly reason: RejectReason
      readonly message: string
      /** When it may leave, milliseconds since 1970 (RULES 9); absent: at once. */
      readonly notBeforeMs?: number
      /** Whose password was right, where nothing is set up; at the portal alone. */
      readonly person?: User
    }
  | {
      readonly kind: 'challenge'
      readonly reason: 'challenged'
      readonly message: string
      /** Sealed State, at most 253 bytes. */
      readonly state: Uint8Array
      /** Whether what the person types may be shown (Prompt, RFC 2869 5.10). */
      readonly echo: boolean
      /** How long the State is good for. */
      readonly timeoutSeconds: number
      /** A Request of EAP by an upstream server, in place of a message. */
      readonly eap?: Uint8Array
      /** What `message` asks, as data; at the portal alone. */
      readonly asked?: Asked
    }
  | { readonly kind: 'drop'; readonly reason: DropReason }

/** A person, and the second factor that has just proven who it is. */
export type Proven = {
  readonly user: User
  readonly method: Method
  readonly authenticatorId: string
  /** A call that was approved with a PIN. */
  readonly hadPin: boolean
}

/** What a challenge wants. */
export type Asked =
  /** `new-password`, once more in `repeat-password`. `isWrong`: the one before was not accepted. */
  | {
      readonly kind: 'new-password' | 'repeat-password'
      readonly user: User
      readonly isWrong: boolean
    }
  /** An upstream server asks, in its own words. */
  | { readonly kind: 'server'; readonly user: User; readonly endsMs: number }
  | AskedFactor

/** A second factor. */
export type AskedFactor = {
  /** `choose`: nothing was sent yet. `code`: type one. `approve`: the phone rings. */
  readonly kind: 'choose' | 'code' | 'approve'
  readonly user: User
  /** Through which of the options a code was sent, or which of them rings. */
  readonly via?: AskedOption
  /** Whether a code of an app, a token or a list counts. */
  readonly canType: boolean
  readonly options: readonly AskedOption[]
  /** Passkeys of which one may sign instead. */
  readonly passkeys: readonly PasskeyAuthenticator[]
  /** What was typed before was wrong. */
  readonly isWrong: boolean
  /** What was typed before was right, and had been used. */
  readonly isUsed: boolean
  /** Milliseconds since 1970. */
  readonly endsMs: number
}

export type AskedOption = {
  /** What to answer to have it started. */
  readonly answer: string
  readonly method: ContactMethod | 'push'
  /** Masked number or address. */
  readonly to: string
  /** The person's own preference. */
  readonly isDefault: boolean
  readonly authenticatorId: string
  /** What has to be typed on the phone. */
  readonly number?: string
}

export type { Reason }
