import { attributeType, eapType, microsoft, microsoftType } from '../../radius/index.ts'
import { Conversation, type ConversationStep } from '../conversation.ts'
import type {
  Accepted,
  Broken,
  InnerMethodFactory,
  Round,
  Tunnel,
  TunnelMethod,
  TunnelMethodFactory,
  TunnelStep,
} from '../method.ts'
import { withoutTunnel } from '../outer-method.ts'
import { signInAgain } from '../resume.ts'
import { decodeAvps, encodeAvp } from './avps.ts'
import { implicitChallengeLength, readOffer, type TtlsOffer, type TtlsProof } from './credential.ts'

export type TtlsOptions = {
  /** What may prove a password without EAP inside. */
  readonly proofs: readonly TtlsProof[]
  /** EAP inside, in the order it is offered; empty: none. */
  readonly methods: readonly InnerMethodFactory[]
}

/** EAP-TTLSv0 (RFC 5281): in the tunnel the peer speaks first, in AVPs of RADIUS. */
export function createTtls(options: TtlsOptions): TunnelMethodFactory {
  return {
    type: eapType.Ttls,
    requestsCertificate: false,
    create: (tunnel) => new Ttls(options, tunnel),
  }
}

/** Nothing in the tunnel: the peer speaks next, or has only to acknowledge. */
const listen: TunnelStep = { kind: 'send', plain: new Uint8Array() }

class Ttls implements TunnelMethod {
  readonly #options: TtlsOptions
  readonly #tunnel: Tunnel
  /** EAP inside. */
  #conversation: Conversation | undefined = undefined
  /** Everything is proven, and the peer is still to check our proof. */
  #accepted: Accepted | undefined = undefined
  #hasListened = false

  constructor(options: TtlsOptions, tunnel: Tunnel) {
    this.#options = options
    this.#tunnel = tunnel
  }

  async established(plain: Uint8Array, round: Round): Promise<TunnelStep> {
    if (this.#tunnel.isResumed) return signInAgain(this.#tunnel, round.signIn)
    return plain.length === 0 ? listen : this.receive(plain, round)
  }

  async receive(plain: Uint8Array, round: Round): Promise<TunnelStep> {
    if (this.#accepted !== undefined) {
      return plain.length === 0
        ? { kind: 'done', outcome: this.#accepted }
        : broken('eap-malformed', 'AVPs instead of an acknowledgement')
    }
    if (plain.length === 0) return this.#listen()
    const avps = decodeAvps(plain)
    if (avps === undefined) return broken('eap-malformed', 'AVPs that cannot be read')
    const offer = readOffer(avps, () => this.#implicitChallenge())
    switch (offer.kind) {
      case 'invalid':
        return broken('eap-malformed', offer.detail)
      case 'eap':
        return this.#goOn(offer.packet, round)
      case 'proof':
        return this.#conversation === undefined
          ? this.#check(offer, round)
          : broken('eap-malformed', 'a password in the middle of EAP')
    }
  }

  /** What both sides derive instead of a challenge of the server's (RFC 5281 11.1). */
  #implicitChallenge(): Uint8Array {
    return this.#tunnel.exportKey('ttls challenge', implicitChallengeLength)
  }

  /** Peers acknowledge tickets of TLS 1.3 before they speak. */
  #listen(): TunnelStep {
    if (this.#hasListened) return broken('eap-malformed', 'nothing in the tunnel')
    this.#hasListened = true
    return listen
  }

  async #check(
    { proof, credential, userName }: TtlsOffer & { kind: 'proof' },
    { signIn }: Round,
  ): Promise<TunnelStep> {
    if (!this.#options.proofs.includes(proof)) return broken('eap-no-method', `${proof} in TTLS`)
    const outcome = await signIn({ userName, credential, challenges: false })
    switch (outcome.kind) {
      case 'accept':
        return proof === 'ms-chap-v2' ? this.#prove(outcome) : { kind: 'done', outcome }
      case 'challenge':
        return broken('no-method-for-flow', '')
      default:
        return { kind: 'failed', outcome }
    }
  }

  /** The peer of MS-CHAPv2 goes no further before the server has proven itself (RFC 5281 11.2.4). */
  #prove(outcome: Accepted): TunnelStep {
    const { msChap } = outcome
    if (msChap?.version !== 2) return broken('credential-not-checkable', 'no proof to send')
    this.#accepted = outcome
    const proof = Buffer.concat([
      this.#implicitChallenge().subarray(implicitChallengeLength - 1),
      Buffer.from(msChap.authenticatorResponse),
    ])
    return { kind: 'send', plain: encodeAvp(microsoftType.Chap2Success, microsoft, proof) }
  }

  async #goOn(packet: Uint8Array, round: Round): Promise<TunnelStep> {
    this.#conversation ??= new Conversation(this.#options.methods.map(withoutTunnel))
    // No limit inside: what is too long is cut outside.
    const inner = { packetSize: maxInnerPacket, signIn: round.signIn }
    return toTunnelStep(await this.#conversation.receive(packet, inner))
  }
}

const maxInnerPacket = 65_535

function toTunnelStep(step: ConversationStep): TunnelStep {
  switch (step.kind) {
    case 'request': {
      const plain = encodeAvp(attributeType.EapMessage, 0, step.packet)
      return { kind: 'send', plain, notBeforeMs: step.notBeforeMs }
    }
    case 'repeat':
      return broken('eap-malformed', 'EAP inside that fits no request')
    case 'success':
      return { kind: 'done', outcome: step.outcome }
    case 'failure':
      return { kind: 'failed', outcome: step.outcome }
    case 'broken':
      return broken(step.reason, step.detail)
  }
}

function broken(reason: Broken['reason'], detail: string): Broken {
  return { kind: 'broken', reason, detail }
}
