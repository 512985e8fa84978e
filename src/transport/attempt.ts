import {
  attributeType,
  findAttribute,
  findInteger,
  findText,
  type Packet,
  type VerifiedRequest,
} from '../radius/index.ts'
import type { Attempt, Credential, DeviceEvidence, GatewayRules } from '../signin/index.ts'
import { decodeText, readCredential } from './credential.ts'
import { normaliseDevice } from './device.ts'
import type { Gateway } from './gateway-table.ts'
import { requestAttributes } from './request-attributes.ts'

/** The packet of an attempt, read again when asked for. */
export interface HeldPacket {
  packet(): Packet
}

/** What the sign-in gets beside the request itself. */
export type AttemptContext = {
  readonly id: string
  readonly gateway: Gateway
  readonly source: string
  readonly receivedAtMs: number
  readonly held: HeldPacket
}

/**
 * An Attempt that can be held for minutes by the hundred thousand: a few short values and the datagram.
 * The attributes are read again when asked for, and the AbortController is made on first use.
 */
export class RadiusAttempt implements Attempt {
  readonly id: string
  /** With the patience this attempt began with. */
  gateway: GatewayRules
  readonly userName: string
  readonly credential: Credential
  declare readonly state?: Uint8Array
  declare readonly device?: DeviceEvidence
  declare readonly port?: string
  readonly sourceAddress: string
  readonly receivedAtMs: number
  readonly resends = { count: 0 }
  readonly #held: HeldPacket
  #controller: AbortController | undefined

  constructor(request: VerifiedRequest, context: AttemptContext) {
    const { charset } = context.gateway
    const userName = findAttribute(request, attributeType.UserName)
    const state = findAttribute(request, attributeType.State)
    const device = normaliseDevice(findText(request, attributeType.CallingStationId) ?? '')
    const port = portEvidence(request)
    this.id = context.id
    this.gateway = context.gateway.rules
    this.userName = userName === undefined ? '' : decodeText(userName, charset)
    this.credential = readCredential(request, charset)
    if (state !== undefined) this.state = Uint8Array.from(state)
    if (device !== undefined) this.device = device
    if (port !== undefined) this.port = port
    this.sourceAddress = context.source
    this.receivedAtMs = context.receivedAtMs
    this.#held = context.held
  }

  get requestAuthenticator(): Uint8Array {
    return this.#held.packet().authenticator
  }

  get attributes(): Attempt['attributes'] {
    return requestAttributes(this.#held.packet().attributes)
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  /** Tells the sign-in that nobody waits for it any more. */
  abort(reason: Error): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }
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
