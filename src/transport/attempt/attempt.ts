import {
  attributeType,
  findAttribute,
  findInteger,
  findText,
  type Packet,
  type VerifiedRequest,
} from '../../radius/index.ts'
import {
  type Attempt,
  type Credential,
  type DeviceEvidence,
  type GatewayRules,
  type Outcome,
  Stop,
} from '../../signin/index.ts'
import type { Gateway } from '../gateways/gateway-table.ts'
import { readCredential } from './credential.ts'
import { addressText, normaliseDevice } from './device.ts'
import { requestAttributes } from './request-attributes.ts'

/** Where an attempt comes from. */
export interface HeldRequest {
  readonly gateway: Gateway
  /** The request, read again when it was let go of. */
  request(): VerifiedRequest
  answer(outcome: Outcome): void
}

/** What the request says. */
type Values = Pick<Attempt, 'userName' | 'credential' | 'state' | 'device' | 'port'>

/** What the sign-in gets beside the request itself. */
export type AttemptContext = {
  readonly id: string
  readonly gateway: Gateway
  readonly source: string
  readonly receivedAtMs: number
  readonly held: HeldRequest
}

/**
 * An Attempt that can be held for minutes by the hundred thousand: a few short values, and the rest is
 * read from the datagram again when asked for (RULES 32).
 */
export class RadiusAttempt extends Stop implements Attempt {
  readonly id: string
  /** With the patience this attempt began with. */
  gateway: GatewayRules
  readonly sourceAddress: string
  readonly receivedAtMs: number
  resends = 0
  readonly #held: HeldRequest
  #values: Values | undefined

  constructor(request: VerifiedRequest, context: AttemptContext) {
    super()
    this.id = context.id
    this.gateway = context.gateway.rules
    this.sourceAddress = context.source
    this.receivedAtMs = context.receivedAtMs
    this.#held = context.held
    this.#values = readValues(request, context.gateway)
  }

  /** Itself: another object each would be a fiftieth of what a held request may cost (RULES 32). */
  get stop(): Stop {
    return this
  }

  get userName(): string {
    return this.#read().userName
  }

  get credential(): Credential {
    return this.#read().credential
  }

  get state(): Uint8Array | undefined {
    return this.#read().state
  }

  get device(): DeviceEvidence | undefined {
    return this.#read().device
  }

  get port(): string | undefined {
    return this.#read().port
  }

  get requestAuthenticator(): Uint8Array {
    return this.#held.request().authenticator
  }

  get attributes(): Attempt['attributes'] {
    return requestAttributes(this.#held.request().attributes)
  }

  answer(outcome: Outcome): void {
    this.#held.answer(outcome)
  }

  /** Lets go of everything that can be read again, the password among it. */
  shrink(): void {
    this.#values = undefined
  }

  #read(): Values {
    this.#values ??= readValues(this.#held.request(), this.#held.gateway)
    return this.#values
  }
}

function readValues(request: VerifiedRequest, gateway: Gateway): Values {
  const name = findAttribute(request, attributeType.UserName)
  const userName = name === undefined ? '' : gateway.charset.decode(name).text
  const state = findAttribute(request, attributeType.State)
  return {
    userName,
    credential: readCredential(request, userName, gateway),
    state: state === undefined ? undefined : withoutEndingNuls(state),
    device: normaliseDevice(deviceText(request, gateway)),
    port: portEvidence(request),
  }
}

/** Gateways that keep State as a C string may send the end of the string along; ours has no NUL. */
function withoutEndingNuls(state: Uint8Array): Uint8Array {
  return Uint8Array.from(state.subarray(0, state.findLastIndex((byte) => byte !== 0) + 1))
}

/** Only where the gateway has it: another attribute may name the gateway itself. */
function deviceText(request: VerifiedRequest, { deviceAttribute }: Gateway): string {
  if (deviceAttribute === undefined) {
    return findText(request, attributeType.CallingStationId) ?? ''
  }
  const { vendor, type, form } = deviceAttribute
  const found = requestAttributes(request.attributes).find(
    (attribute) => attribute.vendor === vendor && attribute.type === type,
  )
  if (found === undefined) return ''
  return form === 'text' ? Buffer.from(found.value).toString() : addressText(found.value)
}

/**
 * NAS-Port, NAS-Port-Id and Acct-Session-Id in one text, or undefined where there is none of them.
 * NAS-Port 0 is what gateways without ports send for everybody, so it is none.
 */
function portEvidence(packet: Packet): string | undefined {
  const port = findInteger(packet, attributeType.NasPort) ?? 0
  const portId = findText(packet, attributeType.NasPortId) ?? ''
  const session = findText(packet, attributeType.AcctSessionId) ?? ''
  if (port === 0 && portId === '' && session === '') return undefined
  // The length keeps ('a', 'b/c') apart from ('a/b', 'c'). Joined, not concatenated: one flat string.
  return [port, portId.length, portId, session].join('/')
}
