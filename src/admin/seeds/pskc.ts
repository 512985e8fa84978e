import type { OtpAlgorithm } from '../../accounts/index.ts'
import { createPskcCipher, type PskcOpener } from './pskc-cipher.ts'
import {
  checkSeed,
  collectSeeds,
  type SeedFile,
  type SeedProblem,
  type SeedRecord,
} from './record.ts'
import { decodeBase64 } from './text-bytes.ts'
import { childOf, childrenOf, parseXml, type XmlElement } from './xml.ts'

/**
 * Reads a PSKC key container (RFC 6030) with TOTP and HOTP keys in clear, or encrypted with a
 * pre-shared key. Line numbers are those of the opening tag of what is wrong.
 */
export function parsePskc(source: string, preSharedKey?: Uint8Array): SeedFile {
  const document = parseXml(source)
  if ('problem' in document) return failed(document.line, document.problem)
  const container = document.root
  if (container.name !== 'KeyContainer') {
    return failed(container.line, 'the root element is no PSKC KeyContainer')
  }
  const opener = openerOf(container, preSharedKey)
  if (opener && 'text' in opener) return failed(opener.line, opener.text)
  const packages = childrenOf(container, 'KeyPackage')
  if (packages.length === 0) return failed(container.line, 'there is no KeyPackage in it')
  return collectSeeds(packages.map((keyPackage) => readPackage(keyPackage, opener)))
}

function openerOf(
  container: XmlElement,
  preSharedKey: Uint8Array | undefined,
): PskcOpener | SeedProblem | undefined {
  const encryption = childOf(container, 'EncryptionKey')
  if (!encryption) return undefined
  const wrong = (text: string): SeedProblem => ({ line: encryption.line, text })
  if (childOf(encryption, 'DerivedKey')) {
    return wrong(
      'the keys are encrypted with a password, which is not supported; ask the supplier for a file with a pre-shared key, or decrypt it first',
    )
  }
  if (childOf(encryption, 'X509Data')) {
    return wrong(
      'the keys are encrypted for a certificate, which is not supported; decrypt the file first',
    )
  }
  if (!preSharedKey) {
    return wrong('the keys are encrypted; give the pre-shared key with --key-file')
  }
  const cipher = createPskcCipher(container, preSharedKey)
  return 'problem' in cipher ? wrong(cipher.problem) : cipher.open
}

function readPackage(
  keyPackage: XmlElement,
  opener: PskcOpener | undefined,
): SeedRecord | SeedProblem {
  const key = childOf(keyPackage, 'Key')
  if (!key) return { line: keyPackage.line, text: 'there is no Key in this KeyPackage' }
  const wrong = (text: string): SeedProblem => ({ line: key.line, text })
  const method = methodOf(key.attributes.get('Algorithm') ?? '')
  if (!method) return wrong('the Algorithm of the key is neither TOTP nor HOTP')
  const parameters = childOf(key, 'AlgorithmParameters')
  const format = childOf(parameters, 'ResponseFormat')
  const encoding = format?.attributes.get('Encoding') ?? 'DECIMAL'
  if (encoding !== 'DECIMAL') return wrong('the Encoding of the ResponseFormat must be DECIMAL')
  const algorithm = algorithmOf(childOf(parameters, 'Suite')?.text ?? '')
  if (!algorithm) return wrong('the Suite of the key is none of HMAC-SHA1, -SHA256, -SHA512')
  const data = childOf(key, 'Data')
  const seed = secretOf(childOf(data, 'Secret'), opener)
  if (typeof seed === 'string') return wrong(seed)
  const device = childOf(keyPackage, 'DeviceInfo')
  const serial = textOf(device, 'SerialNo') ?? key.attributes.get('Id')
  const name = textOf(key, 'FriendlyName') ?? textOf(device, 'Model')
  return checkSeed({
    line: key.line,
    user: userOf(textOf(key, 'UserId') ?? textOf(device, 'UserId')),
    serial,
    label: name,
    method,
    seed,
    algorithm,
    digits: format?.attributes.get('Length'),
    period: textOf(childOf(data, 'TimeInterval'), 'PlainValue'),
    counter: textOf(childOf(data, 'Counter'), 'PlainValue'),
  })
}

function secretOf(
  secret: XmlElement | undefined,
  opener: PskcOpener | undefined,
): Uint8Array | string {
  const plain = childOf(secret, 'PlainValue')
  if (plain) return decodeBase64(plain.text) ?? 'the PlainValue of the secret is no base64'
  const encrypted = childOf(secret, 'EncryptedValue')
  if (!encrypted) return 'the key has no secret'
  if (!opener) return 'the secret is encrypted, but the container names no EncryptionKey'
  return (
    opener(encrypted, childOf(secret, 'ValueMAC')) ??
    'the secret cannot be decrypted: wrong pre-shared key, or the file was altered'
  )
}

/** `urn:ietf:params:xml:ns:keyprov:pskc:totp`, or the older `http://www.ietf.org/keyprov/pskc#totp`. */
function methodOf(algorithm: string): 'totp' | 'hotp' | undefined {
  const name = /(?:keyprov:pskc:|keyprov\/pskc#)(totp|hotp)$/.exec(algorithm)?.[1]
  return name === 'totp' || name === 'hotp' ? name : undefined
}

function algorithmOf(suite: string): OtpAlgorithm | undefined {
  const name = suite
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^hmac/, '')
  if (name === '' || name === 'sha1') return 'sha1'
  return name === 'sha256' || name === 'sha512' ? name : undefined
}

/** A UserId is a distinguished name (RFC 6030 section 4.1); many tools write a bare name. */
function userOf(userId: string | undefined): string | undefined {
  return /^(?:uid|cn)\s*=\s*([^,+]+)/i.exec(userId ?? '')?.[1]?.trim() ?? userId
}

function textOf(element: XmlElement | undefined, name: string): string | undefined {
  const text = childOf(element, name)?.text.trim()
  return text === '' ? undefined : text
}

function failed(line: number, text: string): SeedFile {
  return { records: [], problems: [{ line, text }] }
}
