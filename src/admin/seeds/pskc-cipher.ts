import { createDecipheriv, createHmac } from 'node:crypto'
import { constantTimeEqual } from '../../support/index.ts'
import { decodeBase64 } from './text-bytes.ts'
import { childOf, type XmlElement } from './xml.ts'

/** Opens encrypted values of one key container. Undefined: wrong key, or altered. */
export type PskcOpener = (value: XmlElement, mac: XmlElement | undefined) => Uint8Array | undefined

export type PskcCipher = { readonly open: PskcOpener } | { readonly problem: string }

const cipherNames: Readonly<Record<string, { readonly name: string; readonly keyLength: number }>> =
  {
    'http://www.w3.org/2001/04/xmlenc#aes128-cbc': { name: 'aes-128-cbc', keyLength: 16 },
    'http://www.w3.org/2001/04/xmlenc#aes192-cbc': { name: 'aes-192-cbc', keyLength: 24 },
    'http://www.w3.org/2001/04/xmlenc#aes256-cbc': { name: 'aes-256-cbc', keyLength: 32 },
  }

const macNames: Readonly<Record<string, string>> = {
  'http://www.w3.org/2000/09/xmldsig#hmac-sha1': 'sha1',
  'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#hmac-sha512': 'sha512',
}

const blockLength = 16

/**
 * Prepares to open a container that is encrypted with a pre-shared key (RFC 6030 section 6.1):
 * AES in CBC mode, the initialisation vector in front, and an HMAC over both under a key of its own
 * that the container carries, encrypted in the same way.
 */
export function createPskcCipher(container: XmlElement, preSharedKey: Uint8Array): PskcCipher {
  const macMethod = childOf(container, 'MACMethod')
  const macHash = macNames[macMethod?.attributes.get('Algorithm') ?? '']
  if (!macHash) return { problem: 'its MACMethod is missing or none that is known' }
  const wrappedMacKey = childOf(macMethod, 'MACKey')
  // Without a key of its own the MAC uses the pre-shared key (RFC 6030 section 6.1.1).
  const macKey = wrappedMacKey ? decryptValue(wrappedMacKey, preSharedKey) : preSharedKey
  if (!macKey) return { problem: 'the pre-shared key does not open it' }
  return {
    open(value, mac) {
      const sealed = cipherValueOf(value)
      const expected = decodeBase64(mac?.text ?? '')
      if (!sealed || !expected) return undefined
      const actual = createHmac(macHash, macKey).update(sealed).digest()
      return constantTimeEqual(actual, expected) ? decryptValue(value, preSharedKey) : undefined
    },
  }
}

function decryptValue(value: XmlElement, key: Uint8Array): Uint8Array | undefined {
  const method = childOf(value, 'EncryptionMethod')?.attributes.get('Algorithm')
  const cipher = cipherNames[method ?? '']
  const sealed = cipherValueOf(value)
  if (!cipher || !sealed || key.length !== cipher.keyLength) return undefined
  if (sealed.length < 2 * blockLength || sealed.length % blockLength !== 0) return undefined
  const decipher = createDecipheriv(cipher.name, key, sealed.subarray(0, blockLength))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(blockLength)), decipher.final()])
  } catch {
    // Wrong padding is how a wrong key shows.
    return undefined
  }
}

function cipherValueOf(value: XmlElement): Uint8Array | undefined {
  return decodeBase64(childOf(childOf(value, 'CipherData'), 'CipherValue')?.text ?? '')
}
