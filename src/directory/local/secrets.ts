import { hash } from 'node:crypto'
import { checkMsChap, md4, ntHash } from '../../mschap/index.ts'
import { verifyChap } from '../../radius/index.ts'
import type { Credential, MsChapCredential, Verified } from '../../signin/index.ts'
import { constantTimeEqual, preparePassword, Secret } from '../../support/index.ts'
import type { LocalUser } from './local-user.ts'

type KnownSecrets = Pick<LocalUser, 'password' | 'unsealedPassword' | 'unsealedNtHash'>

/** The password itself, where it is known. */
export function knownPassword({ password, unsealedPassword }: KnownSecrets): Secret | undefined {
  return password ?? unsealedPassword
}

/**
 * A password as it is compared, and as it was written where that differs: devices hash what was typed,
 * and devices do not prepare it.
 */
function formsOf(password: Secret): readonly Secret[] {
  const written = password.reveal()
  const prepared = preparePassword(written)
  return prepared === written ? [password] : [new Secret(prepared), password]
}

/** Whether a password is the one of this NT hash, 32 hex digits. */
export function fitsNtHash(known: Secret, password: Secret): boolean {
  const hash = Buffer.from(known.reveal(), 'hex')
  return formsOf(password).some((form) => constantTimeEqual(hash, ntHash(form)))
}

/** CHAP (RFC 1994): it takes the password itself. */
export function checkChap(
  person: KnownSecrets | undefined,
  credential: Extract<Credential, { kind: 'chap' }>,
): Verified {
  const clear = person && knownPassword(person)
  if (!clear)
    return { kind: 'not-checkable', detail: 'CHAP needs sealed_password, which this user has not' }
  const { identifier, response, challenge } = credential
  const isRight = formsOf(clear).some((form) =>
    verifyChap(identifier, response, challenge, Buffer.from(form.reveal())),
  )
  return { kind: isRight ? 'right' : 'wrong' }
}

/** MS-CHAP (RFC 2433, 2759): anyone who has the NT hash, or the password it is made of, can check it. */
export function checkMsChapResponse(
  person: KnownSecrets | undefined,
  credential: MsChapCredential,
): Verified {
  const hashes = person === undefined ? [] : knownNtHashes(person)
  if (hashes.length === 0) {
    const detail = 'MS-CHAP needs sealed_password or sealed_nt_hash, which this user has not'
    return { kind: 'not-checkable', detail }
  }
  for (const known of hashes) {
    const msChap = checkMsChap(credential, known)
    if (msChap !== undefined) return { kind: 'right', msChap, passwordDigest: md4(known) }
  }
  return { kind: 'wrong' }
}

function knownNtHashes(person: KnownSecrets): readonly Uint8Array[] {
  const clear = knownPassword(person)
  if (clear) return formsOf(clear).map(ntHash)
  const hash = person.unsealedNtHash
  return hash === undefined ? [] : [Buffer.from(hash.reveal(), 'hex')]
}

/** Whether two passwords are equal, both prepared. Digests first, so that not even the length of the right password shows in the time. */
export function sameText(left: Secret, right: Secret): boolean {
  return constantTimeEqual(digestOf(left), digestOf(right))
}

function digestOf(text: Secret): Uint8Array {
  return Buffer.from(hash('sha256', preparePassword(text.reveal()), 'hex'))
}
