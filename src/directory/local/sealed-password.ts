import { ntHash } from '../../mschap/index.ts'
import { foldName, openAesGcm, Secret, sealAesGcm, sealedOverhead } from '../../support/index.ts'
import { DirectoryError } from '../errors.ts'

// `sealed$` and, in Base64, what `sealAesGcm` makes.
const prefix = 'sealed$'

/** Whose password it is. It opens for no one else. */
export type PasswordOwner = { readonly directory: string; readonly user: string }

/** What of a password is sealed: its text, or its NT hash only. One does not open as the other. */
export type SealedAs = 'password' | 'nt-hash'

/** What is in the configuration instead of a clear password. `key` has 32 bytes. */
export function sealPassword(
  key: Uint8Array,
  owner: PasswordOwner,
  password: Secret,
  as: SealedAs,
): string {
  const content = as === 'nt-hash' ? ntHash(password) : Buffer.from(password.reveal(), 'utf8')
  return prefix + sealAesGcm(key, content, boundTo(owner, as)).toString('base64')
}

/**
 * Opens what `sealPassword` made with the same key, for the same person and as the same thing: the
 * password, or its NT hash as 32 hex digits.
 * @throws {DirectoryError} `sealed-password-invalid`
 */
export function openPassword(
  key: Uint8Array,
  owner: PasswordOwner,
  text: string,
  as: SealedAs,
): Secret {
  const sealed = Buffer.from(text.slice(prefix.length), 'base64')
  if (!text.startsWith(prefix) || sealed.length <= sealedOverhead)
    throw invalid(owner, as, 'is not whole')
  try {
    const opened = openAesGcm(key, sealed, boundTo(owner, as))
    return new Secret(opened.toString(as === 'nt-hash' ? 'hex' : 'utf8'))
  } catch (cause) {
    const why = 'was sealed with another key, for another user, or for another setting'
    throw invalid(owner, as, why, cause)
  }
}

/** JSON keeps the parts apart, whatever characters they hold. */
function boundTo({ directory, user }: PasswordOwner, as: SealedAs): string {
  return JSON.stringify([directory, foldName(user), as])
}

function invalid(
  { directory, user }: PasswordOwner,
  as: SealedAs,
  why: string,
  cause?: unknown,
): DirectoryError {
  const [what, command] =
    as === 'nt-hash'
      ? ['NT hash', 'holdfast user seal --nt-hash']
      : ['password', 'holdfast user seal']
  return new DirectoryError(
    'sealed-password-invalid',
    `the sealed ${what} of ${user} in ${directory} ${why}; ${command} makes a new one`,
    { cause },
  )
}

/** Seals and opens passwords of local users, or their NT hashes. */
export type PasswordSealer = {
  seal(owner: PasswordOwner, password: Secret, as: SealedAs): string
  /** An NT hash opens as 32 hex digits. Throws DirectoryError `sealed-password-invalid`. */
  open(owner: PasswordOwner, sealed: string, as: SealedAs): Secret
}

/** `key`: 32 bytes that seal nothing else. */
export function createPasswordSealer(key: Uint8Array): PasswordSealer {
  return {
    seal: (owner, password, as) => sealPassword(key, owner, password, as),
    open: (owner, sealed, as) => openPassword(key, owner, sealed, as),
  }
}
