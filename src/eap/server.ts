import { hash } from 'node:crypto'
import { attributeType, eapType, wireless80211 } from '../radius/index.ts'
import type { Attempt, RejectReason } from '../signin/index.ts'
import type { Clock, TimerWheel } from '../support/index.ts'
import type { EapAnswer, EapHandler, EapRequest } from '../transport/index.ts'
import { type AnswerParts, answerRequest, challengeOf, refusalOf } from './answers.ts'
import { Conversation } from './conversation.ts'
import { methodName } from './method-names.ts'
import {
  type ConversationLimits,
  createOpenConversations,
  type Ended,
  type Entry,
  type OpenConversations,
} from './open-conversations.ts'
import type { OuterMethodFactory, Stage } from './outer-method.ts'
import { decodeResponse, identityBytes } from './packet.ts'
import { type AnyConversation, RelayedConversation } from './relayed-conversation.ts'
import { createEapStates } from './state.ts'

/** EAP at one gateway. */
export type EapGateway = {
  /** Whether an upstream server carries conversations on; the upstream server then decides the rest. */
  readonly isPassedOn?: boolean
  /** Methods, in the order they are offered. */
  readonly methods: readonly OuterMethodFactory[]
  /** Bytes of an EAP packet of ours at most: 100 to 1400. */
  readonly packetSize: number
}

/** What an operator may want to know about conversations. Implementations are quick and never throw. */
export type EapObserver = {
  /** The peer went silent: after our certificate, mostly because it does not trust it. */
  onLapse(lapse: {
    readonly gateway: string
    readonly method: string
    readonly stage: Stage
    /** Calling-Station-Id, if there is one that tells devices apart. */
    readonly device: string | undefined
  }): void
  /** An error in our code. */
  onError(error: unknown): void
}

export type EapServerOptions = Pick<AnswerParts, 'signIn' | 'refuse'> & {
  /** Name of this process: no other process that gateways ask has the same. */
  readonly nodeName: string
  /** The settings for new conversations of a gateway; undefined where it may have none. */
  readonly gateway: (name: string) => EapGateway | undefined
  readonly clock: Clock
  readonly wheel: TimerWheel
  /** Default: 10,000 conversations, 1,000 of them half-open. */
  readonly limits?: ConversationLimits
  readonly observer: EapObserver
}

/** The EAP server: requests in, conversations carried on, answers out. */
export type EapServer = {
  readonly receive: EapHandler
  /** Ends all conversations, and gives their memory back. */
  close(): void
  readonly stats: () => OpenConversations['stats']
}

const defaultLimits: ConversationLimits = { maxOpen: 10_000, maxHalfOpen: 1_000 }
/** The value of NAS-Port-Type on Wi-Fi. */
const onWiFi = Buffer.of(0, 0, 0, wireless80211)
/** On the link, a header of this many bytes comes before EAP. */
const linkHeader = 4
const minPacketSize = 100

type Attributes = Attempt['attributes']

/** Creates the EAP server. It outlives reloads: a conversation goes on with the settings it began with. */
export function createEapServer(options: EapServerOptions): EapServer {
  const { clock, wheel, observer, limits = defaultLimits } = options
  const parts = { ...options, states: createEapStates(options.nodeName) }
  const conversations = createOpenConversations(clock, wheel, limits, tellLapse)

  function tellLapse({ conversation, device, gateway }: Entry): void {
    const { methodType, stage } = conversation
    observer.onLapse({ gateway, device, method: methodName(methodType), stage })
  }

  /** Finds the conversation of a request by its State, or begins one. */
  async function receive(request: EapRequest): Promise<EapAnswer> {
    const { attempt } = request
    if (attempt.state === undefined) return begin(request)
    const named = parts.states.decode(attempt.state)
    if (named === undefined) return turnStateAway(request, 'not open')
    if (named === 'cut') {
      return turnStateAway(request, `cut by the gateway, to ${attempt.state.length} bytes`)
    }
    if (!named.isOurs) return turnStateAway(request, 'of another server')
    const open = conversations.find(named.id)
    const known = open ?? conversations.findEnded(named.id)
    if (known === undefined) return turnStateAway(request, 'not open')
    if (known.boundTo !== bindingOf(attempt)) return turnStateAway(request, 'of another device')
    if (open !== undefined) return goOn(open, named.round, request)
    return lastSaid(known, named.round, request) ?? turnStateAway(request, 'already over')
  }

  function turnAway(request: EapRequest, reason: RejectReason, detail: string): Promise<EapAnswer> {
    return refusalOf(parts, request, reason, detail)
  }

  /** A State that names no open conversation. Where the gateway may have none, that is the reason. */
  function turnStateAway(request: EapRequest, detail: string): Promise<EapAnswer> {
    const mayHaveOne = options.gateway(request.attempt.gateway.name) !== undefined
    return turnAway(request, mayHaveOne ? 'eap-conversation-unknown' : 'eap-not-supported', detail)
  }

  /** A request without State: an identity, or EAP-Start, which wants to be asked for one (RFC 3579 2.1). */
  async function begin(request: EapRequest): Promise<EapAnswer> {
    const { attempt, message } = request
    const gateway = options.gateway(attempt.gateway.name)
    if (gateway === undefined) return turnAway(request, 'eap-not-supported', 'no eap: section')
    const { attributes } = attempt
    const response = decodeResponse(message)
    const isStart = message.length === 0
    if (!isStart && response?.type !== eapType.Identity) {
      return turnAway(request, 'eap-malformed', 'no identity')
    }
    if (response !== undefined && !isUserName(attributes, response.data)) {
      return turnAway(request, 'eap-name-differs', 'User-Name is not the identity')
    }
    const conversation = conversationFor(attributes, gateway)
    const entry = conversations.add({
      id: parts.states.newId(),
      conversation,
      gateway: attempt.gateway.name,
      device: attempt.device?.value,
      boundTo: bindingOf(attempt),
      packetSize: packetSizeOf(attributes, gateway),
    })
    if (entry === undefined) return { kind: 'drop', reason: 'too-many-open' }
    if (!isStart) return work(entry, digestOf(message), request)
    const answer = challengeOf(parts, entry, conversation.askIdentity())
    return settle(entry, digestOf(message), answer)
  }

  /** A request of an open conversation: its turn, or one that came before. */
  async function goOn(entry: Entry, round: number, request: EapRequest): Promise<EapAnswer> {
    const digest = digestOf(request.message)
    const { working } = entry
    if (working === undefined && round === entry.round) return work(entry, digest, request)
    if (working?.digest === digest && round === entry.round) return working.answer
    // EAP is one packet at a time (RFC 3748 2): a refusal here would end what is under way.
    return lastSaid(entry, round, request) ?? { kind: 'drop', reason: 'eap-out-of-turn' }
  }

  /** The last answer, for a gateway, or another of its kind, that did not receive it. */
  function lastSaid(
    { last, round: next }: Ended,
    round: number,
    request: EapRequest,
  ): EapAnswer | undefined {
    const isHeard = round === next - 1 && last?.digest === digestOf(request.message)
    return isHeard ? last.answer : undefined
  }

  function work(entry: Entry, digest: string, request: EapRequest): Promise<EapAnswer> {
    conversations.works(entry)
    const answer = answerRequest(parts, entry, request, () => conversations.signsIn(entry))
      .catch(mistake)
      .then((said) => {
        entry.working = undefined
        return settle(entry, digest, said)
      })
    entry.working = { digest, answer }
    return answer
  }

  /** Costs this conversation, and the service nothing. */
  function mistake(error: unknown): EapAnswer {
    observer.onError(error)
    return { kind: 'drop', reason: 'internal-error' }
  }

  /** The answer to the gateway, remembered in case the gateway did not receive it. */
  function settle(entry: Entry, digest: string, answer: EapAnswer): EapAnswer {
    // It had to make room meanwhile.
    if (conversations.find(entry.id) !== entry) return { kind: 'drop', reason: 'too-many-open' }
    const isRepeated = answer.kind === 'challenge' && answer.isRepeated
    if (!isRepeated) {
      entry.round += 1
      entry.last = { digest, answer }
    }
    if (answer.kind === 'challenge') conversations.waits(entry)
    else conversations.ends(entry)
    return answer
  }

  return {
    receive: (request) => receive(request).catch(mistake),
    close: conversations.close,
    stats: () => conversations.stats,
  }
}

/**
 * Over the air, only methods with a tunnel are allowed (RFC 4017 2.2): the others make no keys to encrypt with, or
 * could be relayed into a tunnel of someone else (RULES 28). What is passed on never has one.
 */
function conversationFor(attributes: Attributes, gateway: EapGateway): AnyConversation {
  const { isPassedOn = false, methods } = gateway
  if (!isWireless(attributes)) {
    return isPassedOn ? new RelayedConversation() : new Conversation(methods)
  }
  return new Conversation(isPassedOn ? [] : methods.filter(({ hasTunnel }) => hasTunnel))
}

function isWireless(attributes: Attributes): boolean {
  return [...attributes].some(
    ({ vendor, type, value }) =>
      vendor === 0 && type === attributeType.NasPortType && onWiFi.equals(value),
  )
}

/** Framed-MTU of the first request is used to the end: it belongs to the link (RFC 3580 3.10). */
function packetSizeOf(attributes: Attributes, { packetSize }: EapGateway): number {
  const value = standardValue(attributes, attributeType.FramedMtu)
  if (value?.length !== 4) return packetSize
  const framedMtu = new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(0)
  return Math.max(minPacketSize, Math.min(packetSize, framedMtu - linkHeader))
}

function standardValue(attributes: Attributes, wanted: number): Uint8Array | undefined {
  return [...attributes].find(({ vendor, type }) => vendor === 0 && type === wanted)?.value
}

/** A conversation belongs to one device and name at one gateway. */
function bindingOf({ gateway, device, userName }: Attempt): string {
  return [gateway.name, device?.kind, device?.value, userName].join('\n')
}

/**
 * The gateway copies one into the other (RFC 3579 2.1). Where they differ, something in between has changed one.
 * A device that does not say who it is sends zero bytes (RFC 3748 5.1), which User-Name cannot hold: the
 * gateway then names the device in its own way, or leaves User-Name out.
 */
function isUserName(attributes: Attributes, identity: Uint8Array): boolean {
  const userName = standardValue(attributes, attributeType.UserName)
  const named = identityBytes(identity)
  if (userName === undefined || named.length === 0) return true
  return Buffer.compare(identityBytes(userName), named) === 0
}

function digestOf(message: Uint8Array): string {
  return hash('sha256', message, 'base64url')
}
