import 'reflect-metadata'
import { createPrivateKey, X509Certificate as NodeCertificate, type webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { CertificateError } from './errors.ts'
import { generateKeys, type KeyKind, keyToPem, toSigningKey } from './keys.ts'
import { validFor } from './validity.ts'

/** A certificate and its private key, both PEM. */
export type Issued = { readonly certificate: string; readonly key: string }

/** One that can sign. */
export type Authority = {
  readonly certificate: X509Certificate
  readonly key: webcrypto.CryptoKey
}

const authorityDays = 3653

/**
 * Makes an authority that signs certificates of servers and devices and no further authorities, for ten
 * years from `nowMs` (milliseconds since 1970). `name` is what people see when they look at it.
 */
export async function createAuthority(options: {
  readonly name: string
  readonly kind: KeyKind
  readonly nowMs: number
}): Promise<Issued> {
  const { name, kind, nowMs } = options
  const keys = await generateKeys(kind)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    ...validFor(authorityDays, nowMs),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: keyToPem(keys.privateKey) }
}

/**
 * Takes up an authority that was made before. Throws CertificateError `authority-unusable`: no PEM, a
 * key of another certificate, or a certificate that may sign none.
 */
export function openAuthority({ certificate, key }: Issued): Authority {
  const unusable = (why: string, cause?: unknown) =>
    new CertificateError('authority-unusable', why, { cause })
  try {
    const read = new NodeCertificate(certificate)
    const privateKey = createPrivateKey(key)
    if (!read.ca) throw unusable('the certificate is that of no authority')
    if (!read.checkPrivateKey(privateKey)) {
      throw unusable('the key is not that of the certificate')
    }
    const signingKey = toSigningKey(privateKey)
    if (signingKey === undefined) throw unusable('the key is neither P-256 nor RSA')
    return { certificate: new X509Certificate(read.raw), key: signingKey }
  } catch (error) {
    if (error instanceof CertificateError) throw error
    throw unusable('the certificate or the key cannot be read as PEM', error)
  }
}
