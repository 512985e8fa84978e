import { eapCode, eapType } from '../radius/index.ts'
import { readIdentity } from './inner/names.ts'
import type { Accepted, Broken, InnerSignIn, Refused } from './method.ts'
import type {
  OuterMethod,
  OuterMethodFactory,
  OuterStep,
  SessionKeys,
  Stage,
} from './outer-method.ts'
import { decodeResponse, type EapResponse, encodeRequest, encodeResult, nextId } from './packet.ts'

/** Supplicants give up at 40 to 50. */
const maxRounds = 50
/** Responses that fit nothing, before the conversation ends. */
const maxInvalid = 5

/** What follows from a response. `packet`: the EAP packet that answers it. */
export type ConversationStep =
  | { readonly kind: 'request'; readonly packet: Buffer; readonly notBeforeMs?: number | undefined }
  /** It does not fit: the last request is still open. */
  | { readonly kind: 'repeat' }
  | {
      readonly kind: 'success'
      readonly packet: Buffer
      readonly outcome: Accepted
      readonly keys: SessionKeys | undefined
    }
  | { readonly kind: 'failure'; readonly packet: Buffer; readonly outcome: Refused }
  | (Broken & { readonly packet: Buffer })

/** Of no Type that anyone waits for. */
const nothing = { type: 0, data: new Uint8Array() }

/** How a conversation answers one response. */
export type ConversationRound = {
  /** Bytes that the next EAP packet may have. */
  readonly packetSize: number
  readonly signIn: InnerSignIn
}

/**
 * The server's side of EAP (RFC 3748): who is it, which method suits both, and that method to its end.
 * One response at a time. The same with a gateway and inside a tunnel.
 */
export class Conversation {
  /** What the peer calls itself; undefined until it has. */
  identity: string | undefined = undefined
  /** Those the peer has not refused, preferred first. */
  #methods: readonly OuterMethodFactory[]
  #method: OuterMethod | undefined = undefined
  /** Identifier of the request that waits for its response. */
  #id: number | undefined = undefined
  #rounds = 0
  #invalid = 0

  /** `methods`: those allowed, in the order they are offered. */
  constructor(methods: readonly OuterMethodFactory[]) {
    this.#methods = methods
  }

  /** EAP Type of the method in use. */
  get methodType(): number | undefined {
    return this.#method?.type
  }

  get stage(): Stage {
    return this.#method?.stage ?? 'offered'
  }

  /** Asks who it is, where the peer has not said so by itself. */
  askIdentity(): Buffer {
    this.#id = 0
    return encodeRequest(this.#id, eapType.Identity, new Uint8Array())
  }

  /** `packet`: what the peer sent, anything at all. Never rejects. */
  async receive(packet: Uint8Array, round: ConversationRound): Promise<ConversationStep> {
    const response = decodeResponse(packet) ?? { ...nothing, id: packet[1] ?? 0 }
    this.#rounds += 1
    if (this.#rounds > maxRounds) return this.#broken(response, 'eap-malformed', 'too many rounds')
    if (this.#id !== undefined && response.id !== this.#id) return this.#repeat(response)
    const method = this.#method
    if (method === undefined) {
      return response.type === eapType.Identity ? this.#begin(response) : this.#repeat(response)
    }
    if (response.type === eapType.Nak && method.stage === 'offered') {
      return this.#chooseAgain(response, method)
    }
    if (response.type !== method.type) return this.#repeat(response)
    const { id } = response
    const step = await method.receive(response.data, {
      id,
      nextId: nextId(id),
      packetSize: round.packetSize,
      signIn: round.signIn,
    })
    return this.#toStep(response, method, step)
  }

  /** Gives back what the method holds. Safe to call twice. */
  close(): void {
    this.#method?.close()
  }

  #begin(response: EapResponse): ConversationStep {
    const identity = readIdentity(response.data)
    if (identity === undefined) {
      return this.#broken(response, 'eap-malformed', 'the identity is too long')
    }
    this.identity = identity
    const [first] = this.#methods
    if (first === undefined) return this.#broken(response, 'eap-no-method', 'none is allowed')
    return this.#offer(response, first, identity)
  }

  /** The one we like best among those that the peer would take (RFC 3748 5.3.1). */
  #chooseAgain(response: EapResponse, refused: OuterMethod): ConversationStep {
    this.#methods = this.#methods.filter(({ type }) => type !== refused.type)
    const wanted = this.#methods.find(({ type }) => response.data.includes(type))
    if (wanted === undefined) {
      return this.#broken(response, 'eap-no-method', `wants ${[...response.data].join(', ')}`)
    }
    refused.close()
    return this.#offer(response, wanted, this.identity ?? '')
  }

  #offer(response: EapResponse, factory: OuterMethodFactory, identity: string): ConversationStep {
    this.#method = factory.create(identity)
    return this.#request(response, factory.type, this.#method.start())
  }

  #toStep(response: EapResponse, method: OuterMethod, step: OuterStep): ConversationStep {
    switch (step.kind) {
      case 'request':
        return this.#request(response, method.type, step.data, step.notBeforeMs)
      case 'done': {
        const packet = encodeResult(eapCode.Success, response.id)
        return { kind: 'success', packet, outcome: step.outcome, keys: step.keys }
      }
      case 'failed':
        return {
          kind: 'failure',
          packet: encodeResult(eapCode.Failure, response.id),
          outcome: step.outcome,
        }
      case 'broken':
        return this.#broken(response, step.reason, step.detail)
    }
  }

  #request(
    { id }: EapResponse,
    type: number,
    data: Uint8Array,
    notBeforeMs?: number,
  ): Extract<ConversationStep, { kind: 'request' }> {
    this.#id = nextId(id)
    return { kind: 'request', packet: encodeRequest(this.#id, type, data), notBeforeMs }
  }

  #repeat(response: EapResponse): ConversationStep {
    this.#invalid += 1
    if (this.#id !== undefined && this.#invalid <= maxInvalid) return { kind: 'repeat' }
    return this.#broken(response, 'eap-malformed', 'responses that fit no request')
  }

  #broken({ id }: EapResponse, reason: Broken['reason'], detail: string): ConversationStep {
    return { kind: 'broken', packet: encodeResult(eapCode.Failure, id), reason, detail }
  }
}
