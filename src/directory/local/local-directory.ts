import type { User } from '../../accounts/index.ts'
import type {
  CertificateCredential,
  Directory,
  Manager,
  Resolved,
  Verified,
} from '../../signin/index.ts'
import { type Clock, foldGroup, foldName, type Secret, tidyName } from '../../support/index.ts'
import type { CheckRow } from '../check-row.ts'
import { DirectoryError } from '../errors.ts'
import { badForm, isName } from '../names/name-form.ts'
import { withoutDot } from '../names/typed-name.ts'
import { createAddressBook } from './addresses.ts'
import { checkLocalPhones } from './check-phones.ts'
import { createHashGate, type HashGate } from './hash-gate.ts'
import { listLocal } from './list-local.ts'
import { createLocalStamps, type LocalUser } from './local-user.ts'
import { isOldHash, parsePasswordHash } from './password-hash.ts'
import { createRememberedPasswords } from './remembered-passwords.ts'
import { checkChap, checkMsChapResponse, fitsNtHash, knownPassword, sameText } from './secrets.ts'

export type LocalDirectoryOptions = {
  readonly name: string
  readonly users: readonly LocalUser[]
  /** Whether clear passwords may be in the configuration. Default false. */
  readonly allowClear?: boolean
}

/** Hashes that took the place of older ones in the configuration, at a right password. */
export type RenewedHashes = {
  /**
   * The hash that replaces this very hash of this person. One that was changed in the configuration takes precedence.
   */
  find(userKey: string, passwordHash: string): string | undefined
  keep(userKey: string, passwordHash: string, renewed: string): void
}

export type LocalDirectoryParts = {
  readonly clock: Clock
  /** Shared by all local directories. Default: one of its own. */
  readonly hashes?: HashGate
  /** Default: none are kept. */
  readonly renewed?: RenewedHashes
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
  parts: LocalDirectoryParts,
): Directory & CheckedLocal {
  const { clock, renewed, hashes = createHashGate({}, clock) } = parts
  const byKey = readUsers(options)
  const addresses = createAddressBook(byKey.values())
  const remembered = createRememberedPasswords(clock)
  const stampOf = createLocalStamps()
  const aHash = options.users.find(({ passwordHash }) => passwordHash !== undefined)?.passwordHash
  const closed = new AbortController()

  function lookUp(key: string): Resolved {
    const entry = byKey.get(key)
    return entry ? { kind: 'user', user: entry.user } : { kind: 'unknown' }
  }

  async function checkHash(
    key: string,
    password: Secret,
    configured: string,
    signal: AbortSignal,
  ): Promise<Verified> {
    const newer = renewed?.find(key, configured)
    const kind = await hashes.check(password, newer ?? configured, signal)
    if (kind === 'given-up') return { kind: 'busy' }
    if (kind === 'right') {
      remembered.remember(key, password)
      if (newer === undefined && isOldHash(configured)) void renew(key, password, configured)
    }
    return { kind }
  }

  /** After the answer, which must not wait for it; under load the next sign-in tries again. */
  async function renew(key: string, password: Secret, configured: string): Promise<void> {
    if (renewed === undefined) return
    const hash = await hashes.renew(password, closed.signal)
    if (hash !== 'overloaded' && hash !== 'given-up') renewed.keep(key, configured, hash)
  }

  /** A wrong answer without a hash does not leave earlier than one with a hash (RULES 39). */
  async function wrong(signal: AbortSignal, detail?: string): Promise<Verified> {
    if (aHash !== undefined) {
      const waited = await hashes.pretend(aHash, signal)
      if (waited === 'overloaded') return { kind: 'overloaded' }
    }
    return detail === undefined ? { kind: 'wrong' } : { kind: 'wrong', detail }
  }

  async function checkPassword(
    key: string,
    password: Secret,
    signal: AbortSignal,
  ): Promise<Verified> {
    const entry = byKey.get(key)
    if (!entry) return wrong(signal, noSuchUser)
    const { passwordHash, unsealedNtHash } = entry.secret
    const clear = knownPassword(entry.secret)
    if (clear) return sameText(clear, password) ? { kind: 'right' } : wrong(signal)
    if (unsealedNtHash) {
      return fitsNtHash(unsealedNtHash, password) ? { kind: 'right' } : wrong(signal)
    }
    if (!passwordHash) return { kind: 'not-checkable', detail: 'the user has no password' }
    if (remembered.isRemembered(key, password)) return { kind: 'right' }
    return checkHash(key, password, passwordHash, signal)
  }

  async function managerOf({ key }: User): Promise<Manager | undefined> {
    const name = byKey.get(key)?.secret.manager
    const manager = name === undefined ? undefined : byKey.get(keyOf(options.name, foldName(name)))
    if (manager?.user.email === undefined) return undefined
    const { email, language } = manager.user
    return { email, ...(language === undefined ? {} : { language }) }
  }

  return {
    name: options.name,
    standsAlone: true,
    managerOf,
    async resolve(userName, _signal, isCertified = false) {
      const name = foldName(userName)
      const form = badForm(name)
      if (form !== undefined) return { kind: 'invalid', form }
      const named = lookUp(keyOf(options.name, name))
      const address = withoutDot(name)
      const found = named.kind === 'user' ? named : addresses.find(address, isCertified)
      if (found.kind !== 'unknown' || !/[\\@]/.test(name)) return found
      // A upn is a whole name: a user of the configuration is in a domain only by the upn.
      const domains = addresses.domains(isCertified)
      const isKnown = domains.some((domain) => address.endsWith(`@${domain}`))
      return isKnown ? found : { kind: 'unknown', problem: { kind: 'domain', domains } }
    },
    async resolveKey(userKey) {
      return lookUp(userKey)
    },
    listPeople: (group) =>
      listLocal(
        [...byKey.values()].map(({ user }) => user),
        group,
      ),
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
    async waitLikePassword(signal) {
      return (await wrong(signal)).kind === 'overloaded' ? 'overloaded' : 'waited'
    },
    check: async () => [
      checkHashes(options, renewed),
      ...checkLocalPhones(options.name, options.users),
    ],
    describe: async ({ key, groups }) => ({
      ...{ kind: 'facts', groups, unusablePhones: byKey.get(key)?.secret.unusablePhones ?? [] },
    }),

    async close() {
      closed.abort()
      hashes.close()
    },
  }
}

/** What `check` says of it: whose hash in the configuration is cheaper to guess at than a new one. */
type CheckedLocal = { check(): Promise<readonly CheckRow[]> }

function checkHashes(
  { name, users }: LocalDirectoryOptions,
  renewed: RenewedHashes | undefined,
): CheckRow {
  const old = users.flatMap(({ name: user, passwordHash }) =>
    passwordHash !== undefined && isOldHash(passwordHash) ? [{ user, passwordHash }] : [],
  )
  const row = { what: name, ok: true }
  if (old.length === 0) {
    return { ...row, detail: 'people listed in the configuration', remedy: '' }
  }
  const kept = old.filter(
    ({ user, passwordHash }) =>
      renewed?.find(keyOf(name, foldName(user)), passwordHash) !== undefined,
  )
  const listed = old.slice(0, 5).map(({ user }) => `"${user}"`)
  const more = old.length > listed.length ? ` and ${old.length - listed.length} more` : ''
  return {
    ...row,
    detail: `password_hash of ${listed.join(', ')}${more}: older parameters, easier to guess at; ${kept.length} of ${old.length} signed in since and have a stronger hash in the store`,
    remedy: 'holdfast user hash makes a new password_hash: put it in place of the old one.',
  }
}

/** Local people have no SID, so a certificate that names one was made for someone else. */
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
