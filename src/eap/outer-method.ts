import type { Accepted, Broken, InnerMethodFactory, Refused, Round } from './method.ts'

/** Keys for the gateway, named as in its Accept (RFC 2548 2.4.2, 2.4.3). Never logged. */
export type SessionKeys = { readonly receive: Uint8Array; readonly send: Uint8Array }

/** A round as the method outside sees it. */
export type OuterRound = Round & {
  /** Bytes that the next EAP packet may have. */
  readonly packetSize: number
}

/** What comes next between gateway and peer. */
export type OuterStep =
  | {
      readonly kind: 'request'
      readonly data: Uint8Array
      readonly notBeforeMs?: number | undefined
    }
  | { readonly kind: 'done'; readonly outcome: Accepted; readonly keys?: SessionKeys | undefined }
  | { readonly kind: 'failed'; readonly outcome: Refused }
  | Broken

/** How far a method has come: what stopped, when the peer stays silent. */
export type Stage = 'offered' | 'handshake' | 'certificate-sent' | 'running'

/** The method of one conversation, as the peer sees it without opening a tunnel. */
export type OuterMethod = {
  readonly type: number
  /** From `running` on it is worth keeping: the peer has done more than begin. */
  readonly stage: Stage
  /** Type-Data of the first request. Called once. */
  start(): Uint8Array
  /** `data`: Type-Data of the response, anything at all. Never rejects. */
  receive(data: Uint8Array, round: OuterRound): Promise<OuterStep>
  /** Gives back what it holds. Safe to call twice. */
  close(): void
}

export type OuterMethodFactory = {
  readonly type: number
  /** Whether what proves who it is stays inside a tunnel of TLS. */
  readonly hasTunnel: boolean
  create(identity: string): OuterMethod
}

/** Length of each of the two halves that the keys of an inner method come in. */
const halfLength = 16

/** A method that runs without a tunnel, such as EAP-MSCHAPv2 for a VPN: its keys are the session's. */
export function withoutTunnel(factory: InnerMethodFactory): OuterMethodFactory {
  return {
    type: factory.type,
    hasTunnel: false,
    create(identity) {
      const method = factory.create(identity)
      let stage: Stage = 'offered'
      return {
        type: factory.type,
        get stage() {
          return stage
        },
        start: () => method.start(),
        async receive(data, { id, signIn }) {
          stage = 'running'
          const step = await method.receive({ id, data }, signIn)
          if (step.kind !== 'done' || step.isk === undefined) return step
          const keys = {
            receive: step.isk.subarray(0, halfLength),
            send: step.isk.subarray(halfLength, 2 * halfLength),
          }
          return { kind: 'done', outcome: step.outcome, keys }
        },
        close() {},
      }
    },
  }
}
