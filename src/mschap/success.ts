import { createHash } from 'node:crypto'
import { challengeOf, type MsChapResponse } from './response.ts'

/** What a right response earns. Key material: never logged. */
export type MsChapSuccess =
  | { readonly version: 1; readonly ntKey: Uint8Array }
  | {
      readonly version: 2
      readonly authenticatorResponse: string
      readonly receiveKey: Uint8Array
      readonly sendKey: Uint8Array
    }

/**
 * What answers a right response. `passwordHashHash` is MD4 over the NT hash, 16 bytes: all a domain
 * controller gives, as its session key. `hashedName` as for `challengeOf`.
 *
 * In version 1 it is itself the key that gateways want in MS-CHAP-MPPE-Keys: RFC 2548 2.4.1 names the NT
 * hash, RFC 3079 2 begins with the digest of it, and so does what is out there.
 */
export function msChapSuccess(
  response: MsChapResponse,
  passwordHashHash: Uint8Array,
  hashedName: string,
): MsChapSuccess {
  if (response.version === 1) return { version: 1, ntKey: passwordHashHash }
  const { ntResponse } = response
  const challenge = challengeOf(response, hashedName)
  return {
    version: 2,
    authenticatorResponse: authenticatorResponse(passwordHashHash, ntResponse, challenge),
    ...startKeys(passwordHashHash, ntResponse),
  }
}

/** `S=` and 40 hex digits, by which the peer sees that the server knows the password too (RFC 2759 8.7). */
function authenticatorResponse(
  passwordHashHash: Uint8Array,
  ntResponse: Uint8Array,
  challenge: Uint8Array,
): string {
  const inner = sha1(
    passwordHashHash,
    ntResponse,
    Buffer.from('Magic server to client signing constant'),
  )
  const outer = sha1(inner, challenge, Buffer.from('Pad to make it do more than one iteration'))
  return `S=${outer.toString('hex').toUpperCase()}`
}

const masterText = Buffer.from('This is the MPPE Master Key')
const clientSendsText = Buffer.from(
  'On the client side, this is the send key; on the server side, it is the receive key.',
)
const clientReceivesText = Buffer.from(
  'On the client side, this is the receive key; on the server side, it is the send key.',
)
const zeros = new Uint8Array(40)
const pad = new Uint8Array(40).fill(0xf2)

/** Start keys of 128 bits as the server calls them (RFC 3079 3.4). The gateway makes session keys of them. */
function startKeys(passwordHashHash: Uint8Array, ntResponse: Uint8Array) {
  const master = sha1(passwordHashHash, ntResponse, masterText).subarray(0, 16)
  return {
    receiveKey: sha1(master, zeros, clientSendsText, pad).subarray(0, 16),
    sendKey: sha1(master, zeros, clientReceivesText, pad).subarray(0, 16),
  }
}

function sha1(...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash('sha1')
  for (const part of parts) digest.update(part)
  return digest.digest()
}
