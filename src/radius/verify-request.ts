import { attributeType, packetCode } from './numbers.ts'
import type { Packet } from './packet.ts'
import { isPacketHashRight, zeros16 } from './signatures/authenticators.ts'
import { checkMessageAuthenticator } from './signatures/message-authenticator.ts'
import type { SharedSecret } from './signatures/shared-secret.ts'

const verifiedWith: unique symbol = Symbol('verifiedWith')

/**
 * A request whose authenticators were checked; only `verifyRequest` makes one. It remembers the secret
 * it was verified with, so that passwords and the reply use that one and never a newer one.
 */
export type VerifiedRequest = Packet & Answerable

/** As much of a verified request as its reply needs. */
export type Answerable = Pick<Packet, 'identifier' | 'authenticator' | 'attributes'> & {
  readonly [verifiedWith]: SharedSecret
}

/** What a gateway has to keep to (CVE-2024-3596). Both apply only to Access-Request. */
export type RequestPolicy = {
  /** Refuse an Access-Request without Message-Authenticator. */
  readonly requireMessageAuthenticator: boolean
  /** Refuse an Access-Request with Proxy-State but without Message-Authenticator. */
  readonly limitProxyState: boolean
}

export type RequestRefusal =
  | 'message-authenticator-missing'
  | 'message-authenticator-wrong'
  | 'message-authenticator-repeated'
  | 'proxy-state-refused'
  | 'request-authenticator-wrong'
  | 'code-not-a-request'

export type RequestVerification =
  | {
      readonly ok: true
      readonly request: VerifiedRequest
      readonly messageAuthenticator: 'valid' | 'absent'
    }
  | { readonly ok: false; readonly reason: RequestRefusal }

/**
 * Checks what can be proven about a request. A Message-Authenticator that is present must be valid
 * whatever the code (RFC 3579 section 3.2); Status-Server (RFC 5997) and EAP-Message need one.
 * Accounting-, CoA- and Disconnect-Requests carry a hash (RFC 2866 section 3, RFC 5176 section 2.3);
 * the authenticator of the others is random and proves nothing. Never throws.
 */
export function verifyRequest(
  packet: Packet,
  secret: SharedSecret,
  policy: RequestPolicy,
): RequestVerification {
  const hashed = isHashed(packet.code)
  if (!hashed && !isRandom(packet.code)) return refuse('code-not-a-request')

  const seed = hashed ? zeros16 : packet.authenticator
  const check = checkMessageAuthenticator(packet, seed, secret)
  if (check === 'repeated') return refuse('message-authenticator-repeated')
  if (check === 'wrong') return refuse('message-authenticator-wrong')
  if (check === 'absent') {
    if (packet.code === packetCode.StatusServer) return refuse('message-authenticator-missing')
    if (has(packet, attributeType.EapMessage)) return refuse('message-authenticator-missing')
    if (packet.code === packetCode.AccessRequest) {
      if (policy.requireMessageAuthenticator) return refuse('message-authenticator-missing')
      if (policy.limitProxyState && has(packet, attributeType.ProxyState)) {
        return refuse('proxy-state-refused')
      }
    }
  }
  if (hashed && !isPacketHashRight(packet.bytes, zeros16, secret)) {
    return refuse('request-authenticator-wrong')
  }
  return { ok: true, request: brand(packet, secret), messageAuthenticator: check }
}

/**
 * What the reply to a verified Access-Request needs of it, to be kept while the request is held: a view for each
 * attribute would be a quarter of what that may cost (RULES 32).
 */
export function forReply(request: VerifiedRequest): Answerable {
  const { identifier, authenticator, attributes } = request
  const proxyStates = attributes.filter(({ type }) => type === attributeType.ProxyState)
  return {
    identifier,
    authenticator,
    attributes: proxyStates.length === 0 ? none : proxyStates,
    [verifiedWith]: secretOf(request),
  }
}

const none: Packet['attributes'] = []

/** The secret a request was verified with; for this folder only. */
export function secretOf(request: Answerable): SharedSecret {
  return request[verifiedWith]
}

/** Whether the Authenticator field of such a request is a hash of the packet. */
export function isHashed(code: number): boolean {
  return (
    code === packetCode.AccountingRequest ||
    code === packetCode.CoaRequest ||
    code === packetCode.DisconnectRequest
  )
}

/** Whether it is 16 unpredictable bytes instead. */
export function isRandom(code: number): boolean {
  return code === packetCode.AccessRequest || code === packetCode.StatusServer
}

function brand(packet: Packet, secret: SharedSecret): VerifiedRequest {
  const { code, identifier, authenticator, attributes, bytes } = packet
  return { code, identifier, authenticator, attributes, bytes, [verifiedWith]: secret }
}

function refuse(reason: RequestRefusal): RequestVerification {
  return { ok: false, reason }
}

function has(packet: Packet, type: number): boolean {
  return packet.attributes.some((attribute) => attribute.type === type)
}
