import {
  type Attribute,
  attributeType,
  createSharedSecret,
  decodePacket,
  encodeRequest,
  packetCode,
  type RequestToSend,
  type SentRequest,
  type SharedSecret,
  textAttributes,
  verifyReply,
} from '../../src/radius/index.ts'
import type { Attempt, GatewayRules, LiveRequest, Outcome } from '../../src/signin/index.ts'
import { createTimerWheel, utf8 } from '../../src/support/index.ts'
import type { EapHandler } from '../../src/transport/eap-port.ts'
import type { GatewayEntry } from '../../src/transport/gateways/gateway.ts'
import { createGatewayTable } from '../../src/transport/gateways/gateway-table.ts'
import { handleDatagram } from '../../src/transport/handle-datagram.ts'
import {
  createListenerState,
  type ListenerStateOptions,
} from '../../src/transport/listener/listener-state.ts'
import type { Answer, Drop, TransportObserver } from '../../src/transport/listener/observer.ts'
import { createManualClock } from '../support/manual-clock.ts'

export const secret = createSharedSecret('xyzzy5461')

/** For tests without EAP. */
export const noEap: EapHandler = () => {
  throw new Error('no EAP here')
}

export function gatewayRules(name: string): GatewayRules {
  return {
    name,
    group: name,
    flow: 'auto',
    challenges: true,
    patienceMs: 30_000,
    marginMs: 2_000,
    firstFactor: { kind: 'directories', names: ['local'] },
    secondFactorFirst: false,
    methods: ['totp'],
    append: { delimiter: ',', words: true },
    personSpecificDevice: true,
    onDirectoryDown: 'reject',
    requireGroups: [],
    denyGroups: [],
    replyAttributes: [],
    label: name,
  }
}

export function gateway(name: string, changes: Partial<GatewayEntry> = {}): GatewayEntry {
  return {
    rules: gatewayRules(name),
    prefixes: ['192.0.2.1'],
    trustNasIdentifier: false,
    secret,
    messageAuthenticator: 'required',
    learnt: false,
    charset: utf8,
    msChapV1: false,
    maxOpen: 1_000,
    ...changes,
  }
}

export const accepted: Outcome = { kind: 'accept', reason: 'accepted', attributes: [] }

/** Everything the listener told, in the order it did. */
export function createRecorder() {
  const drops: Drop[] = []
  const answers: Answer[] = []
  const resends: string[] = []
  const learnt: string[] = []
  const verified: string[] = []
  const statuses: string[] = []
  const accounting: string[] = []
  const sendErrors: Error[] = []
  const sockets: string[] = []
  const observer: TransportObserver = {
    onDrop: (drop) => drops.push(drop),
    onAnswer: (answer) => answers.push(answer),
    onResend: (_gateway, how) => resends.push(how),
    onStatus: (name) => statuses.push(name),
    onAccounting: (name, result) => accounting.push(`${name} ${result}`),
    onVerified: (name, messageAuthenticator) => verified.push(`${name} ${messageAuthenticator}`),
    onLearnt: (name) => learnt.push(name),
    onSendError: (error) => sendErrors.push(error),
    onSocket: (event, address) => sockets.push(`${event} ${address}`),
  }
  return {
    ...{ observer, drops, answers, resends, learnt, verified, statuses, accounting },
    ...{ sendErrors, sockets },
  }
}

/** A sign-in that ends when the test says so. */
export type Held = {
  readonly attempt: Attempt
  readonly live: LiveRequest
  end(outcome: Outcome): Promise<void>
}

export function createHeldSignIn() {
  const held: Held[] = []
  function signIn(attempt: Attempt, live: LiveRequest): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    held.push({
      attempt,
      live,
      async end(outcome) {
        resolve(outcome)
        await flush()
      },
    })
    return promise
  }
  return { held, signIn }
}

/** Lets everything that waits for a promise run. */
export function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export type Sent = {
  readonly bytes: Uint8Array
  readonly host: string
  readonly port: number
  readonly socket: number
}

/** How much is kept and open at a time, where a test is not about that. */
export const bounds = {
  maxOpen: 100_000,
  replyCache: { keepMs: 30_000, maxBytes: 64 * 1024 * 1024 },
}

/** The way of a datagram without a socket, and with a clock that stands still. */
export function createHarness(
  options: { gateways?: readonly GatewayEntry[] } & Partial<
    Pick<ListenerStateOptions, 'signIn' | 'eap' | 'maxOpen' | 'replyCache' | 'watch' | 'waitedMs'>
  > = {},
) {
  const clock = createManualClock()
  const recorder = createRecorder()
  const heldSignIn = createHeldSignIn()
  const wheelErrors: unknown[] = []
  const wheel = createTimerWheel(clock, { onError: (error) => wheelErrors.push(error) })
  const { gateways = [gateway('vpn')], ...rest } = options
  const listener = createListenerState({
    gateways: createGatewayTable(gateways),
    signIn: heldSignIn.signIn,
    eap: noEap,
    clock,
    wheel,
    observer: recorder.observer,
    ...bounds,
    ...rest,
  })
  const sent: Sent[] = []

  function receive(
    bytes: Uint8Array,
    { host = '192.0.2.1', port = 40_000, socket = 1 } = {},
  ): void {
    const reply = {
      id: socket,
      send: (reply: Uint8Array, port: number, address: string) =>
        sent.push({ bytes: reply, host: address, port, socket }),
    }
    handleDatagram(listener, Buffer.from(bytes), { socket: reply, address: host, host, port })
  }

  return { ...recorder, ...heldSignIn, clock, wheel, wheelErrors, listener, sent, receive }
}

/** An Access-Request of alice, signed unless said otherwise. `bare`: without User-Password. */
export function accessRequest(
  changes: Partial<RequestToSend> & {
    secret?: SharedSecret
    user?: string
    nas?: string
    bare?: boolean
  } = {},
) {
  const { secret: key = secret, user = 'alice', nas, bare, attributes = [], ...rest } = changes
  const named: Attribute[] = [
    ...textAttributes(attributeType.UserName, user),
    ...textAttributes(attributeType.NasIdentifier, nas ?? ''),
    ...attributes,
  ]
  const password = bare ? {} : { password: 'hunter2' }
  const request = { code: packetCode.AccessRequest, identifier: 7, ...password, ...rest }
  return encodeRequest({ ...request, attributes: named }, key)
}

/** Decodes a reply whose authenticators are right for this request; fails the test otherwise. */
export function readReply(bytes: Uint8Array | undefined, request: SentRequest) {
  if (bytes === undefined) throw new Error('no reply was sent')
  const packet = decodePacket(bytes)
  const checked = verifyReply(packet, request, { requireMessageAuthenticator: true })
  if (!checked.ok) throw new Error(`reply does not verify: ${checked.reason}`)
  return packet
}
