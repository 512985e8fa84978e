import { isUtf8 } from 'node:buffer'
import {
  attributeType,
  decodeMsChapResponse,
  microsoft,
  microsoftType,
  msChapChallengeLength,
} from '../../radius/index.ts'
import type { Credential } from '../../signin/index.ts'
import { Secret } from '../../support/index.ts'
import type { Avp } from './avps.ts'

/** How a person may prove their password in TTLS, without EAP inside. */
export type TtlsProof = 'pap' | 'chap' | 'ms-chap' | 'ms-chap-v2'

/** What is understood here: attributes of RADIUS, and of Microsoft with its vendor number (RFC 5281 11.2). */
const understood: readonly number[] = [
  attributeType.UserName,
  attributeType.UserPassword,
  attributeType.ChapPassword,
  attributeType.ChapChallenge,
  attributeType.EapMessage,
]
const understoodOfMicrosoft: readonly number[] = [
  microsoftType.ChapResponse,
  microsoftType.ChapChallenge,
  microsoftType.Chap2Response,
  microsoftType.Chap2Success,
]

/** What is at the start of the bytes that both sides derive, instead of a challenge of the server's. */
const chapChallengeLength = 16
/** Bytes to derive: the longest challenge, and an identifier after it (RFC 5281 11.1). */
export const implicitChallengeLength = 17

const chapLength = 17

/** What the AVPs of a peer offer. */
export type TtlsOffer =
  | {
      readonly kind: 'proof'
      readonly proof: TtlsProof
      readonly credential: Credential
      readonly userName: string
    }
  | { readonly kind: 'eap'; readonly packet: Uint8Array }
  /** `detail`: what is wrong, for the time line. */
  | { readonly kind: 'invalid'; readonly detail: string }

/**
 * Reads what a peer sends first (RFC 5281 11). `implicitChallenge` gives 17 bytes from the tunnel. A challenge
 * that is not those could be anyone's, relayed from elsewhere.
 */
export function readOffer(avps: readonly Avp[], implicitChallenge: () => Uint8Array): TtlsOffer {
  const unknown = avps.find((avp) => avp.isMandatory && !isKnown(avp))
  if (unknown !== undefined) return invalid(`AVP ${unknown.vendor}/${unknown.code} is not known`)
  const packet = find(avps, attributeType.EapMessage)
  if (packet !== undefined) return { kind: 'eap', packet }
  const name = find(avps, attributeType.UserName)
  if (name === undefined || !isUtf8(name)) return invalid('no User-Name')
  const userName = Buffer.from(name).toString()
  const password = find(avps, attributeType.UserPassword)
  if (password !== undefined)
    return { kind: 'proof', proof: 'pap', credential: readPap(password), userName }
  const chap = find(avps, attributeType.ChapPassword)
  if (chap !== undefined) return readChap(avps, chap, userName, implicitChallenge())
  return readMsChap(avps, userName, implicitChallenge())
}

/** Padded with NUL, so that its length tells nothing (RFC 5281 11.2.5). */
function readPap(value: Uint8Array): Credential {
  let length = value.length
  while (length > 0 && value[length - 1] === 0) length -= 1
  const bytes = value.subarray(0, length)
  const text = Buffer.from(bytes).toString()
  const wellFormed = isUtf8(bytes) && !/\p{Cc}/u.test(text)
  return { kind: 'pap', password: new Secret(text), wellFormed }
}

function readChap(
  avps: readonly Avp[],
  value: Uint8Array,
  userName: string,
  implicitChallenge: Uint8Array,
): TtlsOffer {
  const challenge = find(avps, attributeType.ChapChallenge)
  const identifier = value[0]
  if (challenge === undefined || identifier === undefined || value.length !== chapLength) {
    return invalid('CHAP without its parts')
  }
  if (!isImplicit(challenge, identifier, implicitChallenge, chapChallengeLength)) {
    return invalid('a challenge that is not of this tunnel')
  }
  const credential: Credential = {
    kind: 'chap',
    identifier,
    challenge: Uint8Array.from(challenge),
    response: Uint8Array.from(value.subarray(1)),
  }
  return { kind: 'proof', proof: 'chap', credential, userName }
}

function readMsChap(
  avps: readonly Avp[],
  userName: string,
  implicitChallenge: Uint8Array,
): TtlsOffer {
  const challenge = find(avps, microsoftType.ChapChallenge, microsoft)
  const second = find(avps, microsoftType.Chap2Response, microsoft)
  const value = second ?? find(avps, microsoftType.ChapResponse, microsoft)
  if (challenge === undefined || value === undefined)
    return invalid('nothing that proves a password')
  const version = second === undefined ? 1 : 2
  const read = decodeMsChapResponse(version, value)
  if (read === undefined) return invalid('MS-CHAP without its parts')
  const length = msChapChallengeLength[version]
  if (!isImplicit(challenge, read.response.identifier, implicitChallenge, length)) {
    return invalid('a challenge that is not of this tunnel')
  }
  const credential: Credential = {
    kind: 'ms-chap',
    version,
    ...read.response,
    challenge: Uint8Array.from(challenge),
    userName,
  }
  return { kind: 'proof', proof: version === 1 ? 'ms-chap' : 'ms-chap-v2', credential, userName }
}

/** The challenge is the start of the derived bytes, the identifier the one after it. */
function isImplicit(
  challenge: Uint8Array,
  identifier: number,
  implicitChallenge: Uint8Array,
  length: number,
): boolean {
  const expected = implicitChallenge.subarray(0, length)
  return Buffer.compare(challenge, expected) === 0 && identifier === implicitChallenge[length]
}

function isKnown({ code, vendor }: Avp): boolean {
  const codes = vendor === microsoft ? understoodOfMicrosoft : understood
  return (vendor === 0 || vendor === microsoft) && codes.includes(code)
}

function find(avps: readonly Avp[], code: number, vendor = 0): Uint8Array | undefined {
  return avps.find((avp) => avp.code === code && avp.vendor === vendor)?.data
}

function invalid(detail: string): TtlsOffer {
  return { kind: 'invalid', detail }
}
