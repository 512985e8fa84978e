import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Secret } from '../support/index.ts'
import { DirectoryError } from './errors.ts'
import { foldName } from './local-name.ts'

// `sealed$` and, in Base64: nonce (12 bytes), AES-256-GCM ciphertext, tag (16).
const prefix = 'sealed$'
const nonceBytes = 12
const tagBytes = 16

/** Whose password it is. It opens for nobody else. */
export type PasswordOwner = { readonly directory: string; readonly user: string }

/** What stands in the configuration instead of a clear password. `key` has 32 bytes. */
export function sealPassword(key: Uint8Array, owner: PasswordOwner, password: Secret): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(owner))
  const sealed = [nonce, cipher.update(password.reveal(), 'utf8'), cipher.final()]
  return prefix + Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64')
}

/**
 * Opens what `sealPassword` made with the same key for the same person.
 * @throws {DirectoryError} `sealed-password-invalid`
 */
export function openPassword(key: Uint8Array, owner: PasswordOwner, text: string): Secret {
  const sealed = Buffer.from(text.slice(prefix.length), 'base64')
  if (!text.startsWith(prefix) || sealed.length <= nonceBytes + tagBytes)
    throw invalid(owner, 'is not whole')
  const tagAt = sealed.length - tagBytes
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(boundTo(owner)).setAuthTag(sealed.subarray(tagAt))
    const opened = [decipher.update(sealed.subarray(nonceBytes, tagAt)), decipher.final()]
    return new Secret(Buffer.concat(opened).toString('utf8'))
  } catch (cause) {
    throw invalid(owner, 'was sealed with another key, or for somebody else', cause)
  }
}

/** JSON keeps the parts apart, whatever characters they hold. */
function boundTo({ directory, user }: PasswordOwner): Uint8Array {
  return Buffer.from(JSON.stringify([directory, foldName(user), 'password']))
}

function invalid({ directory, user }: PasswordOwner, why: string, cause?: unknown): DirectoryError {
  return new DirectoryError(
    'sealed-password-invalid',
    `the sealed password of ${user} in ${directory} ${why}; holdfast user seal makes a new one`,
    { cause },
  )
}
