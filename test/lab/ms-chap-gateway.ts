import {
  type Attribute,
  createAttributeCipher,
  type EncodedRequest,
  encodeVendorAttribute,
  findVendorAttribute,
  type Packet,
  splitNtEncryptedPassword,
} from '../../src/radius/index.ts'
import type { MsChapCredential } from '../../src/signin/index.ts'

const microsoft = 311

/** MS-CHAP-Challenge, and MS-CHAP-Response, MS-CHAP2-Response or a new password (RFC 2548 2), as a gateway sends them. */
export function msChapAttributes(credential: MsChapCredential): Attribute[] {
  const { version, identifier, challenge, peerChallenge, ntResponse, change } = credential
  if (change !== undefined) {
    const value = Buffer.concat([
      ...[Uint8Array.of(7, identifier), change.encryptedHash, peerChallenge],
      ...[new Uint8Array(8), ntResponse, new Uint8Array(2)],
    ])
    const pieces = splitNtEncryptedPassword(identifier, change.encryptedPassword)
    return [
      ...encodeVendorAttribute(microsoft, 11, challenge),
      ...encodeVendorAttribute(microsoft, 27, value),
      ...pieces.flatMap((piece) => encodeVendorAttribute(microsoft, 6, piece)),
    ]
  }
  const response =
    version === 1
      ? [Uint8Array.of(identifier, 1), new Uint8Array(24), ntResponse]
      : [Uint8Array.of(identifier, 0), peerChallenge, new Uint8Array(8), ntResponse]
  return [
    ...encodeVendorAttribute(microsoft, 11, challenge),
    ...encodeVendorAttribute(microsoft, version === 1 ? 1 : 25, Buffer.concat(response)),
  ]
}

/** MS-CHAP2-Response with what was typed in place of the Peer-Challenge, as FortiGate answers a challenge. */
export function writtenAnswer(text: string): Attribute[] {
  const value = Buffer.alloc(50)
  value.write(text, 2, 'latin1')
  return encodeVendorAttribute(microsoft, 25, value)
}

/** What a reply says of MS-CHAP, keys in the clear, all as the gateway would see it. */
export function readMsChapReply(packet: Packet, request: EncodedRequest) {
  const cipher = createAttributeCipher(request)
  const find = (type: number) => findVendorAttribute(packet, microsoft, type)
  const text = (type: number) => Buffer.from(find(type) ?? []).toString('latin1')
  const clear = (type: number, encryption: 'salted' | 'password') => {
    const value = find(type)
    return value === undefined ? '' : cipher.decrypt(value, encryption).toString('hex')
  }
  return {
    error: text(2).slice(1),
    success: text(26).slice(1),
    identifier: (find(26) ?? find(2))?.[0],
    sendKey: clear(16, 'salted'),
    receiveKey: clear(17, 'salted'),
    version1Keys: clear(12, 'password'),
    policy: Buffer.from(find(7) ?? []).toString('hex'),
    types: Buffer.from(find(8) ?? []).toString('hex'),
  }
}
