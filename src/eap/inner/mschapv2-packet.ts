import { isUtf8 } from 'node:buffer'
import { maxValueLength } from '../../radius/index.ts'

/**
 * Packets of EAP-MSCHAPv2 (draft-kamath-pppext-eap-mschapv2 section 2), as what follows the Type:
 * OpCode(1) MS-CHAPv2-ID(1) MS-Length(2), then what the OpCode says.
 */
const opCode = { challenge: 1, response: 2, success: 3, failure: 4 } as const

const headerLength = 4
const challengeLength = 16
/** Peer-Challenge(16) Reserved(8) NT-Response(24) Flags(1). */
const responseLength = 49

/** What a peer can say. */
export type MsChapV2Message =
  | {
      readonly kind: 'response'
      readonly identifier: number
      /** 16 bytes. */
      readonly peerChallenge: Uint8Array
      /** 24 bytes. */
      readonly ntResponse: Uint8Array
      /** As the peer has it, with its domain if it sent one. */
      readonly name: string
    }
  /** It has checked our proof, and believes it. */
  | { readonly kind: 'success' }
  /** It has read our refusal, or does not believe our proof. */
  | { readonly kind: 'failure' }

/** Reads what a peer sends; undefined for what is none of its three packets. */
export function decodeMsChapV2(data: Uint8Array): MsChapV2Message | undefined {
  switch (data[0]) {
    case opCode.response:
      return decodeResponse(data)
    // One byte by the draft; some peers send the header, and no one reads what follows.
    case opCode.success:
      return { kind: 'success' }
    case opCode.failure:
      return { kind: 'failure' }
    default:
      return undefined
  }
}

function decodeResponse(data: Uint8Array): MsChapV2Message | undefined {
  const identifier = data[1]
  const value = data.subarray(headerLength + 1)
  const length = ((data[2] ?? 0) << 8) | (data[3] ?? 0)
  if (identifier === undefined || length !== data.length) return undefined
  if (data[headerLength] !== responseLength || value.length < responseLength) return undefined
  const name = value.subarray(responseLength)
  // It becomes User-Name.
  if (name.length > maxValueLength || !isUtf8(name)) return undefined
  return {
    kind: 'response',
    identifier,
    peerChallenge: Uint8Array.from(value.subarray(0, 16)),
    ntResponse: Uint8Array.from(value.subarray(24, 48)),
    name: Buffer.from(name).toString(),
  }
}

/** Asks for a response to `challenge`, 16 bytes; `serverName` is shown nowhere, but must be there. */
export function encodeChallenge(
  identifier: number,
  challenge: Uint8Array,
  serverName: string,
): Uint8Array {
  const value = [Uint8Array.of(challengeLength), challenge, Buffer.from(serverName)]
  return encode(opCode.challenge, identifier, Buffer.concat(value))
}

/** Proves that the server knows the password: `S=` and 40 hex digits, then a text for the person. */
export function encodeSuccess(
  identifier: number,
  authenticatorResponse: string,
  message: string,
): Uint8Array {
  return encode(opCode.success, identifier, Buffer.from(`${authenticatorResponse} M=${message}`))
}

/** Refuses: `E=691 R=0 C=... V=3 M=...`, from `msChapFailureText`. */
export function encodeFailure(identifier: number, text: string): Uint8Array {
  return encode(opCode.failure, identifier, Buffer.from(text))
}

function encode(code: number, identifier: number, value: Uint8Array): Uint8Array {
  const length = headerLength + value.length
  return Buffer.concat([Uint8Array.of(code, identifier, length >> 8, length & 0xff), value])
}
