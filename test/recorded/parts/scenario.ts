import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import {
  type Attribute,
  attributeType,
  createSharedSecret,
  type EncodedRequest,
  encodeRequest,
  packetCode,
} from '../../../src/radius/index.ts'
import { demoPhone } from '../../lab/demo-phone.ts'
import { createNames, type Names } from './names.ts'
import { bytesOf, hotpCode, type Person, phoneOf, recoveryCodeOf, totpCode } from './people.ts'
import { chapAttributes, msChapOf } from './proofs.ts'
import { describeReply, type Reply, readReply } from './reply-lines.ts'
import { type Listener, type Service, sharedSecret } from './service.ts'

/** What a gateway sends. */
export type Say = {
  /** NAS-Identifier. */
  readonly to?: string
  /** One of the scenario's people, or any name. Default: the first of them. */
  readonly user?: string
  /** Written differently, such as CORP\\alice; `*` stands for the name. */
  readonly as?: string
  readonly password?: string
  /** A password in bytes, where it is not UTF-8. */
  readonly bytes?: Uint8Array
  readonly chap?: string
  readonly msChap?: string
  readonly msChap1?: string
  readonly device?: string
  readonly state?: Uint8Array | undefined
  readonly more?: readonly Attribute[]
  /** In words, for what is in `more`. */
  readonly note?: string
  readonly identifier?: number
  readonly unsigned?: true
  readonly secret?: string
  readonly code?: number
  /** Another port of the gateway, or another address of the same network. */
  readonly from?: string
  /** Where to. Default: the first address of the service. */
  readonly listener?: Listener
  /** How long to wait for a Reject that leaves later. Default a second. */
  readonly waitMs?: number
  readonly eap?: Uint8Array
  /** False: says nothing about it in the recording. */
  readonly told?: false
}

/** A request that was sent, and what came back so far. */
export type Sent = {
  readonly number: number
  readonly encoded: EncodedRequest
  readonly sentAtMs: number
  readonly from: string
  readonly told: boolean
  reply: Reply | undefined
}

export type Scenario = {
  /** Says what it is about; that is written above it in the recording. */
  readonly about: string
  /** By the name they have in it; the first is whom requests are of. */
  readonly people: Readonly<Record<string, Person>>
  play(play: Play): Promise<void>
}

/** What a scenario can do: be a gateway, a person with a phone, and time. */
export class Play {
  readonly story: string[] = []
  readonly names: Names
  requests = 0
  /** How many of them were rounds of an EAP conversation. */
  rounds = 0
  readonly startMs: number
  readonly service: Service
  readonly #scenario: Scenario
  readonly #prefix: string
  readonly #host: string
  readonly #sockets = new Map<string, Socket>()
  readonly #open: Sent[] = []
  readonly #failures: unknown[] = []
  #identifier = -1

  constructor(
    service: Service,
    scenario: Scenario,
    options: { readonly prefix: string; readonly host: string },
  ) {
    this.service = service
    this.#scenario = scenario
    this.#prefix = options.prefix
    this.#host = options.host
    this.startMs = service.clock.nowMs()
    this.names = createNames(options.prefix)
  }

  /** Whether a request has had no reply. */
  get isOpen(): boolean {
    return this.#open.some(({ reply }) => reply === undefined)
  }

  get people(): readonly string[] {
    return Object.keys(this.#scenario.people)
  }

  /** The name a person has in the directory. */
  nameOf(person: string): string {
    return person in this.#scenario.people ? this.#prefix + person : person
  }

  #person(name: string | undefined): readonly [string, Person] {
    const of = name ?? this.people[0] ?? ''
    const person = this.#scenario.people[of]
    if (person === undefined) throw new Error(`there is no ${of} in this scenario`)
    return [this.#prefix + of, person]
  }

  totp(steps = 0, of?: string): string {
    const code = totpCode(...this.#person(of), this.service.clock.nowMs(), steps)
    const step = steps === 0 ? '' : ` ${steps}`
    this.names.call(code, `code of the app${of === undefined ? '' : ` of ${of}`}${step}`)
    return code
  }

  hotp(counter: number, of?: string): string {
    return hotpCode(this.#person(of)[0], counter)
  }

  recovery(index: number, of?: string): string {
    return recoveryCodeOf(this.#person(of)[0], index)
  }

  phone(of?: string): string {
    return phoneOf(this.#person(of)[0])
  }

  /** Digits that no token gives: the right current code with another first digit. */
  wrongCode(of?: string): string {
    const [name, person] = this.#person(of)
    const nowMs = this.service.clock.nowMs()
    const near = Array.from({ length: 21 }, (_, at) => totpCode(name, person, nowMs, at - 10))
    const counters = Array.from({ length: 30 }, (_, at) => hotpCode(name, at))
    for (let code = 111_111; ; code += 1) {
      if ([...near, ...counters].includes(String(code))) continue
      this.names.call(String(code), 'wrong code')
      return String(code)
    }
  }

  /** Sends a request, and gives a Reject that leaves later the time it needs. */
  async say(say: Say): Promise<Sent> {
    const sent = await this.send(say)
    const { waitMs = 1_000 } = say
    for (let waited = 0; waited < waitMs && sent.reply === undefined; waited += 250) {
      await this.wait(250, { told: false })
    }
    return sent
  }

  /** Sends a request, and goes on as soon as the service is at rest. */
  async send(say: Say): Promise<Sent> {
    const encoded = this.#encode(say)
    this.requests += 1
    const sent: Sent = {
      number: this.requests,
      encoded,
      sentAtMs: this.service.clock.nowMs(),
      from: say.from ?? '',
      told: say.told ?? true,
      reply: undefined,
    }
    this.#open.push(sent)
    if (sent.told) this.story.push(`${sent.number} > ${this.#describe(say)}`)
    await this.#transmit(encoded.bytes, sent.from, say.listener)
    return sent
  }

  /** The same bytes once more, from the same port or another one. */
  async again(sent: Sent, from = sent.from, listener?: Listener): Promise<void> {
    this.requests += 1
    const where = `${from === sent.from ? '' : ` from ${from}`}${listener === undefined ? '' : ` to ${listener}`}`
    this.story.push(`${sent.number} > the same again${where}`)
    await this.#transmit(sent.encoded.bytes, from, listener)
  }

  /** Bytes as they are. */
  async bytes(bytes: Uint8Array, note: string, from = ''): Promise<void> {
    this.requests += 1
    this.story.push(`bytes > ${note}`)
    await this.#transmit(bytes, from)
  }

  /** Time passes, which the recording tells. */
  async wait(
    ms: number,
    { told = true, stepMs }: { readonly told?: boolean; readonly stepMs?: number } = {},
  ): Promise<void> {
    if (told) this.story.push(`${ms} ms pass`)
    await this.service.pass(ms, stepMs)
    await this.#look()
  }

  /** The person presses these keys in the newest call. */
  async press(keys: string, of?: string): Promise<void> {
    this.story.push(`phone: presses ${keys}`)
    await this.#answer(of, (phone, id) => phone.press(id, keys))
  }

  async hangUp(of?: string): Promise<void> {
    this.story.push('phone: hangs up')
    await this.#answer(of, (phone, id) => phone.hangUp(id))
  }

  async #answer(
    of: string | undefined,
    run: (phone: ReturnType<typeof demoPhone>, id: string) => Promise<number>,
  ): Promise<void> {
    const phone = demoPhone(this.service.httpPort)
    const [name] = this.#person(of)
    const call = (await phone.list()).find(({ kind, user }) => kind === 'call' && user === name)
    const status = call === undefined ? 'no call' : await run(phone, call.id)
    if (status !== 200) this.story.push(`phone: ${status}`)
    await this.#look()
  }

  /** The service begins to stop. */
  async stopService(): Promise<void> {
    this.story.push('the service stops')
    this.service.beginStop()
    await this.#look()
  }

  /** Says in the recording what comes now. */
  tell(what: string): void {
    this.story.push(this.names.in(what))
  }

  /** Whether a call has not ended yet. */
  phoneRings(): boolean {
    const calls = this.story.filter((line) => line.startsWith('phone: call to '))
    return calls.length > 0 && !/ ended: [a-z-]+$/.test(calls.at(-1) ?? '')
  }

  /** The code that was sent last, or read out. */
  async sentCode(of?: string): Promise<string> {
    const [name] = this.#person(of)
    const messages = await demoPhone(this.service.httpPort).list()
    const code = messages.find(
      (message) => message.user === name && message.code !== undefined,
    )?.code
    if (code === undefined) throw new Error('no code was sent')
    this.names.of('code', code)
    return code
  }

  /** All that has happened, in the order in which it did. */
  async #look(): Promise<void> {
    await this.service.settle()
    const failure = this.#failures.shift()
    if (failure !== undefined) throw failure
    for (const line of this.service.takeShown())
      this.story.push(`phone: ${this.names.in(withoutCodes(line))}`)
    for (const { event, reason } of this.service.takeEvents()) {
      if (event === 'packet-dropped') this.story.push(`dropped: ${reason}`)
      else if (event === 'internal-error' || event === 'sign-in-trouble')
        this.story.push(`log: ${event}`)
    }
  }

  async #transmit(bytes: Uint8Array, from: string, listener: Listener = 'first'): Promise<void> {
    const socket = await this.#socket(from)
    const to = this.service.listeners[listener]
    if (to === undefined) throw new Error(`the service has no ${listener} address`)
    const { promise, resolve } = Promise.withResolvers<void>()
    socket.send(bytes, to.port, to.address, () => resolve())
    await promise
    this.service.touch()
    await this.#look()
  }

  async #socket(from: string): Promise<Socket> {
    const known = this.#sockets.get(from)
    if (known !== undefined) return known
    const socket = createSocket('udp4')
    socket.bind(0, from.startsWith('127.') ? from : this.#host)
    await once(socket, 'listening')
    socket.on('message', (bytes) => this.#hear(bytes, from))
    this.#sockets.set(from, socket)
    return socket
  }

  #hear(bytes: Buffer, from: string): void {
    this.service.touch()
    try {
      const named = this.#open.filter(({ encoded }) => encoded.identifier === bytes[1])
      const sent = named.findLast((each) => each.from === from) ?? named.at(-1)
      if (sent === undefined) throw new Error('a reply to nothing that was sent')
      // Whatever secret the request had, the gateway's own signs the reply.
      const request = { ...sent.encoded, secret: createSharedSecret(sharedSecret) }
      const reply = readReply(bytes, request)
      const isFirst = sent.reply === undefined
      sent.reply = reply
      const tookMs = this.service.clock.nowMs() - sent.sentAtMs
      if (!sent.told && reply.kind === 'Access-Challenge') return
      const line = describeReply(reply, request, this.names)
      this.story.push(`${sent.number} < after ${tookMs} ms${isFirst ? '' : ', again'}: ${line}`)
    } catch (error) {
      this.#failures.push(error)
    }
  }

  #encode(say: Say): EncodedRequest {
    this.#identifier = say.identifier ?? (this.#identifier + 1) % 256
    const authenticator = bytesOf(`${this.#prefix}${this.requests} authenticator`, 16)
    const name = this.#typedName(say)
    const attributes: Attribute[] = [
      ...(say.user === '' ? [] : [text(attributeType.UserName, name)]),
      ...(say.to === undefined ? [] : [text(attributeType.NasIdentifier, say.to)]),
      ...(say.device === undefined ? [] : [text(attributeType.CallingStationId, say.device)]),
      ...(say.state === undefined ? [] : [{ type: attributeType.State, value: say.state }]),
      ...(say.chap === undefined ? [] : chapAttributes(say.chap, authenticator)),
      ...msChapOf(say, name, this.#prefix + this.requests),
      ...(say.eap === undefined ? [] : splitEap(say.eap)),
      ...(say.more ?? []),
    ]
    return encodeRequest(
      {
        code: say.code ?? packetCode.AccessRequest,
        identifier: this.#identifier,
        attributes,
        authenticator,
        ...passwordOf(say),
        ...(say.unsigned && { messageAuthenticator: false }),
      },
      createSharedSecret(say.secret ?? sharedSecret),
    )
  }

  #typedName({ user, as = '*' }: Say): string {
    return as.replace('*', this.nameOf(user ?? this.people[0] ?? ''))
  }

  #describe(say: Say): string {
    const words: string[] = []
    const { to, password, chap, msChap, msChap1, device, state, note, from } = say
    const typed = (kind: string, value: string | undefined) =>
      value === undefined ? [] : [`${kind} "${this.names.in(value)}"`]
    words.push(...(to === undefined ? [] : [to]), ...(from === undefined ? [] : [`from ${from}`]))
    if (say.secret !== undefined) words.push(`secret "${say.secret}"`)
    words.push(say.user === '' ? 'no name' : this.names.in(this.#typedName(say)))
    words.push(...typed('PAP', password), ...typed('CHAP', chap), ...typed('MS-CHAPv2', msChap))
    words.push(...typed('MS-CHAPv1', msChap1), ...typed('device', device))
    if (state !== undefined)
      words.push(`State <${this.names.of('State', Buffer.from(state).toString('hex'))}>`)
    if (say.unsigned) words.push('unsigned')
    if (say.identifier !== undefined) words.push(`identifier ${say.identifier}`)
    if (say.listener !== undefined) words.push(`to ${say.listener}`)
    if (note !== undefined) words.push(`(${note})`)
    return words.join(', ')
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close()
  }
}

/** Codes that were drawn at random, in digits or spoken one by one. */
function withoutCodes(line: string): string {
  const at = line.indexOf(': ') + 2
  const said = line.slice(at).replaceAll(/\b\d{6}\b|\b\d(?:[ ,.]+\d){5}\b/g, '<sent code>')
  return line.slice(0, at) + said.replaceAll('\n', ' / ')
}

function passwordOf({ password, bytes }: Say): { readonly password?: string | Uint8Array } {
  const clear = bytes ?? password
  return clear === undefined ? {} : { password: clear }
}

const chunk = 253

function splitEap(packet: Uint8Array): Attribute[] {
  const attributes: Attribute[] = []
  for (let at = 0; at < packet.length; at += chunk) {
    attributes.push({ type: attributeType.EapMessage, value: packet.subarray(at, at + chunk) })
  }
  return attributes
}

/** An attribute that holds text. */
export function text(type: number, value: string): Attribute {
  return { type, value: Buffer.from(value) }
}

export function integer(type: number, value: number): Attribute {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return { type, value: bytes }
}
