import {
  attributeType,
  decodePacket,
  findText,
  type Packet,
  packetCode,
  RadiusError,
  type RequestPolicy,
  type RequestRefusal,
  type VerifiedRequest,
  verifyRequest,
} from '../radius/index.ts'
import type { DropReason } from '../signin/index.ts'
import type { Gateway } from './gateways/gateway.ts'
import { chooseGateway, type GatewayGroup, type GatewayTable } from './gateways/gateway-table.ts'

/** A request whose authenticators were checked with the secret of this gateway, or why it was refused. */
export type DatagramVerification =
  | {
      readonly ok: true
      readonly gateway: Gateway
      readonly request: VerifiedRequest
      readonly messageAuthenticator: 'valid' | 'absent'
    }
  | {
      readonly ok: false
      readonly reason: DropReason
      readonly gateway?: Gateway
      readonly detail?: string
    }

/** What a port serves beside Status-Server, and the code that comes there when the ports are mixed up. */
const ports = {
  'sign-in': {
    serves: packetCode.AccessRequest,
    mixedUp: packetCode.AccountingRequest,
    reason: 'accounting-to-sign-in-port',
  },
  accounting: {
    serves: packetCode.AccountingRequest,
    mixedUp: packetCode.AccessRequest,
    reason: 'sign-in-to-accounting-port',
  },
} as const

export type PortKind = keyof typeof ports

/**
 * From bytes to a verified request: who sent it, is it a packet, is it meant for this port? Which gateway is it, and is
 * it proven at this time, `nowMs` since 1970 (RFC 2865 section 3, RFC 2866 3, RFC 3579 3.2, RFC 5997)? What fails here
 * gets no answer: those RFCs say so for each, as nothing proves that a gateway sent it.
 */
export function verifyDatagram(
  port: PortKind,
  gateways: GatewayTable,
  bytes: Uint8Array,
  host: string,
  nowMs: number,
): DatagramVerification {
  const group = gateways.find(host)
  if (group === undefined) return { ok: false, reason: 'gateway-unknown' }

  const packet = decode(bytes)
  if (packet instanceof RadiusError) {
    const reason = packet.code === 'attribute-malformed' ? 'packet-malformed' : 'length-wrong'
    return { ok: false, reason, detail: packet.message }
  }
  const { code } = packet
  const { serves, mixedUp, reason: mixedUpReason } = ports[port]
  if (code === mixedUp) return { ok: false, reason: mixedUpReason }
  if (code !== serves && code !== packetCode.StatusServer) {
    return { ok: false, reason: 'code-unexpected', detail: `code ${code}` }
  }
  const nasIdentifier = findText(packet, attributeType.NasIdentifier)
  const gateway = group.only ?? chooseGateway(group, nasIdentifier)
  if (code === packetCode.StatusServer) return verifyStatus(group, gateway, packet)
  if (gateway === undefined) {
    const detail = nasIdentifier === undefined ? 'it sends none' : JSON.stringify(nasIdentifier)
    return { ok: false, reason: 'nas-identifier-unknown', detail }
  }
  return verifyWith(gateway, packet, policyOf(gateway, nowMs))
}

/**
 * Status-Server needs a known address and one of its secrets, whatever NAS-Identifier says (RULES 13): it asks
 * whether the server lives and brings no user. A proxy sends it with a name of its own or with none, and
 * takes silence for a dead server.
 */
function verifyStatus(
  { bySecret }: GatewayGroup,
  named: Gateway | undefined,
  packet: Packet,
): DatagramVerification {
  let reason: DropReason = 'message-authenticator-wrong'
  for (const gateway of named === undefined ? bySecret : [named, ...bySecret]) {
    const verified = verifyWith(gateway, packet, strict)
    if (verified.ok) return verified
    reason = verified.reason
  }
  return { ok: false, reason, ...(named && { gateway: named }) }
}

function verifyWith(gateway: Gateway, packet: Packet, policy: RequestPolicy): DatagramVerification {
  const checked = verifyRequest(packet, gateway.secret, policy)
  if (!checked.ok) return { ok: false, reason: refusalReason[checked.reason], gateway }
  const { request, messageAuthenticator } = checked
  return { ok: true, gateway, request, messageAuthenticator }
}

function decode(bytes: Uint8Array): Packet | RadiusError {
  try {
    return decodePacket(bytes)
  } catch (error) {
    if (error instanceof RadiusError) return error
    throw error
  }
}

/** Where Message-Authenticator may be missing, Proxy-State must be too (RULES 17). */
function policyOf(gateway: Gateway, nowMs: number): RequestPolicy {
  const { messageAuthenticator, learnt, requiredFromMs = Number.POSITIVE_INFINITY } = gateway
  return messageAuthenticator === 'required' || learnt || nowMs >= requiredFromMs ? strict : lenient
}

const strict: RequestPolicy = { requireMessageAuthenticator: true, limitProxyState: true }
const lenient: RequestPolicy = { requireMessageAuthenticator: false, limitProxyState: true }

const refusalReason: Record<RequestRefusal, DropReason> = {
  'message-authenticator-missing': 'message-authenticator-missing',
  'message-authenticator-wrong': 'message-authenticator-wrong',
  'message-authenticator-repeated': 'message-authenticator-repeated',
  'proxy-state-refused': 'proxy-state-refused',
  'request-authenticator-wrong': 'request-authenticator-wrong',
  // Of codes that came no further than the check above.
  'code-not-a-request': 'code-unexpected',
}
