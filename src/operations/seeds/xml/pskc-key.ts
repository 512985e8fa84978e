import { pbkdf2Sync } from 'node:crypto'
import { type SeedProblem, shownPart } from '../record.ts'
import { decodeBase64 } from '../text-bytes.ts'
import { attributeOf, childOf, textOf, type XmlElement } from './xml.ts'

/** What opens an encrypted file, as the administrator has it from the supplier. */
export type PskcSecrets = {
  /** 16, 24 or 32 bytes. */
  readonly preSharedKey?: Uint8Array | undefined
  readonly password?: string | undefined
}

/** More would keep the machine busy for minutes; no file needs it. */
const maximumIterations = 10_000_000
const pseudorandomFunctions: Readonly<Record<string, string>> = {
  '': 'sha1',
  'hmac-sha1': 'sha1',
  'hmac-sha224': 'sha224',
  'hmac-sha256': 'sha256',
  'hmac-sha384': 'sha384',
  'hmac-sha512': 'sha512',
}

/**
 * The key that encrypts a container: the pre-shared one (RFC 6030 section 6.1), or one that is derived from a password
 * with PBKDF2 (section 6.2).
 */
export function findPskcKey(
  encryption: XmlElement,
  secrets: PskcSecrets,
): { readonly key: Uint8Array } | SeedProblem {
  const wrong = (text: string): SeedProblem => ({ line: encryption.line, text })
  const derived = childOf(encryption, 'DerivedKey')
  if (derived) {
    if (secrets.password === undefined) {
      return wrong('the keys are encrypted with a password; give it with --password-file')
    }
    const key = deriveKey(derived, secrets.password)
    return typeof key === 'string' ? wrong(key) : { key }
  }
  const [other] = encryption.children.filter(({ name }) => name !== 'KeyName')
  if (other?.name === 'X509Data') {
    return wrong(
      'the keys are encrypted for a certificate, which is not supported; decrypt the file first',
    )
  }
  if (other) return wrong(`an EncryptionKey with ${shownPart(other.name)} is not supported`)
  if (!secrets.preSharedKey) {
    return wrong('the keys are encrypted; give the pre-shared key with --key-file')
  }
  return { key: secrets.preSharedKey }
}

function deriveKey(derived: XmlElement, password: string): Uint8Array | string {
  const method = childOf(derived, 'KeyDerivationMethod')
  const algorithm = shownPart(attributeOf(method, 'Algorithm') ?? '')
  if (algorithm.toLowerCase() !== 'pbkdf2') {
    return `the key derivation ${algorithm || 'of this file'} is not supported; PBKDF2 is`
  }
  const parameters = childOf(method, 'PBKDF2-params')
  const salt = decodeBase64(textOf(childOf(parameters, 'Salt'), 'Specified') ?? '')
  const iterations = Number(textOf(parameters, 'IterationCount'))
  const length = Number(textOf(parameters, 'KeyLength') ?? 16)
  const name = shownPart(attributeOf(childOf(parameters, 'PRF'), 'Algorithm') ?? '').toLowerCase()
  const hash = pseudorandomFunctions[name.replace(/^hmacwith/, 'hmac-')]
  if (!hash) return `the function ${name} of PBKDF2 is not supported`
  if (!salt || salt.length === 0) return 'the Salt of PBKDF2 is missing or no base64'
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > maximumIterations) {
    return `the IterationCount of PBKDF2 must be 1 to ${maximumIterations}`
  }
  if (![16, 24, 32].includes(length)) return 'the KeyLength of PBKDF2 must be 16, 24 or 32'
  return pbkdf2Sync(password, salt, iterations, length, hash)
}
