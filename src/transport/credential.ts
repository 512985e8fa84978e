import { isUtf8 } from 'node:buffer'
import {
  attributeType,
  decodeUserPassword,
  findAttribute,
  type Packet,
  RadiusError,
  type VerifiedRequest,
} from '../radius/index.ts'
import type { Credential } from '../signin/index.ts'
import { Secret } from '../support/index.ts'
import type { Gateway } from './gateway-table.ts'
import { hasVendorAttribute } from './request-attributes.ts'

type Charset = Gateway['charset']

const chapPasswordLength = 17
const microsoft = 311
const msChapResponse = 1
const msChap2Response = 25

/** What the request offers as proof of the first factor (RFC 2865 4.1, RFC 2548 2). */
export function readCredential(request: VerifiedRequest, charset: Charset): Credential {
  const chapPassword = findAttribute(request, attributeType.ChapPassword)
  if (findAttribute(request, attributeType.UserPassword) !== undefined) {
    // RFC 2865 4.1 forbids both, and whichever we took, the gateway may have meant the other.
    if (chapPassword !== undefined) return unsupported('User-Password and CHAP-Password')
    return readPassword(request, charset)
  }
  if (chapPassword !== undefined) return readChap(request, chapPassword)
  if (hasVendorAttribute(request.attributes, microsoft, msChap2Response)) {
    return unsupported('MS-CHAPv2')
  }
  if (hasVendorAttribute(request.attributes, microsoft, msChapResponse)) {
    return unsupported('MS-CHAPv1')
  }
  return { kind: 'none' }
}

function readPassword(request: VerifiedRequest, charset: Charset): Credential {
  try {
    const bytes = decodeUserPassword(request)
    if (bytes === undefined) return { kind: 'none' }
    const text = decodeText(bytes, charset)
    const wellFormed = (charset === 'latin1' || isUtf8(bytes)) && !/\p{Cc}/u.test(text)
    return { kind: 'pap', password: new Secret(text), wellFormed }
  } catch (error) {
    if (error instanceof RadiusError && error.code === 'password-malformed') {
      return unsupported('malformed User-Password')
    }
    throw error
  }
}

/** CHAP-Password is identifier and 16 bytes (RFC 2865 5.3); the challenge is 60 or the Authenticator. */
function readChap(request: Packet, value: Uint8Array): Credential {
  const identifier = value[0]
  if (identifier === undefined || value.length !== chapPasswordLength) {
    return unsupported('malformed CHAP-Password')
  }
  const challenge = findAttribute(request, attributeType.ChapChallenge)
  return {
    kind: 'chap',
    identifier,
    response: Uint8Array.from(value.subarray(1)),
    challenge: Uint8Array.from(challenge?.length ? challenge : request.authenticator),
  }
}

/** Bytes as text in the gateway's charset; what is no UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, charset: Charset): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return buffer.toString(charset === 'latin1' ? 'latin1' : 'utf8')
}

function unsupported(name: string): Credential {
  return { kind: 'unsupported', name }
}
