import type { Attempt, LiveRequest, Outcome, RejectReason } from '../signin/index.ts'

/** A request with EAP-Message (RFC 3579). */
export type EapRequest = {
  /** Without a credential: that is inside. */
  readonly attempt: Attempt
  readonly live: LiveRequest
  /** The EAP packet, put together; empty for an EAP-Start. */
  readonly message: Uint8Array
}

/** Carries on a conversation; gives the answer to the gateway. Never rejects. Implemented by `eap/`. */
export type EapHandler = (request: EapRequest) => Promise<EapAnswer>

/** Every answer but silence brings an EAP packet (RFC 3579 2.6.3). */
export type AnsweredEap = EapChallenge | EapAccept | EapReject
export type EapAnswer = AnsweredEap | Extract<Outcome, { kind: 'drop' }>

export type EapChallenge = {
  readonly kind: 'challenge'
  readonly reason: 'challenged'
  /** A Request. */
  readonly packet: Uint8Array
  readonly state: Uint8Array
  /** Whether it is the last request again, because what came did not fit (RFC 3579 2.2). */
  readonly isRepeated: boolean
  /** When it may leave, milliseconds since 1970; absent: at once. */
  readonly notBeforeMs?: number
}

export type EapAccept = Extract<Outcome, { kind: 'accept' }> & {
  /** Success. */
  readonly packet: Uint8Array
  /** 16 or 32 bytes each, where the method makes any. Never logged. */
  readonly keys?: { readonly receive: Uint8Array; readonly send: Uint8Array }
}

/** Without a text, which may not appear beside EAP-Message (RFC 3579 2.6.5). */
export type EapReject = {
  readonly kind: 'reject'
  readonly reason: RejectReason
  /** Failure. */
  readonly packet: Uint8Array
  readonly notBeforeMs?: number
}
