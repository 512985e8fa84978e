import { KeyObject, type webcrypto } from 'node:crypto'

/** Kinds of key. `ecdsa` (P-256) costs a server a tenth of `rsa` (2048 bits), which some old printers need. */
export const keyKinds = ['ecdsa', 'rsa'] as const
export type KeyKind = (typeof keyKinds)[number]

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
} as const

/** Makes a pair of keys. */
export async function generateKeys(kind: KeyKind): Promise<webcrypto.CryptoKeyPair> {
  const usages = ['sign', 'verify'] as const
  return kind === 'ecdsa'
    ? crypto.subtle.generateKey(ecdsa, true, usages)
    : crypto.subtle.generateKey(rsa, true, usages)
}

/** A private key as PEM, PKCS #8. */
export function keyToPem(key: webcrypto.CryptoKey): string {
  return String(KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }))
}

/** What WebCrypto needs to sign with a key read from a file; undefined for kinds that are not made here. */
export function toSigningKey(key: KeyObject): webcrypto.CryptoKey | undefined {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
        ? key.toCryptoKey(ecdsa, true, ['sign'])
        : undefined
    case 'rsa':
      return key.toCryptoKey({ name: rsa.name, hash: rsa.hash }, true, ['sign'])
    default:
      return undefined
  }
}
