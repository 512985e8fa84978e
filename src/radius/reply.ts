import { RadiusError, type RadiusErrorCode } from './errors.ts'
import { attributeType, headerLength, maxPacketLength, packetCode } from './numbers.ts'
import {
  type Attribute,
  attributesLength,
  decodePacket,
  type Packet,
  writeAttribute,
  writeHeader,
} from './packet.ts'
import {
  isPacketHashRight,
  writeMessageAuthenticator,
  writePacketHash,
} from './signatures/authenticators.ts'
import { checkMessageAuthenticator } from './signatures/message-authenticator.ts'
import type { SharedSecret } from './signatures/shared-secret.ts'
import { type Answerable, secretOf } from './verify-request.ts'

const messageAuthenticatorLength = 18

/** What the answer says; identifier, authenticators and Proxy-State come from the request. */
export type Reply = { readonly code: number; readonly attributes: readonly Attribute[] }

/**
 * Makes the bytes that answer a request (RFC 2865 section 3). Message-Authenticator always comes first in
 * Access-Accept, -Reject, -Challenge and Protocol-Error (CVE-2024-3596), in others when the request had one. Every
 * Proxy-State of the request follows at the end, in order (section 5.33). Both are made here: those among
 * `reply.attributes` are left out, as are empty values, which RFC 2865 section 5 forbids to send. Throws RadiusError
 * `reply-too-large` above 4096 bytes and `value-invalid` for an attribute that cannot be written.
 */
export function encodeReply(request: Answerable, reply: Reply): Buffer {
  const secret = secretOf(request)
  const given = reply.attributes.filter(isSent)
  const proxyStates = request.attributes.filter(({ type }) => type === attributeType.ProxyState)
  const signed = needsMessageAuthenticator(request, reply.code)

  const length =
    headerLength +
    (signed ? messageAuthenticatorLength : 0) +
    attributesLength(given) +
    attributesLength(proxyStates)
  if (length > maxPacketLength) {
    throw new RadiusError('reply-too-large', `reply of ${length} bytes`, { length })
  }

  const packet = Buffer.allocUnsafe(length)
  writeHeader(packet, reply.code, request.identifier)
  let at = headerLength
  if (signed) at = reserveMessageAuthenticator(packet)
  for (const attribute of given) at = writeAttribute(packet, at, attribute)
  for (const attribute of proxyStates) at = writeAttribute(packet, at, attribute)
  if (signed) signFirst(packet, request.authenticator, secret)
  writePacketHash(packet, request.authenticator, secret, packet, 4)
  return packet
}

/** Writes the type and length of a Message-Authenticator that comes first; gives the offset after it. */
export function reserveMessageAuthenticator(packet: Uint8Array): number {
  packet[headerLength] = attributeType.MessageAuthenticator
  packet[headerLength + 1] = messageAuthenticatorLength
  return headerLength + messageAuthenticatorLength
}

/** Fills in the Message-Authenticator, which comes first. */
export function signFirst(packet: Uint8Array, seed: Uint8Array, secret: SharedSecret): void {
  const offset = headerLength + 2
  writeMessageAuthenticator(packet, offset, seed, secret, packet, offset)
}

/** What a sender keeps to recognise the reply to its request. */
export type SentRequest = {
  readonly identifier: number
  /** 16 bytes, as sent. */
  readonly authenticator: Uint8Array
  readonly secret: SharedSecret
}

export type ReplyRefusal =
  | 'identifier-wrong'
  | 'response-authenticator-wrong'
  | 'message-authenticator-missing'
  | 'message-authenticator-wrong'
  | 'message-authenticator-repeated'

export type ReplyVerification =
  | { readonly ok: true; readonly messageAuthenticator: 'valid' | 'absent' }
  | { readonly ok: false; readonly reason: ReplyRefusal }

/**
 * Checks a reply against the request that was sent. A Message-Authenticator that is present must be
 * valid; with EAP-Message, or where `requireMessageAuthenticator` says so for replies to an
 * Access-Request, it must be there. Never throws.
 */
export function verifyReply(
  reply: Packet,
  sent: SentRequest,
  policy: { readonly requireMessageAuthenticator: boolean },
): ReplyVerification {
  if (reply.identifier !== sent.identifier) return { ok: false, reason: 'identifier-wrong' }
  if (!isPacketHashRight(reply.bytes, sent.authenticator, sent.secret)) {
    return { ok: false, reason: 'response-authenticator-wrong' }
  }
  const check = checkMessageAuthenticator(reply, sent.authenticator, sent.secret)
  if (check === 'repeated') return { ok: false, reason: 'message-authenticator-repeated' }
  if (check === 'wrong') return { ok: false, reason: 'message-authenticator-wrong' }
  const carriesEap = reply.attributes.some(({ type }) => type === attributeType.EapMessage)
  const required = policy.requireMessageAuthenticator && isAccessReply(reply.code)
  if (check === 'absent' && (carriesEap || required)) {
    return { ok: false, reason: 'message-authenticator-missing' }
  }
  return { ok: true, messageAuthenticator: check }
}

/** The reply in a datagram, or why it holds none to this request. Never throws. */
export function readReply(
  datagram: Uint8Array,
  sent: SentRequest,
  policy: { readonly requireMessageAuthenticator: boolean },
): Packet | ReplyRefusal | RadiusErrorCode {
  try {
    const packet = decodePacket(datagram)
    const verified = verifyReply(packet, sent, policy)
    return verified.ok ? packet : verified.reason
  } catch (error) {
    if (error instanceof RadiusError) return error.code
    throw error
  }
}

function needsMessageAuthenticator(request: Answerable, code: number): boolean {
  return (
    isAccessReply(code) ||
    request.attributes.some(({ type }) => type === attributeType.MessageAuthenticator)
  )
}

function isAccessReply(code: number): boolean {
  return (
    code === packetCode.AccessAccept ||
    code === packetCode.AccessReject ||
    code === packetCode.AccessChallenge ||
    code === packetCode.ProtocolError
  )
}

/** Not what is made here, and not what is empty, except where that means something (RFC 3579, 4372). */
function isSent({ type, value }: Attribute): boolean {
  if (type === attributeType.MessageAuthenticator || type === attributeType.ProxyState) return false
  if (value.length > 0) return true
  return type === attributeType.EapMessage || type === attributeType.ChargeableUserIdentity
}
