import { createHash, hash } from 'node:crypto'
import type { User } from '../accounts/index.ts'
import { checkMsChap, md4, ntHash } from '../mschap/index.ts'
import type {
  CertificateCredential,
  Credential,
  Directory,
  MsChapCredential,
  Resolved,
  Verified,
} from '../signin/index.ts'
import { type Clock, constantTimeEqual, type Secret } from '../support/index.ts'
import { DirectoryError } from './errors.ts'
import { createGate } from './gate.ts'
import { foldName, isName } from './local-name.ts'
import { parsePasswordHash, verifyPassword } from './password-hash.ts'
import { createLocalStamps } from './password-stamp.ts'
import { createRememberedPasswords } from './remembered-passwords.ts'

/** A person in the configuration file. */
export type LocalUser = {
  readonly name: string
  /** Clear password; only with `allowClear`. */
  readonly password?: Secret
  /** Password that stood sealed in the configuration. It or a clear one is needed for CHAP. */
  readonly unsealedPassword?: Secret
  /** NT hash that stood sealed in the configuration: 32 hex digits. */
  readonly unsealedNtHash?: Secret
  /** What stood in the configuration for these. */
  readonly sealed?: readonly string[]
  /** `scrypt$N$r$p$salt$hash`, made by `hashPassword`. */
  readonly passwordHash?: string
  readonly displayName?: string
  readonly groups?: readonly string[]
  /** Values for reply rules, by name. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  /** E.164 numbers. */
  readonly phones?: readonly string[]
  readonly email?: string
  /** BCP 47 tag. */
  readonly language?: string
}

export type LocalDirectoryOptions = {
  readonly name: string
  readonly users: readonly LocalUser[]
  /** Whether clear passwords may stand in the configuration. Default false. */
  readonly allowClear?: boolean
  /** Slow hashes computed at once; each takes up to 256 MiB and a core. Default 2. */
  readonly hashesAtOnce?: number
  /** Passwords that may wait for a hash. Default 100. */
  readonly queue?: number
  /** How long one may wait. Default 3000 ms. */
  readonly waitMs?: number
}

const noSuchUser = 'no such user any more'

type Entry = { readonly user: User; readonly secret: LocalUser }

/**
 * People from the configuration. PAP is checked against a password, its NT hash or its scrypt hash,
 * MS-CHAP against a password or its NT hash, CHAP against a password only. Scrypt runs on the thread pool, a few at a time.
 * @throws {DirectoryError} `options-invalid`, `password-hash-invalid`
 */
export function createLocalDirectory(
  options: LocalDirectoryOptions,
  { clock }: { readonly clock: Clock },
): Directory {
  const byKey = readUsers(options)
  const remembered = createRememberedPasswords(clock)
  const stampOf = createLocalStamps()
  const gate = createGate(
    {
      places: options.hashesAtOnce ?? 2,
      queue: options.queue ?? 100,
      waitMs: options.waitMs ?? 3000,
    },
    clock,
  )
  const decoyHash = options.users.find((user) => user.passwordHash)?.passwordHash

  function lookUp(key: string): Resolved {
    const entry = byKey.get(key)
    return entry ? { kind: 'user', user: entry.user } : { kind: 'unknown' }
  }

  async function checkHash(password: Secret, hash: string, signal: AbortSignal): Promise<Verified> {
    let leave: () => void
    try {
      leave = await gate.enter(signal)
    } catch (error) {
      if (error instanceof DirectoryError) return { kind: 'busy' }
      throw error
    }
    try {
      return { kind: (await verifyPassword(password, hash)) ? 'right' : 'wrong' }
    } finally {
      leave()
    }
  }

  async function checkPassword(
    key: string,
    password: Secret,
    signal: AbortSignal,
  ): Promise<Verified> {
    const entry = byKey.get(key)
    if (!entry) {
      // Somebody removed since they were resolved costs what a wrong password costs.
      if (decoyHash) await checkHash(password, decoyHash, signal)
      return { kind: 'wrong', detail: noSuchUser }
    }
    const { passwordHash, unsealedNtHash } = entry.secret
    const clear = knownPassword(entry)
    if (clear) return { kind: sameText(clear, password) ? 'right' : 'wrong' }
    if (unsealedNtHash) return { kind: fitsNtHash(unsealedNtHash, password) ? 'right' : 'wrong' }
    if (!passwordHash) return { kind: 'not-checkable', detail: 'the user has no password' }
    if (remembered.isRemembered(key, password)) return { kind: 'right' }
    const verified = await checkHash(password, passwordHash, signal)
    if (verified.kind === 'right') remembered.remember(key, password)
    return verified
  }

  return {
    name: options.name,
    standsAlone: true,
    async resolve(userName) {
      const name = foldName(userName)
      if (!isName(name)) return { kind: 'invalid' }
      return lookUp(keyOf(options.name, name))
    },
    async resolveKey(userKey) {
      return lookUp(userKey)
    },
    async verify(user, credential, signal) {
      switch (credential.kind) {
        case 'pap':
          if (credential.password.isEmpty) return { kind: 'wrong', detail: 'empty password' }
          return checkPassword(user.key, credential.password, signal)
        case 'chap':
          return checkChap(knownPassword(byKey.get(user.key)), credential)
        case 'ms-chap':
          return checkMsChapResponse(byKey.get(user.key), credential)
        case 'certificate':
          return checkCertificate(byKey.has(user.key), credential)
        case 'resumed':
          // Another password is another configuration, with which all sessions end.
          return byKey.has(user.key) ? { kind: 'right' } : { kind: 'wrong', detail: noSuchUser }
        case 'eap':
        case 'unsupported':
        case 'none':
          return { kind: 'not-checkable', detail: `credential: ${credential.kind}` }
      }
    },
    async passwordStamp(user) {
      const entry = byKey.get(user.key)
      return entry && stampOf(entry.secret)
    },
    async close() {
      gate.rejectWaiting(new DirectoryError('busy', 'the directory was closed'))
    },
  }
}

function knownPassword(entry: Entry | undefined): Secret | undefined {
  return entry?.secret.password ?? entry?.secret.unsealedPassword
}

function fitsNtHash(known: Secret, password: Secret): boolean {
  return constantTimeEqual(Buffer.from(known.reveal(), 'hex'), ntHash(password))
}

/** Local people have no SID, so a certificate that names one was made for somebody else. */
function checkCertificate(isThere: boolean, { sid }: CertificateCredential): Verified {
  if (!isThere) return { kind: 'wrong', detail: noSuchUser }
  return sid === undefined
    ? { kind: 'right' }
    : { kind: 'wrong', detail: 'no account here has a SID' }
}

/** CHAP (RFC 1994 4.1): MD5 over identifier, password and challenge. */
function checkChap(
  clear: Secret | undefined,
  credential: Extract<Credential, { kind: 'chap' }>,
): Verified {
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
function checkMsChapResponse(entry: Entry | undefined, credential: MsChapCredential): Verified {
  const known = knownNtHash(entry)
  if (!known) {
    const detail = 'MS-CHAP needs sealed_password or sealed_nt_hash, which this user has not'
    return { kind: 'not-checkable', detail }
  }
  const msChap = checkMsChap(credential, known)
  return msChap === undefined
    ? { kind: 'wrong' }
    : { kind: 'right', msChap, passwordDigest: md4(known) }
}

function knownNtHash(entry: Entry | undefined): Uint8Array | undefined {
  const clear = knownPassword(entry)
  if (clear) return ntHash(clear)
  const hash = entry?.secret.unsealedNtHash
  return hash && Buffer.from(hash.reveal(), 'hex')
}

function readUsers(options: LocalDirectoryOptions): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const secret of options.users) {
    const name = foldName(secret.name)
    const invalid = (reason: string) =>
      new DirectoryError('options-invalid', `local user "${secret.name}": ${reason}`)
    if (!isName(name)) throw invalid('the name is empty, too long or has control characters')
    if (secret.password && !options.allowClear)
      throw invalid('a clear password needs insecure_demo: true; use password_hash')
    if (secret.password?.isEmpty) throw invalid('the password is empty')
    if (secret.passwordHash) parsePasswordHash(secret.passwordHash)
    const key = keyOf(options.name, name)
    if (entries.has(key)) throw invalid('the name is there twice')
    entries.set(key, { user: userOf(options.name, key, secret), secret })
  }
  return entries
}

function userOf(directory: string, key: string, from: LocalUser): User {
  return {
    key,
    directory,
    name: from.name.trim(),
    displayName: from.displayName ?? from.name.trim(),
    groups: (from.groups ?? []).map((group) => group.toLowerCase()),
    groupNames: from.groups ?? [],
    ...(from.attributes === undefined ? {} : { attributes: lowerCaseKeys(from.attributes) }),
    phones: from.phones ?? [],
    ...(from.email === undefined ? {} : { email: from.email }),
    ...(from.language === undefined ? {} : { language: from.language }),
  }
}

function lowerCaseKeys(
  attributes: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(attributes).map(([name, values]) => [name.toLowerCase(), values]))
}

function keyOf(directory: string, foldedName: string): string {
  return `${directory}:${foldedName}`
}

/** Digests first, so that not even the length of the right password shows in the time. */
function sameText(left: Secret, right: Secret): boolean {
  return constantTimeEqual(digestOf(left), digestOf(right))
}

function digestOf(text: Secret): Uint8Array {
  return Buffer.from(hash('sha256', text.reveal(), 'hex'))
}
