import {
  attributeType,
  decodeUserPassword,
  findAttribute,
  findInteger,
  maxPasswordLength,
  type Packet,
  RadiusError,
  type VerifiedRequest,
  wireless80211,
} from '../../radius/index.ts'
import type { Credential } from '../../signin/index.ts'
import { type Charset, Secret } from '../../support/index.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { readMsChap } from './ms-chap-credential.ts'

const chapPasswordLength = 17
/** User-Password comes in blocks of 16 bytes, and gateways have buffers of 16, 32, 64 or 128, some with a NUL at the end. */
const blockLength = 16

/** What the request offers as proof of the first factor (RFC 2865 4.1, RFC 2548 2). `userName`: its User-Name as text. */
export function readCredential(
  request: VerifiedRequest,
  userName: string,
  { charset, eap, msChapV1 }: Pick<Gateway, 'charset' | 'eap' | 'msChapV1'>,
): Credential {
  const chapPassword = findAttribute(request, attributeType.ChapPassword)
  const msChap = readMsChap(request, userName, msChapV1)
  const hasPassword = findAttribute(request, attributeType.UserPassword) !== undefined
  // RFC 2865 4.1 forbids two of them, and whichever we took, the gateway may have meant the other.
  if (hasPassword && chapPassword !== undefined)
    return unsupported('User-Password and CHAP-Password')
  if (msChap !== undefined && (hasPassword || chapPassword !== undefined)) {
    return unsupported('MS-CHAP and another password')
  }
  // What answers an MS-CHAP challenge in a tunnel must be good for nothing outside of one (RULES 28).
  if (msChap !== undefined && eap && isWireless(request)) {
    return unsupported('MS-CHAP without EAP on Wi-Fi')
  }
  if (hasPassword) return readPassword(request, charset)
  if (chapPassword !== undefined) return readChap(request, chapPassword)
  return msChap ?? { kind: 'none' }
}

function isWireless(request: Packet): boolean {
  return findInteger(request, attributeType.NasPortType) === wireless80211
}

function readPassword(request: VerifiedRequest, charset: Charset): Credential {
  try {
    const bytes = decodeUserPassword(request)
    if (bytes === undefined) return { kind: 'none' }
    const { text, wellFormed } = charset.decode(bytes)
    const isFull = bytes.length > 0 && (bytes.length + 1) % blockLength <= 1
    return {
      kind: 'pap',
      password: new Secret(text),
      wellFormed,
      ...(isFull ? { fullAt: bytes.length } : {}),
    }
  } catch (error) {
    if (error instanceof RadiusError && error.code === 'password-malformed') {
      const length = findAttribute(request, attributeType.UserPassword)?.length ?? 0
      return length > maxPasswordLength
        ? { kind: 'unsupported', name: `User-Password of ${length} bytes`, isTooLong: true }
        : unsupported('malformed User-Password')
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

function unsupported(name: string): Credential {
  return { kind: 'unsupported', name }
}
