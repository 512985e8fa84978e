import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { PushSubscription } from '../../accounts/index.ts'

/** Length of a signature: r and s, 32 bytes each. */
const signatureBytes = 64

/** Reads the key that a phone sends: P-256, as SubjectPublicKeyInfo (RFC 5480). Undefined for any other. */
export function readPhoneKey(spki: Uint8Array): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    const isP256 = key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    return key.asymmetricKeyType === 'ec' && isP256 ? key : undefined
  } catch {
    return undefined
  }
}

/** What a phone signs for an answer: the challenge, 32 bytes, and the number that was typed on it. */
export function answerBytes(challenge: Uint8Array, number: string): Uint8Array {
  return Buffer.concat([challenge, Buffer.from(number)])
}

/** What a phone signs to be told what waits for it. `atMs`: by the clock of this server. */
export function helloBytes(phoneId: string, atMs: number): Uint8Array {
  return Buffer.from(JSON.stringify(['holdfast: what waits for this phone', phoneId, atMs]))
}

/** What a phone signs to get its notifications there; '' where it gets none. */
export function bellBytes(
  phoneId: string,
  atMs: number,
  { auth, endpoint, p256dh }: PushSubscription,
): Uint8Array {
  const keys = [p256dh, auth].map((key) => Buffer.from(key).toString('base64url'))
  const facts = ['holdfast: notifications of this phone', phoneId, atMs, endpoint, ...keys]
  return Buffer.from(JSON.stringify(facts))
}

/** What a phone signs for a stream of what waits for it. */
export function streamBytes(phoneId: string, atMs: number): Uint8Array {
  return Buffer.from(JSON.stringify(['holdfast: a stream for this phone', phoneId, atMs]))
}

/** What a phone signs to say that it has shown or opened a prompt. It is accepted once, so it holds no time. */
export function receiptBytes(
  receipt: 'shown' | 'opened',
  phoneId: string,
  promptId: string,
): Uint8Array {
  return Buffer.from(JSON.stringify([`holdfast: ${receipt}`, phoneId, promptId]))
}

/** What a phone signs to have something done that waits for no challenge. A signature for one thing is worth nothing for another. */
export function statementBytes(
  { about, what }: PhoneStatement,
  phoneId: string,
  atMs: number,
): Uint8Array {
  return Buffer.from(JSON.stringify([`holdfast: ${what}`, phoneId, atMs, about]))
}

export type PhoneStatement = {
  readonly what: 'ask me again' | 'this change was not me'
  /** Id of what it is about. */
  readonly about: string
}

/** ECDSA over SHA-256, as `crypto.subtle.sign` makes it. */
export function isSignedBy(spki: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const key = readPhoneKey(spki)
  if (key === undefined || signature.length !== signatureBytes) return false
  return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
