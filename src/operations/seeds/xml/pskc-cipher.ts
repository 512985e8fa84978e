import { createDecipheriv, createHmac, type Decipheriv } from 'node:crypto'
import { constantTimeEqual } from '../../../support/index.ts'
import { lastPart, shownPart } from '../record.ts'
import { decodeBase64 } from '../text-bytes.ts'
import { attributeOf, childOf, textOf, type XmlElement } from './xml.ts'

/** Opens encrypted values of one key container. Text: why it cannot. */
export type PskcOpener = (value: XmlElement, mac: string | undefined) => Uint8Array | string

export type PskcCipher = { readonly open: PskcOpener } | { readonly problem: string }

type Cipher = {
  readonly keyLength: number
  /** Bytes of the initialisation vector in front of what is encrypted. */
  readonly ivLength: number
  readonly create: (key: Uint8Array, iv: Uint8Array) => Decipheriv
}

function blockCipher(name: string, keyLength: number, ivLength: number): Cipher {
  return { keyLength, ivLength, create: (key, iv) => createDecipheriv(name, key, iv) }
}

/** AES key wrap (RFC 3394), whose initial value is fixed. */
function keyWrap(bits: 128 | 192 | 256): Cipher {
  const initial = Buffer.alloc(8, 0xa6)
  const name = `id-aes${bits}-wrap`
  return { keyLength: bits / 8, ivLength: 0, create: (key) => createDecipheriv(name, key, initial) }
}

/** By the end of their identifiers (XML Encryption). */
const ciphers: Readonly<Record<string, Cipher>> = {
  'aes128-cbc': blockCipher('aes-128-cbc', 16, 16),
  'aes192-cbc': blockCipher('aes-192-cbc', 24, 16),
  'aes256-cbc': blockCipher('aes-256-cbc', 32, 16),
  'tripledes-cbc': blockCipher('des-ede3-cbc', 24, 8),
  'kw-aes128': keyWrap(128),
  'kw-aes192': keyWrap(192),
  'kw-aes256': keyWrap(256),
}

const macHashes: Readonly<Record<string, string>> = {
  'hmac-sha1': 'sha1',
  'hmac-sha224': 'sha224',
  'hmac-sha256': 'sha256',
  'hmac-sha384': 'sha384',
  'hmac-sha512': 'sha512',
}

const wrongKey = 'wrong pre-shared key or password, or the file was altered'

/**
 * Prepares to open a container that is encrypted (RFC 6030 section 6): the initialisation vector in front, and an HMAC over
 * both under a key of its own that the container carries, encrypted in the same way.
 */
export function createPskcCipher(container: XmlElement, key: Uint8Array): PskcCipher {
  const macMethod = childOf(container, 'MACMethod')
  // The drafts had the name alone, as text.
  const macName = attributeOf(macMethod, 'Algorithm') ?? textOf(container, 'MACAlgorithm')
  if (macName === undefined) return { problem: 'the container has no MACMethod' }
  const macHash = macHashes[lastPart(macName)]
  if (!macHash) return { problem: `the MACMethod ${shownPart(macName)} is not supported` }
  const wrappedMacKey = childOf(macMethod, 'MACKey')
  // Without a key of its own the MAC uses the key of the container (RFC 6030 section 6.1.1).
  const macKey = wrappedMacKey ? decryptValue(wrappedMacKey, key) : key
  if (typeof macKey === 'string') return { problem: `the MACKey cannot be decrypted: ${macKey}` }
  return {
    open(value, mac) {
      const sealed = cipherValueOf(value)
      const expected = decodeBase64(mac ?? '')
      if (!sealed || !expected || expected.length === 0)
        return 'its CipherValue or ValueMAC is missing'
      const actual = createHmac(macHash, macKey).update(sealed).digest()
      return constantTimeEqual(actual, expected) ? decryptValue(value, key) : wrongKey
    },
  }
}

function decryptValue(value: XmlElement, key: Uint8Array): Uint8Array | string {
  const method = childOf(value, 'EncryptionMethod')
  // With a password the drafts name the cipher one level deeper (PBES2).
  const name = attributeOf(childOf(method, 'EncryptionScheme') ?? method, 'Algorithm') ?? ''
  const cipher = ciphers[lastPart(name)]
  if (!cipher) return `the encryption ${shownPart(name) || 'of this value'} is not supported`
  if (key.length !== cipher.keyLength) {
    return `${lastPart(name)} needs a key of ${cipher.keyLength} bytes, and this one has ${key.length}`
  }
  const sealed = cipherValueOf(value)
  if (!sealed || sealed.length <= cipher.ivLength) return wrongKey
  try {
    const decipher = cipher.create(key, sealed.subarray(0, cipher.ivLength))
    return Buffer.concat([decipher.update(sealed.subarray(cipher.ivLength)), decipher.final()])
  } catch {
    // Wrong padding is how a wrong key shows.
    return wrongKey
  }
}

function cipherValueOf(value: XmlElement): Uint8Array | undefined {
  return decodeBase64(textOf(childOf(value, 'CipherData'), 'CipherValue') ?? '')
}
