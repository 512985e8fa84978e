import { decodePacket, type VerifiedRequest, verifyRequest } from '../radius/index.ts'
import type { Outcome } from '../signin/index.ts'
import type { Timer } from '../support/index.ts'
import { type HeldRequest, RadiusAttempt } from './attempt/attempt.ts'
import type { AnsweredEap } from './eap-port.ts'
import type { Gateway } from './gateways/gateway-table.ts'
import type { ListenerState } from './listener/listener-state.ts'
import type { ReplySocket, Source } from './listener/sockets.ts'
import type { AnsweredOutcome } from './replies/replies.ts'
import { settle } from './run-sign-in.ts'

/**
 * `working`: the sign-in runs. `delayed`: it has ended and the Reject leaves later (RULES 9).
 * `abandoned`: nobody waits any more, but the sign-in still runs. `over`: nothing is left to do.
 */
export type OpenState = 'working' | 'delayed' | 'abandoned' | 'over'

const anyRequest = { requireMessageAuthenticator: false, limitProxyState: false }

/**
 * One Access-Request that waits for its answer. Decoded, a request is many small objects (about 1.7 kB);
 * one that is held longer than a moment keeps only its bytes, as a Latin-1 string because that is
 * the smallest thing there is for them, and is read again when it is answered. Its gateway, and so
 * the secret, is the one that verified it, whatever was reloaded since.
 */
export class OpenRequest implements HeldRequest {
  readonly listener: ListenerState
  readonly key: string
  readonly gateway: Gateway
  readonly socket: ReplySocket
  readonly address: string
  readonly port: number
  readonly attempt: RadiusAttempt
  state: OpenState = 'working'
  /** The outcome of a delayed one. */
  outcome: AnsweredOutcome | AnsweredEap | undefined
  timer: Timer | undefined
  #decoded: VerifiedRequest | undefined
  #bytes = ''

  constructor(
    listener: ListenerState,
    request: VerifiedRequest,
    context: {
      readonly key: string
      readonly gateway: Gateway
      readonly source: Source
      readonly attemptId: string
      readonly receivedAtMs: number
    },
  ) {
    const { key, gateway, source, attemptId: id, receivedAtMs } = context
    this.listener = listener
    this.key = key
    this.gateway = gateway
    this.socket = source.socket
    this.address = source.address
    this.port = source.port
    this.outcome = undefined
    this.timer = undefined
    this.#decoded = request
    this.attempt = new RadiusAttempt(request, {
      id,
      gateway,
      source: source.host,
      receivedAtMs,
      held: this,
    })
  }

  /** Lets go of everything that can be read again. */
  shrink(): void {
    if (this.#decoded === undefined) return
    this.#bytes = latin1(this.#decoded.bytes)
    this.#decoded = undefined
    this.attempt.shrink()
  }

  /** The request, read again where it was let go of: that is when the wait is over, so it stays then. */
  request(): VerifiedRequest {
    if (this.#decoded !== undefined) return this.#decoded
    const packet = decodePacket(Buffer.from(this.#bytes, 'latin1'))
    const again = verifyRequest(packet, this.gateway.secret, anyRequest)
    if (!again.ok) throw new Error(`a held request no longer verifies: ${again.reason}`)
    this.#decoded = again.request
    return again.request
  }

  answer(outcome: Outcome): void {
    settle(this.listener, this, outcome)
  }

  /** Request Authenticator as `authenticatorText`. */
  authenticator(): string {
    return this.#decoded === undefined
      ? this.#bytes.slice(4, 20)
      : authenticatorText(this.#decoded.authenticator)
  }
}

/** Request Authenticator as 16 Latin-1 characters: a fifth of the memory of a Uint8Array. */
export function authenticatorText(authenticator: Uint8Array): string {
  return latin1(authenticator)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
