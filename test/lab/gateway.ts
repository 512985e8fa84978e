import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import {
  type Attribute,
  attributeType,
  createSharedSecret,
  decodePacket,
  type EncodedRequest,
  encodeRequest,
  findAttribute,
  findText,
  type Packet,
  packetCode,
  type RequestToSend,
  verifyReply,
} from '../../src/radius/index.ts'

/** An Access-Request in the words of a test. */
export type SignInRequest = {
  readonly user: string
  readonly password?: string
  /** NAS-Identifier. */
  readonly nas?: string
  /** Calling-Station-Id. */
  readonly device?: string
  readonly state?: Uint8Array
  readonly more?: readonly Attribute[]
  /** Default: the next one. */
  readonly identifier?: number
}

export type TestReply = {
  readonly kind: 'accept' | 'reject' | 'challenge'
  readonly message: string
  readonly state: Uint8Array | undefined
  readonly packet: Packet
  /** From the last sending to the reply. */
  readonly tookMs: number
}

type UnnumberedRequest = Omit<RequestToSend, 'identifier'> & { readonly identifier?: number }

/** A gateway with one source port: up to 256 requests can be in flight. */
export type TestGateway = {
  /** Makes a request with the next identifier; `send` it once or several times. */
  request(signIn: SignInRequest): EncodedRequest
  encode(request: UnnumberedRequest): EncodedRequest
  /** Sends, and waits for the reply; undefined when none came in time. Throws on one that does not verify. */
  send(request: EncodedRequest, withinMs?: number): Promise<TestReply | undefined>
  signIn(signIn: SignInRequest, withinMs?: number): Promise<TestReply | undefined>
  /** Bytes as they are, without waiting for anything. */
  sendBytes(bytes: Uint8Array): void
  /** Every datagram that came, in order. */
  readonly received: readonly Buffer[]
  close(): void
}

type Waiting = { sentAtMs: number; resolve(reply: TestReply): void; reject(error: Error): void }

const kinds: Readonly<Record<number, TestReply['kind']>> = {
  [packetCode.AccessAccept]: 'accept',
  [packetCode.AccessReject]: 'reject',
  [packetCode.AccessChallenge]: 'challenge',
}

/**
 * Opens a gateway towards a service. Each reply must verify, and carry Message-Authenticator as its
 * first attribute (CVE-2024-3596): one that does not fails the test that waits for it.
 */
export async function openGateway(options: {
  readonly port: number
  readonly host?: string
  readonly secret?: string
  /** Source address; default `host`. */
  readonly from?: string
}): Promise<TestGateway> {
  const { port, host = '127.0.0.1' } = options
  const secret = createSharedSecret(options.secret ?? 'testing123')
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  socket.bind(0, options.from ?? host)
  await once(socket, 'listening')
  const received: Buffer[] = []
  const sent = new Map<number, EncodedRequest>()
  const waiting = new Map<EncodedRequest, Waiting>()
  let lastIdentifier = -1

  socket.on('message', (bytes) => {
    received.push(bytes)
    const request = sent.get(bytes[1] ?? -1)
    const waits = request === undefined ? undefined : waiting.get(request)
    if (request === undefined || waits === undefined) return
    try {
      const reply = readReply(bytes, request, waits.sentAtMs)
      waiting.delete(request)
      waits.resolve(reply)
    } catch (error) {
      waits.reject(error instanceof Error ? error : new Error(String(error)))
    }
  })

  function encode(request: UnnumberedRequest): EncodedRequest {
    lastIdentifier = request.identifier ?? (lastIdentifier + 1) % 256
    return encodeRequest({ ...request, identifier: lastIdentifier }, secret)
  }

  const gateway: TestGateway = {
    encode,
    request: ({ user, password, nas, device, state, more = [], identifier }) =>
      encode({
        ...(identifier === undefined ? {} : { identifier }),
        code: packetCode.AccessRequest,
        attributes: [
          text(attributeType.UserName, user),
          ...(nas === undefined ? [] : [text(attributeType.NasIdentifier, nas)]),
          ...(device === undefined ? [] : [text(attributeType.CallingStationId, device)]),
          ...(state === undefined ? [] : [{ type: attributeType.State, value: state }]),
          ...more,
        ],
        ...(password === undefined ? {} : { password }),
      }),
    async send(request, withinMs = 30_000) {
      sent.set(request.identifier, request)
      const { promise, resolve, reject } = Promise.withResolvers<TestReply | undefined>()
      const earlier = waiting.get(request)
      waiting.set(request, {
        sentAtMs: Date.now(),
        resolve(reply) {
          earlier?.resolve(reply)
          resolve(reply)
        },
        reject,
      })
      socket.send(request.bytes, port, host)
      const timer = setTimeout(() => resolve(undefined), withinMs)
      return promise.finally(() => clearTimeout(timer))
    },
    signIn: (signIn, withinMs) => gateway.send(gateway.request(signIn), withinMs),
    sendBytes: (bytes) => socket.send(bytes, port, host),
    received,
    close: () => socket.close(),
  }
  return gateway
}

function readReply(bytes: Buffer, request: EncodedRequest, sentAtMs: number): TestReply {
  const packet = decodePacket(bytes)
  const verified = verifyReply(packet, request, { requireMessageAuthenticator: true })
  if (!verified.ok) throw new Error(`a reply that does not verify: ${verified.reason}`)
  if (packet.attributes[0]?.type !== attributeType.MessageAuthenticator) {
    throw new Error(`Message-Authenticator does not stand first: ${bytes.toString('hex')}`)
  }
  const kind = kinds[packet.code]
  if (kind === undefined) throw new Error(`a reply with code ${packet.code}`)
  return {
    kind,
    message: findText(packet, attributeType.ReplyMessage) ?? '',
    state: findAttribute(packet, attributeType.State),
    packet,
    tookMs: Date.now() - sentAtMs,
  }
}

/** An attribute that holds text. */
export function text(type: number, value: string): Attribute {
  return { type, value: Buffer.from(value) }
}
