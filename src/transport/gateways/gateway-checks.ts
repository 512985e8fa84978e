import {
  decodePacket,
  encodeRequest,
  packetCode,
  type SharedSecret,
  verifyRequest,
} from '../../radius/index.ts'
import { HoldfastError } from '../../support/index.ts'
import type { Gateway } from './gateway.ts'

const meanings = {
  'name-repeated': 'two gateways have this name',
  'prefix-missing': 'the gateway has no address',
  'prefix-invalid': 'this is not an address or a prefix, or it has bits set after the prefix',
  'prefix-repeated':
    'another gateway, or this one twice, has this prefix and no NAS-Identifier tells them apart',
  'nas-identifier-missing':
    'the other gateways of this prefix have a NAS-Identifier, this one has none',
  'nas-identifier-repeated': 'another gateway of this prefix has this NAS-Identifier',
  'nas-identifier-invalid': 'a NAS-Identifier is not empty and has * only at its end',
  'nas-identifier-untrusted':
    'NAS-Identifier is a claim: give the gateways of this prefix different secrets, or trust_nas_identifier on each',
  'nas-identifier-needs-message-authenticator':
    'where NAS-Identifier chooses the gateway, message_authenticator must be required',
  'learn-needs-one-address':
    'message_authenticator: learn is for single addresses: behind a prefix are many devices',
} as const

export type GatewayTableErrorCode = keyof typeof meanings

/** Thrown while the table is built. `details`: `gateway` and, where it matters, `prefix` and `other`. */
export class GatewayTableError extends HoldfastError<GatewayTableErrorCode> {
  constructor(code: GatewayTableErrorCode, details: Readonly<Record<string, string>>) {
    super(code, `gateway ${details.gateway}: ${meanings[code]}`, { details })
    this.name = 'GatewayTableError'
  }
}

/** Checks the gateways that share one prefix (RULES 13). Throws GatewayTableError. */
export function checkGroup(prefix: string, gateways: readonly Gateway[]): void {
  const identified = gateways.some((gateway) => gateway.nasIdentifier !== undefined)
  for (const [index, gateway] of gateways.entries()) {
    if (identified) checkIdentified(prefix, gateway)
    for (const other of gateways.slice(index + 1)) checkPair(prefix, gateway, other)
  }
}

function checkIdentified(prefix: string, gateway: Gateway): void {
  const details = { gateway: gateway.rules.name, prefix }
  const pattern = gateway.nasIdentifier
  if (pattern === undefined) throw new GatewayTableError('nas-identifier-missing', details)
  if (pattern === '' || pattern.slice(0, -1).includes('*')) {
    throw new GatewayTableError('nas-identifier-invalid', details)
  }
  if (gateway.messageAuthenticator !== 'required') {
    throw new GatewayTableError('nas-identifier-needs-message-authenticator', details)
  }
}

function checkPair(prefix: string, gateway: Gateway, other: Gateway): void {
  const details = { gateway: other.rules.name, other: gateway.rules.name, prefix }
  if (gateway.nasIdentifier === undefined && other.nasIdentifier === undefined) {
    throw new GatewayTableError('prefix-repeated', details)
  }
  if (gateway.nasIdentifier === other.nasIdentifier) {
    throw new GatewayTableError('nas-identifier-repeated', details)
  }
  const trusted = gateway.trustNasIdentifier && other.trustNasIdentifier
  if (!trusted && isSameSecret(gateway.secret, other.secret)) {
    throw new GatewayTableError('nas-identifier-untrusted', details)
  }
}

/** Whether two secrets are equal, told by what they sign: their text stays inside them. */
export function isSameSecret(left: SharedSecret, right: SharedSecret): boolean {
  if (left === right) return true
  const probe = encodeRequest(
    { code: packetCode.StatusServer, identifier: 0, attributes: [], authenticator: probeSeed },
    left,
  )
  const policy = { requireMessageAuthenticator: true, limitProxyState: true }
  return verifyRequest(decodePacket(probe.bytes), right, policy).ok
}

const probeSeed = new Uint8Array(16)
