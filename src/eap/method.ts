import type { X509Certificate } from 'node:crypto'
import type { Attempt, Credential, Outcome, RejectReason } from '../signin/index.ts'

export type Accepted = Extract<Outcome, { kind: 'accept' }>
/** No way in: refused, or left without an answer. */
export type Refused = Extract<Outcome, { kind: 'reject' | 'drop' }>

/** What a method has found out about the person, for the sign-in to judge. */
export type InnerAttempt = {
  /** The identity that decides: the one inside the tunnel, where there is one. */
  readonly userName: string
  readonly credential: Credential
  /** State of the challenge that this answers. */
  readonly state?: Attempt['state']
  /** Whether the method can ask the person for something more, such as a code. */
  readonly challenges: boolean
  /** Where no one is let in who does not bind this to the tunnel: settles once they have (RULES 28). */
  readonly bound?: Promise<void>
}

/**
 * Calls the one sign-in, as part of the request that is being answered: its gateway, device, port and
 * address, and its patience. May take as long as that, while a phone rings. Never rejects.
 */
export type InnerSignIn = (inner: InnerAttempt) => Promise<Outcome>

/**
 * An end that no sign-in has judged, because the peer does not do what its method asks of it. It is
 * recorded like one that has been. `detail`: one line for the time line, without anything secret.
 */
export type Broken = {
  readonly kind: 'broken'
  readonly reason: RejectReason
  readonly detail: string
}

/** What comes next in a method that asks and is answered. */
export type InnerStep =
  | {
      readonly kind: 'request'
      /** Type-Data of the next request: what follows Type. */
      readonly data: Uint8Array
      /** When it may leave, milliseconds since 1970: a refusal's own, where it tells of one (RULES 9). */
      readonly notBeforeMs?: number | undefined
    }
  | {
      readonly kind: 'done'
      readonly outcome: Accepted
      /** Keys of the inner method, receive before send, 32 bytes: for PEAP's compound key, and for the Accept where there is no tunnel. */
      readonly isk?: Uint8Array
    }
  | { readonly kind: 'failed'; readonly outcome: Refused }
  | Broken

/** A method of one request and response after the other, inside a tunnel or on its own (RFC 3748 5). */
export type InnerMethod = {
  /** EAP Type, such as 26. */
  readonly type: number
  /** Type-Data of its first request. Called once. */
  start(): Uint8Array
  /**
   * What follows from the answer to its last request. `id`: the EAP Identifier of both. `data`: Type-Data, anything at
   * all.
   */
  receive(
    response: { readonly id: number; readonly data: Uint8Array },
    signIn: InnerSignIn,
  ): Promise<InnerStep>
}

/** Makes the method for a peer that calls itself `identity`, up to 253 bytes of text, or '' where it does not say. */
export type InnerMethodFactory = {
  readonly type: number
  /** Whether the peer makes keys in it. */
  readonly makesKeys: boolean
  create(identity: string): InnerMethod
}

/** A sign-in that was accepted, and that a resumed session may stand for. */
export type EarlierSignIn = {
  /** The identity that decided. */
  readonly userName: string
  /** What was proven then. */
  readonly proof: Exclude<Credential['kind'], 'resumed'>
  /** Milliseconds since 1970. */
  readonly provenAtMs: number
}

/** The TLS session of a tunnel whose handshake is done. */
export type Tunnel = {
  /** The identity outside, in clear text: says nothing about who it is. */
  readonly outerIdentity: string
  readonly protocol: 'TLSv1.2' | 'TLSv1.3'
  readonly isResumed: boolean
  /** For a resumed session: the sign-in that opened it. Undefined where we have no record of one. */
  readonly earlier: EarlierSignIn | undefined
  /** KM: 128 bytes, of which the first 64 are the MSK (RFC 5216 2.3, 5281 8, 9190 2.3). */
  readonly keyMaterial: Uint8Array
  /** RFC 5705 exporter, without a context. */
  exportKey(label: string, length: number): Buffer
  /** What the peer has shown, if anything; not yet judged. */
  readonly peerCertificate: X509Certificate | undefined
  /** What OpenSSL says against the peer's certificate, such as `CERT_HAS_EXPIRED`. Undefined alone proves nothing (RULES 1). */
  readonly verifyError: string | undefined
}

/** What a method knows of the round it answers. */
export type Round = {
  /** EAP Identifier of the peer's response. */
  readonly id: number
  /** EAP Identifier of the request that goes out next. */
  readonly nextId: number
  readonly signIn: InnerSignIn
}

/** What comes next in a tunnel. Bytes of the handshake that have not left yet leave before it. */
export type TunnelStep =
  | {
      readonly kind: 'send'
      /** Goes through the tunnel. Empty: the peer speaks next. */
      readonly plain: Uint8Array
      /** As in InnerStep. */
      readonly notBeforeMs?: number | undefined
    }
  | {
      readonly kind: 'done'
      readonly outcome: Accepted
      /** 64 bytes, where it is not that of the tunnel. */
      readonly msk?: Uint8Array
    }
  | { readonly kind: 'failed'; readonly outcome: Refused }
  | Broken

/** What happens inside a tunnel: TTLS, PEAP, and EAP-TLS, which puts nothing into it. */
export type TunnelMethod = {
  /** Called once, at the end of the handshake. `plain`: what came through the tunnel with it, often nothing. */
  established(plain: Uint8Array, round: Round): Promise<TunnelStep>
  /** What came through the tunnel since; empty for a bare acknowledgement. */
  receive(plain: Uint8Array, round: Round): Promise<TunnelStep>
}

export type TunnelMethodFactory = {
  /** 13, 21 or 25. */
  readonly type: number
  /** Whether the peer is asked for a certificate. */
  readonly requestsCertificate: boolean
  create(tunnel: Tunnel): TunnelMethod
}
