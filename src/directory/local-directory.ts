import type { User } from '../accounts/index.ts'
import type { CertificateCredential, Directory, Resolved, Verified } from '../signin/index.ts'
import { type Clock, foldGroup, foldName, type Secret, tidyName } from '../support/index.ts'
import { DirectoryError } from './errors.ts'
import { createGate } from './gate.ts'
import { isName } from './local-name.ts'
import {
  checkChap,
  checkMsChapResponse,
  fitsNtHash,
  knownPassword,
  sameText,
} from './local-secrets.ts'
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
    const clear = knownPassword(entry.secret)
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
          return checkChap(byKey.get(user.key)?.secret, credential)
        case 'ms-chap':
          return checkMsChapResponse(byKey.get(user.key)?.secret, credential)
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

/** Local people have no SID, so a certificate that names one was made for somebody else. */
function checkCertificate(isThere: boolean, { sid }: CertificateCredential): Verified {
  if (!isThere) return { kind: 'wrong', detail: noSuchUser }
  return sid === undefined
    ? { kind: 'right' }
    : { kind: 'wrong', detail: 'no account here has a SID' }
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
    name: tidyName(from.name),
    displayName: from.displayName ?? tidyName(from.name),
    groups: (from.groups ?? []).map(foldGroup),
    groupNames: (from.groups ?? []).map(tidyName),
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
