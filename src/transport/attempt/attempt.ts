import {
  attributeType,
  findAttribute,
  findInteger,
  findText,
  type Packet,
  type VerifiedRequest,
} from '../../radius/index.ts'
import type { Attempt } from '../../signin/index.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { readCredential } from './credential.ts'
import { addressText, normaliseDevice } from './device.ts'
import { RequestAttributes, requestAttributes } from './request-attributes.ts'

/** What the sign-in gets besides the request itself. */
export type AttemptContext = {
  readonly id: string
  readonly gateway: Gateway
  /** Address it came from, without port. */
  readonly source: string
  readonly receivedAtMs: number
}

/** What a request says, as the sign-in takes it. */
export function readAttempt(
  request: VerifiedRequest,
  { id, gateway, source, receivedAtMs }: AttemptContext,
): Attempt {
  const name = findAttribute(request, attributeType.UserName)
  const userName = name === undefined ? '' : gateway.charset.decode(name).text
  const state = findAttribute(request, attributeType.State)
  return {
    id,
    gateway: gateway.rules,
    userName,
    credential: readCredential(request, userName, gateway),
    state: state === undefined ? undefined : withoutEndingNuls(state),
    device: normaliseDevice(deviceText(request, gateway)),
    port: portEvidence(request),
    sourceAddress: source,
    requestAuthenticator: request.authenticator,
    attributes: new RequestAttributes(request),
    receivedAtMs,
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
 * NAS-Port, NAS-Port-Id and Acct-Session-Id in one text, or undefined where there is none of them. NAS-Port 0 is what
 * gateways without ports send for everyone, so it is left out.
 */
function portEvidence(packet: Packet): string | undefined {
  const port = findInteger(packet, attributeType.NasPort) ?? 0
  const portId = findText(packet, attributeType.NasPortId) ?? ''
  const session = findText(packet, attributeType.AcctSessionId) ?? ''
  if (port === 0 && portId === '' && session === '') return undefined
  // The length keeps ('a', 'b/c') apart from ('a/b', 'c').
  return [port, portId.length, portId, session].join('/')
}
