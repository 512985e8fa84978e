import { eapCode, eapType } from '../radius/index.ts'
import type { Outcome } from '../signin/index.ts'
import type { Conversation, ConversationRound, ConversationStep } from './conversation.ts'
import { readIdentity } from './inner/names.ts'
import type { Refused } from './method.ts'
import type { Stage } from './outer-method.ts'
import {
  decodeResponse,
  type EapResponse,
  encodeRequest,
  encodeResult,
  withoutPadding,
} from './packet.ts'

/** What the EAP server needs of a conversation, on this process or on another. */
export type AnyConversation = Pick<
  Conversation,
  'identity' | 'methodType' | 'stage' | 'askIdentity' | 'receive' | 'close'
>

/**
 * A conversation that an upstream server carries on: each Response goes to the sign-in as a credential, and the
 * server's next Request comes back as its question. The server decides which methods there are.
 */
export class RelayedConversation implements AnyConversation {
  /** What the peer calls itself; undefined until it has. */
  identity: string | undefined = undefined
  /** Of the last Response. */
  methodType: number | undefined = undefined
  stage: Stage = 'offered'
  /** State of the sign-in, between two rounds. */
  #state: Uint8Array | undefined = undefined

  /** Asks who it is, where the peer has not said so by itself. */
  askIdentity(): Buffer {
    return encodeRequest(0, eapType.Identity, new Uint8Array())
  }

  /** `packet`: what the peer sent, anything at all. Never rejects. */
  async receive(packet: Uint8Array, { signIn }: ConversationRound): Promise<ConversationStep> {
    const response = decodeResponse(packet)
    if (response === undefined) return broken({ id: packet[1] ?? 0 }, 'no response')
    if (this.identity === undefined) {
      const identity = response.type === eapType.Identity ? readIdentity(response.data) : undefined
      if (identity === undefined) return broken(response, 'no identity')
      this.identity = identity
    } else if (response.type !== eapType.Nak) {
      this.methodType = response.type
      this.stage = 'running'
    }
    const outcome = await signIn({
      userName: this.identity,
      credential: { kind: 'eap', message: Uint8Array.from(withoutPadding(packet)) },
      state: this.#state,
      // The server's questions are for the device; no one could answer one of ours.
      challenges: false,
    })
    return this.#toStep(response, outcome)
  }

  close(): void {}

  #toStep({ id }: EapResponse, outcome: Outcome): ConversationStep {
    switch (outcome.kind) {
      case 'challenge':
        if (outcome.eap === undefined)
          return failure(id, { kind: 'drop', reason: 'internal-error' })
        this.#state = outcome.state
        return { kind: 'request', packet: Buffer.from(outcome.eap) }
      case 'accept': {
        const packet = encodeResult(eapCode.Success, id)
        return { kind: 'success', packet, outcome, keys: outcome.keys }
      }
      case 'reject':
      case 'drop':
        return failure(id, outcome)
    }
  }
}

function failure(id: number, outcome: Refused): ConversationStep {
  return { kind: 'failure', packet: encodeResult(eapCode.Failure, id), outcome }
}

function broken({ id }: { readonly id: number }, detail: string): ConversationStep {
  const packet = encodeResult(eapCode.Failure, id)
  return { kind: 'broken', packet, reason: 'eap-malformed', detail }
}
