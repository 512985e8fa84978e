import { eapType } from '../../radius/index.ts'
import { readIdentity } from '../inner/names.ts'
import { refuse } from '../inner/refuse.ts'
import type {
  InnerMethod,
  InnerMethodFactory,
  InnerSignIn,
  InnerStep,
  Round,
  Tunnel,
  TunnelMethod,
  TunnelMethodFactory,
  TunnelStep,
} from '../method.ts'
import { signInAgain } from '../resume.ts'
import {
  type CompoundKeys,
  compoundKeysOfResumed,
  deriveBoundMsk,
  deriveCompoundKeys,
} from './keys.ts'
import { decodePayload, encodePayload, type PeapPayload } from './payload.ts'
import { bindingNonceLength, decodeAnswer, encodeBinding, encodeResult, isBound } from './tlvs.ts'

export type PeapOptions = {
  /** What may run in the tunnel, preferred first. */
  readonly methods: readonly InnerMethodFactory[]
  /** Whether a peer must bind the sign-in to the tunnel, or may (RULES 28). */
  readonly cryptoBinding: 'required' | 'offered'
  /** That many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array
}

/** PEAP version 0 (MS-PEAP): who it is, a method that proves it, and a last word of both sides on how it ends. */
export function createPeap(options: PeapOptions): TunnelMethodFactory {
  return {
    type: eapType.Peap,
    requestsCertificate: false,
    create: (tunnel) => new Peap(options, tunnel),
  }
}

type Ended = Extract<InnerStep, { kind: 'done' | 'failed' | 'broken' }>

/** What the next payload must be an answer to. */
type Phase =
  | {
      readonly kind: 'identity'
      /** Peers of TLS 1.3 may acknowledge our tickets before they answer. */
      readonly mayAcknowledge: boolean
    }
  | {
      readonly kind: 'method'
      readonly factory: InnerMethodFactory
      readonly method: InnerMethod
      readonly identity: string
      /** Only the first answer to a method may ask for another (RFC 3748 5.3.1). */
      readonly mayChoose: boolean
    }
  /** `keys`: where a binding was offered. */
  | { readonly kind: 'result'; readonly ended: Ended; readonly keys: CompoundKeys | undefined }

class Peap implements TunnelMethod {
  readonly #options: PeapOptions
  readonly #tunnel: Tunnel
  /** Settles when the peer has bound its sign-in to this tunnel; never where it has not. */
  readonly #bound = Promise.withResolvers<void>()
  #phase: Phase = { kind: 'identity', mayAcknowledge: true }

  constructor(options: PeapOptions, tunnel: Tunnel) {
    this.#options = options
    this.#tunnel = tunnel
  }

  async established(plain: Uint8Array, round: Round): Promise<TunnelStep> {
    if (plain.length > 0) return refuse('eap-malformed', 'an answer before the first question')
    if (this.#tunnel.isResumed) return this.#resume(round)
    return ask(eapType.Identity, new Uint8Array(), round.nextId)
  }

  /** Goes straight to how it ends (MS-PEAP 3.1.5.5.2, fast reconnect). */
  async #resume(round: Round): Promise<TunnelStep> {
    const ended = await signInAgain(this.#tunnel, this.#bind(round.signIn))
    const keys = compoundKeysOfResumed(this.#tunnel.keyMaterial)
    return this.#end(ended, round, ended.kind === 'done' ? keys : undefined)
  }

  async receive(plain: Uint8Array, round: Round): Promise<TunnelStep> {
    const payload = decodePayload(plain)
    if (payload === undefined) return this.#acknowledged(round)
    switch (this.#phase.kind) {
      case 'identity':
        return this.#identified(payload, round)
      case 'method':
        return this.#answered(payload, this.#phase, round)
      case 'result':
        return this.#finish(payload, this.#phase)
    }
  }

  #acknowledged({ nextId }: Round): TunnelStep {
    if (this.#phase.kind !== 'identity' || !this.#phase.mayAcknowledge) {
      return refuse('eap-malformed', 'nothing in the tunnel')
    }
    this.#phase = { kind: 'identity', mayAcknowledge: false }
    return ask(eapType.Identity, new Uint8Array(), nextId)
  }

  #identified({ type, data }: PeapPayload, round: Round): TunnelStep {
    if (type !== eapType.Identity) return refuse('eap-malformed', 'no identity')
    const identity = readIdentity(data)
    if (identity === undefined) return this.#end(refuse('name-invalid'), round)
    const [first] = this.#options.methods
    return this.#begin(first, identity, true, round)
  }

  #begin(
    factory: InnerMethodFactory | undefined,
    identity: string,
    mayChoose: boolean,
    round: Round,
  ): TunnelStep {
    if (factory === undefined) return this.#end(refuse('eap-no-method'), round)
    const method = factory.create(identity)
    this.#phase = { kind: 'method', factory, method, identity, mayChoose }
    return ask(method.type, method.start(), round.nextId)
  }

  async #answered(
    { type, data }: PeapPayload,
    phase: Phase & { kind: 'method' },
    round: Round,
  ): Promise<TunnelStep> {
    const { factory, method, identity, mayChoose } = phase
    if (type === eapType.Nak && mayChoose) {
      const others = this.#options.methods.filter(({ type }) => type !== factory.type)
      const [wanted] = [...data].flatMap((each) => others.find(({ type }) => type === each) ?? [])
      return this.#begin(wanted, identity, false, round)
    }
    if (type !== method.type) return this.#end(refuse('eap-malformed', `EAP type ${type}`), round)
    this.#phase = { ...phase, mayChoose: false }
    const step = await method.receive({ id: round.id, data }, this.#bind(round.signIn))
    if (step.kind === 'request') return ask(method.type, step.data, round.nextId, step.notBeforeMs)
    return this.#end(step, round, this.#compoundKeys(factory, step))
  }

  /** Where binding is required, a peer that is let in has bound what it proves to this tunnel. */
  #bind(signIn: InnerSignIn): InnerSignIn {
    if (this.#options.cryptoBinding === 'offered') return signIn
    return (inner) => signIn({ ...inner, bound: this.#bound.promise })
  }

  /** Undefined where no one is let in, or an upstream server keeps the keys that the peer has. */
  #compoundKeys({ makesKeys }: InnerMethodFactory, ended: Ended): CompoundKeys | undefined {
    if (ended.kind !== 'done' || (makesKeys && ended.isk === undefined)) return undefined
    return deriveCompoundKeys(this.#tunnel.keyMaterial, ended.isk ?? new Uint8Array())
  }

  /** Says how it ends, and waits for the peer to say the same. */
  #end(ended: Ended, { nextId }: Round, keys?: CompoundKeys): TunnelStep {
    if (ended.kind === 'failed' && ended.outcome.kind === 'drop') return ended
    this.#phase = { kind: 'result', ended, keys }
    const result = encodeResult(ended.kind === 'done' ? 'success' : 'failure')
    const nonce = this.#options.random(bindingNonceLength)
    const tlvs = keys === undefined ? result : Buffer.concat([result, encodeBinding(keys, nonce)])
    return ask(eapType.Extensions, tlvs, nextId, leavesAt(ended))
  }

  #finish({ type, data }: PeapPayload, { ended, keys }: Phase & { kind: 'result' }): TunnelStep {
    if (ended.kind !== 'done') return ended
    const { outcome } = ended
    const answer = type === eapType.Extensions ? decodeAnswer(data) : undefined
    if (answer === undefined) return refuse('eap-malformed', 'no result')
    if (answer.result === 'failure') return refuse('eap-peer-gave-up')
    if (answer.binding === undefined || keys === undefined) {
      const isOffered = this.#options.cryptoBinding === 'offered'
      return isOffered ? { kind: 'done', outcome } : refuse('eap-binding-missing')
    }
    if (!isBound(keys, answer.binding)) return refuse('eap-binding-wrong')
    this.#bound.resolve()
    return { kind: 'done', outcome, msk: deriveBoundMsk(keys) }
  }
}

function ask(type: number, data: Uint8Array, nextId: number, notBeforeMs?: number): TunnelStep {
  return { kind: 'send', plain: encodePayload(type, data, nextId), notBeforeMs }
}

/** A refusal may not leave sooner inside the tunnel than it would outside (RULES 9). */
function leavesAt(ended: Ended): number | undefined {
  return ended.kind === 'failed' && ended.outcome.kind === 'reject'
    ? ended.outcome.notBeforeMs
    : undefined
}
