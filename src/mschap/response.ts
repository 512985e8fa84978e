import { createHash } from 'node:crypto'
import { desEncrypt } from './des.ts'

/** What a peer answers a challenge with, and to what (RFC 2433 4, RFC 2759 4). */
export type MsChapResponse = {
  readonly version: 1 | 2
  /** The authenticator's: 8 bytes in version 1, 16 in version 2. */
  readonly challenge: Uint8Array
  /** 16 bytes in version 2, none in version 1. */
  readonly peerChallenge: Uint8Array
  /** 24 bytes. */
  readonly ntResponse: Uint8Array
  /** The name as the peer has it, with its domain if it sent one. */
  readonly userName: string
}

/** `alice` of `CORP\alice`: the name that goes into the challenge of version 2. A realm after `@` stays. */
export function withoutDomain(userName: string): string {
  return userName.slice(userName.lastIndexOf('\\') + 1)
}

/**
 * The 8 bytes that a response encrypts: the challenge itself in version 1; in version 2 a digest of both
 * challenges and the name (RFC 2759 8.2). `hashedName` is the name as the peer put it in.
 */
export function challengeOf(response: MsChapResponse, hashedName: string): Uint8Array {
  if (response.version === 1) return response.challenge
  return createHash('sha1')
    .update(response.peerChallenge)
    .update(response.challenge)
    .update(hashedName)
    .digest()
    .subarray(0, 8)
}

/** The 24 bytes that prove an NT hash of 16 bytes, over a challenge of 8 (RFC 2759 8.5). */
export function ntResponseOf(challenge: Uint8Array, ntHash: Uint8Array): Buffer {
  const keys = Buffer.concat([ntHash, new Uint8Array(5)])
  const blocks = [0, 7, 14].map((at) => desEncrypt(keys.subarray(at, at + 7), challenge))
  return Buffer.concat(blocks)
}
