import { createHash, hash } from 'node:crypto'
import { checkMsChap, md4, ntHash } from '../mschap/index.ts'
import type { Credential, MsChapCredential, Verified } from '../signin/index.ts'
import { constantTimeEqual, type Secret } from '../support/index.ts'
import type { LocalUser } from './local-directory.ts'

type KnownSecrets = Pick<LocalUser, 'password' | 'unsealedPassword' | 'unsealedNtHash'>

/** The password itself, where it is known. */
export function knownPassword({ password, unsealedPassword }: KnownSecrets): Secret | undefined {
  return password ?? unsealedPassword
}

/** Whether a password is the one of this NT hash, 32 hex digits. */
export function fitsNtHash(known: Secret, password: Secret): boolean {
  return constantTimeEqual(Buffer.from(known.reveal(), 'hex'), ntHash(password))
}

/** CHAP (RFC 1994 4.1): MD5 over identifier, password and challenge. */
export function checkChap(
  person: KnownSecrets | undefined,
  credential: Extract<Credential, { kind: 'chap' }>,
): Verified {
  const clear = person && knownPassword(person)
  if (!clear)
    return { kind: 'not-checkable', detail: 'CHAP needs sealed_password, which this user has not' }
  const expected = createHash('md5')
    .update(Uint8Array.of(credential.identifier))
    .update(clear.reveal())
    .update(credential.challenge)
    .digest()
  return { kind: constantTimeEqual(expected, credential.response) ? 'right' : 'wrong' }
}

/** MS-CHAP (RFC 2433, 2759): whoever has the NT hash, or the password it is made of, can check it. */
export function checkMsChapResponse(
  person: KnownSecrets | undefined,
  credential: MsChapCredential,
): Verified {
  const known = person && knownNtHash(person)
  if (!known) {
    const detail = 'MS-CHAP needs sealed_password or sealed_nt_hash, which this user has not'
    return { kind: 'not-checkable', detail }
  }
  const msChap = checkMsChap(credential, known)
  return msChap === undefined
    ? { kind: 'wrong' }
    : { kind: 'right', msChap, passwordDigest: md4(known) }
}

function knownNtHash(person: KnownSecrets): Uint8Array | undefined {
  const clear = knownPassword(person)
  if (clear) return ntHash(clear)
  const hash = person.unsealedNtHash
  return hash && Buffer.from(hash.reveal(), 'hex')
}

/** Whether two passwords are equal. Digests first, so that not even the length of the right password shows in the time. */
export function sameText(left: Secret, right: Secret): boolean {
  return constantTimeEqual(digestOf(left), digestOf(right))
}

function digestOf(text: Secret): Uint8Array {
  return Buffer.from(hash('sha256', text.reveal(), 'hex'))
}
