import 'reflect-metadata'
import { KeyObject, type webcrypto, X509Certificate } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

const algorithms = {
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  },
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ed25519: { name: 'Ed25519' },
} as const

export type KeyName = keyof typeof algorithms

/** A certificate and its key, in both forms that tests sign with. */
export type Signer = {
  readonly certificate: X509Certificate
  readonly key: KeyObject
  readonly keys: webcrypto.CryptoKeyPair
}

const lasting = { notBefore: new Date('2020-01-01'), notAfter: new Date('2120-01-01') }

async function generateKeys(kind: KeyName): Promise<webcrypto.CryptoKeyPair> {
  const keys = await crypto.subtle.generateKey(algorithms[kind], true, ['sign', 'verify'])
  if (!('privateKey' in keys)) throw new Error(`${kind} makes no pair of keys`)
  return keys
}

/** An authority whose certificate is signed with its own key. */
export async function createAuthority(kind: KeyName, name = 'Authority'): Promise<Signer> {
  const keys = await generateKeys(kind)
  const { rawData } = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    ...lasting,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  return signerOf(rawData, keys)
}

/** A certificate that the authority has issued. By default it entitles to sign answers about certificates. */
export async function issue(
  authority: Signer,
  kind: KeyName,
  options: {
    readonly serialNumber?: string
    readonly usage?: string
    readonly notAfter?: Date
    readonly hash?: string
  } = {},
): Promise<Signer> {
  const { serialNumber = '02', usage = ExtendedKeyUsage.ocspSigning, notAfter, hash } = options
  const keys = await generateKeys(kind)
  const { rawData } = await X509CertificateGenerator.create({
    serialNumber,
    subject: [{ CN: ['Issued'] }],
    issuer: authority.certificate.subject.replace('\n', ', '),
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    ...(hash && { signingAlgorithm: { name: 'ECDSA', hash } }),
    ...lasting,
    ...(notAfter && { notAfter }),
    extensions: [
      new ExtendedKeyUsageExtension([usage]),
      await AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
    ],
  })
  return signerOf(rawData, keys)
}

function signerOf(raw: ArrayBuffer, keys: webcrypto.CryptoKeyPair): Signer {
  const certificate = new X509Certificate(new Uint8Array(raw))
  return { certificate, key: KeyObject.from(keys.privateKey), keys }
}
