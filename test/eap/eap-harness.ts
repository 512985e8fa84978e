import type { OuterMethod, OuterStep, Stage } from '../../src/eap/outer-method.ts'
import { encodeRequest } from '../../src/eap/packet.ts'
import { createEapServer, type EapGateway, type EapServerOptions } from '../../src/eap/server.ts'
import { withTunnel } from '../../src/eap/tls/method.ts'
import { createTlsContext, type TlsVersion } from '../../src/eap/tls/session.ts'
import { createTtls } from '../../src/eap/ttls/ttls.ts'
import { type Attempt, type Outcome, singleRequest } from '../../src/signin/index.ts'
import { createTimerWheel } from '../../src/support/index.ts'
import type { EapAnswer } from '../../src/transport/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { gatewayRules } from '../transport/harness.ts'
import { serverCertificate, serverKey } from '../vectors/certificates.ts'

/** TTLS as most tests want it. */
export function ttlsGateway(maxVersion: TlsVersion = 'TLSv1.2'): EapGateway {
  const context = createTlsContext({ cert: serverCertificate, key: serverKey, maxVersion })
  const ttls = createTtls({ proofs: ['pap'], methods: [] })
  return { methods: [withTunnel(ttls, context)], packetSize: 1_020 }
}

/** A method that is as far as this, and never comes to an end. */
export function endlessGateway(stage: Stage): EapGateway {
  const method: OuterMethod = {
    type: 21,
    stage,
    start: () => Uint8Array.of(0x20),
    receive: async () => ({ kind: 'request', data: Uint8Array.of(0) }),
    close() {},
  }
  return { methods: [{ type: 21, hasTunnel: true, create: () => method }], packetSize: 1_020 }
}

export type Ask = {
  readonly message: Uint8Array
  readonly state?: Uint8Array | undefined
  readonly userName?: string
  readonly mac?: string
  readonly gateway?: string
  readonly framedMtu?: number
  /** NAS-Port-Type: 19 is Wi-Fi. */
  readonly portType?: number
}

const userNameType = 1
const framedMtuType = 12
const portTypeType = 61

function integer(type: number, number: number | undefined): Attempt['attributes'] {
  if (number === undefined) return []
  const value = Buffer.alloc(4)
  value.writeUInt32BE(number)
  return [{ vendor: 0, type, value }]
}

/** The server for EAP with a clock that stands still and a sign-in that the test holds. */
export function createEapHarness(options: Partial<EapServerOptions> = {}) {
  const clock = createManualClock()
  const wheelErrors: unknown[] = []
  const wheel = createTimerWheel(clock, { onError: (error) => wheelErrors.push(error) })
  const lapses: string[] = []
  const errors: unknown[] = []
  const refused: string[] = []
  const attempts: Attempt[] = []
  const waiting: ((outcome: Outcome) => void)[] = []
  const gateway = ttlsGateway()
  const server = createEapServer({
    nodeName: 'node-a',
    gateway: () => gateway,
    signIn(attempt) {
      attempts.push(attempt)
      return new Promise((resolve) => waiting.push(resolve))
    },
    async refuse(_attempt, _live, reason, detail) {
      refused.push(`${reason}: ${detail}`)
      return { kind: 'reject', reason, message: 'No' }
    },
    clock,
    wheel,
    observer: {
      onLapse: ({ stage }) => lapses.push(stage),
      onError: (error) => errors.push(error),
    },
    ...options,
  })

  function attempt({ userName = 'anonymous', mac = '020000000001', ...ask }: Ask): Attempt {
    return {
      id: 'attempt-0001',
      gateway: gatewayRules(ask.gateway ?? 'wifi'),
      userName,
      credential: { kind: 'none' },
      state: ask.state,
      device: { kind: 'mac', value: mac },
      sourceAddress: '192.0.2.1',
      requestAuthenticator: new Uint8Array(16),
      attributes: [
        { vendor: 0, type: userNameType, value: Buffer.from(userName) },
        ...integer(framedMtuType, ask.framedMtu),
        ...integer(portTypeType, ask.portType),
      ],
      receivedAtMs: clock.nowMs(),
    }
  }

  /** One request, and what the gateway gets. */
  function ask(of: Ask): Promise<EapAnswer> {
    return server.receive({
      attempt: attempt(of),
      live: singleRequest(),
      message: of.message,
    })
  }

  /** The sign-in that waits for an outcome; ends it. */
  async function settle(outcome: Outcome): Promise<void> {
    while (attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
    attempts.shift()
    waiting.shift()?.(outcome)
  }

  return {
    server,
    ask,
    settle,
    clock,
    wheel,
    wheelErrors,
    lapses,
    errors,
    refused,
    attempts,
    gateway,
  }
}

export type EapHarness = ReturnType<typeof createEapHarness>

/** Response/Identity. */
export function identity(name = 'anonymous', id = 1): Buffer {
  return response(id, 1, Buffer.from(name))
}

/** A Response of this Type. */
export function response(id: number, type: number, data: Uint8Array): Buffer {
  const packet = encodeRequest(id, type, data)
  packet[0] = 2
  return packet
}

export function challengeOf(answer: EapAnswer) {
  if (answer.kind !== 'challenge') throw new Error(`not a challenge but ${answer.kind}`)
  return answer
}

/**
 * A conversation as a method, so that a peer of a method can talk through the server: `ask` stands for the
 * gateway. The last answer is in `heard`.
 */
export function methodThroughServer(
  ask: (of: Ask) => Promise<EapAnswer>,
  more: Omit<Ask, 'message' | 'state'> = {},
): OuterMethod & { readonly heard: EapAnswer[]; readonly sent: Ask[] } {
  const heard: EapAnswer[] = []
  const sent: Ask[] = []
  const say = async (of: Ask): Promise<EapAnswer> => {
    sent.push(of)
    const answer = await ask(of)
    heard.push(answer)
    return answer
  }
  return {
    type: 21,
    stage: 'running',
    heard,
    sent,
    start: () => new Uint8Array(),
    async receive(data): Promise<OuterStep> {
      if (heard.length === 0) await say({ ...more, message: identity(more.userName) })
      const { packet, state } = challengeOf(heard.at(-1) ?? { kind: 'drop', reason: 'abandoned' })
      const id = packet[1] ?? 0
      const answer = await say({ ...more, state, message: response(id, 21, data) })
      switch (answer.kind) {
        case 'challenge':
          return { kind: 'request', data: answer.packet.subarray(5) }
        case 'accept': {
          const { packet: _, keys, ...outcome } = answer
          return { kind: 'done', outcome, keys }
        }
        case 'reject':
          return { kind: 'broken', reason: answer.reason, detail: '' }
        case 'drop':
          return { kind: 'failed', outcome: answer }
      }
    },
    close() {},
  }
}
