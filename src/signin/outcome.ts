import type { MsChapSuccess, ReplyAttribute, SessionKeys } from './attempt.ts'
import type { DropReason, Reason, RejectReason } from './reasons/reasons.ts'

/**
 * How a request ends. A closed union: `transport/replies/replies.ts` turns it into a packet, and a missing
 * case does not compile. `message` is what the person may see (Reply-Message), at most 253 bytes.
 */
export type Outcome =
  | {
      readonly kind: 'accept'
      readonly reason: 'accepted'
      /** Name for User-Name in the Accept; absent: not sent. */
      readonly userName?: string
      readonly attributes: readonly ReplyAttribute[]
      readonly message?: string
      readonly msChap?: MsChapSuccess
      /** Of EAP that an upstream server has carried on. */
      readonly keys?: SessionKeys
    }
  | {
      readonly kind: 'reject'
      readonly reason: RejectReason
      readonly message: string
      /** When it may leave, milliseconds since 1970 (RULES 9); absent: at once. */
      readonly notBeforeMs?: number
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
    }
  | { readonly kind: 'drop'; readonly reason: DropReason }

export type { Reason }
