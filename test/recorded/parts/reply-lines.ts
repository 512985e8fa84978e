import {
  attributeType,
  builtInDictionary,
  createAttributeCipher,
  type DecodedAttribute,
  decodePacket,
  findAttribute,
  joinAttributes,
  loadDictionary,
  type Packet,
  packetCode,
  type SentRequest,
  verifyReply,
} from '../../../src/radius/index.ts'
import { describeEap } from './eap-text.ts'
import type { Names } from './names.ts'

const dictionary = loadDictionary([builtInDictionary])

const kinds: Readonly<Record<number, string>> = {
  [packetCode.AccessAccept]: 'Access-Accept',
  [packetCode.AccessReject]: 'Access-Reject',
  [packetCode.AccessChallenge]: 'Access-Challenge',
  [packetCode.AccountingResponse]: 'Accounting-Response',
}

export type Reply = {
  readonly packet: Packet
  readonly kind: string
  readonly state: Uint8Array | undefined
  readonly eap: Buffer | undefined
}

/** Reads a reply that must verify, with Message-Authenticator first where there is one (CVE-2024-3596). */
export function readReply(bytes: Uint8Array, request: SentRequest): Reply {
  const packet = decodePacket(bytes)
  const isAccounting = packet.code === packetCode.AccountingResponse
  const verified = verifyReply(packet, request, { requireMessageAuthenticator: !isAccounting })
  if (!verified.ok) throw new Error(`a reply that does not verify: ${verified.reason}`)
  if (!isAccounting && packet.attributes[0]?.type !== attributeType.MessageAuthenticator) {
    throw new Error('Message-Authenticator does not stand first')
  }
  const eap = joinAttributes(packet, attributeType.EapMessage)
  return {
    packet,
    kind: kinds[packet.code] ?? `code ${packet.code}`,
    state: findAttribute(packet, attributeType.State),
    eap: eap === undefined ? undefined : Buffer.from(eap),
  }
}

/** What a reply says, in one line: attributes by their names in the dictionary, in their order. */
export function describeReply(
  { packet, kind, eap }: Reply,
  request: SentRequest,
  names: Names,
): string {
  const attributes = packet.attributes.filter(
    ({ type }) => type !== attributeType.MessageAuthenticator && type !== attributeType.EapMessage,
  )
  const decoded = dictionary.decode(attributes, createAttributeCipher(request))
  const described = decoded.map((attribute) => describe(attribute, names, eap !== undefined))
  if (eap !== undefined) described.push(`EAP-Message ${names.in(describeEap(eap))}`)
  return [kind, ...described].join('; ')
}

/** Keys that both sides make at random: only their length is the same each time. */
const keysOfTunnel = new Set(['MS-MPPE-Send-Key', 'MS-MPPE-Recv-Key'])

function describe(
  { name, tag, value, valueName }: DecodedAttribute,
  names: Names,
  inEap: boolean,
): string {
  const label = tag === undefined ? name : `${name}:${tag}`
  if (value instanceof Uint8Array) {
    if (name === 'State') return `State <${names.of('State', hex(value))}>`
    if (inEap && keysOfTunnel.has(name)) return `${label} of ${value.length} bytes`
    if (isPrintable(value)) return `${label} ${quoted(value, names)}`
    // Of MS-CHAP, an identifier and text.
    const isText = value.length > 2 && isPrintable(value.subarray(1))
    return isText
      ? `${label} 0x${hex(value.subarray(0, 1))} ${quoted(value.subarray(1), names)}`
      : `${label} 0x${hex(value)}`
  }
  if (Array.isArray(value))
    return `${label} {${value.map((each) => describe(each, names, inEap)).join(', ')}}`
  if (typeof value === 'string') return `${label} "${names.in(value)}"`
  return `${label} ${valueName ?? String(value)}`
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const quoted = (bytes: Uint8Array, names: Names) =>
  `"${names.in(withoutChallenge(Buffer.from(bytes).toString()))}"`
const isPrintable = (bytes: Uint8Array) => bytes.every((byte) => byte >= 32 && byte < 127)

/** The challenge of an error of MS-CHAP is drawn at random (RFC 2759 6). */
export function withoutChallenge(text: string): string {
  return text.replace(/C=[0-9A-F]{16,32}\b/, 'C=<random>')
}
