import { constants, verify, type X509Certificate } from 'node:crypto'
import { id_mgf1, id_RSASSA_PSS, RsaSaPssParams } from '@peculiar/asn1-rsa'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { derTag, readDer, valuesIn } from './der.ts'
import { parseDer } from './parse-der.ts'

export type SignedData = {
  readonly data: Uint8Array
  readonly algorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
}

/** How a signature is verified, and which kinds of keys make it. */
type Scheme = {
  readonly keyTypes: readonly string[]
  /** Null where the algorithm brings its own. */
  readonly digest: string | null
  /** Of RSA. */
  readonly padding?: number
  readonly saltLength?: number
}

/** Digests that are accepted: SHA-1 and MD5 can be forged. */
const digests: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

const rsa = (digest: string): Scheme => ({
  keyTypes: ['rsa'],
  digest,
  padding: constants.RSA_PKCS1_PADDING,
})
const ecdsa = (digest: string): Scheme => ({ keyTypes: ['ec'], digest })

/** RFC 4055 5, RFC 5758 3.2. Parameters add nothing. */
const schemes: Readonly<Record<string, Scheme>> = {
  '1.2.840.113549.1.1.11': rsa('sha256'),
  '1.2.840.113549.1.1.12': rsa('sha384'),
  '1.2.840.113549.1.1.13': rsa('sha512'),
  '1.2.840.10045.4.3.2': ecdsa('sha256'),
  '1.2.840.10045.4.3.3': ecdsa('sha384'),
  '1.2.840.10045.4.3.4': ecdsa('sha512'),
}
const ed25519 = '1.3.101.112'

/** Whether the key of this certificate made the signature, in a way that is accepted. Never throws. */
export function isSignedBy(
  { publicKey }: X509Certificate,
  { data, algorithm, signature }: SignedData,
): boolean {
  const scheme = schemeOf(algorithm)
  if (scheme === undefined) return false
  const { keyTypes, digest, ...options } = scheme
  if (!keyTypes.includes(publicKey.asymmetricKeyType ?? '')) return false
  try {
    return verify(digest, data, { key: publicKey, ...options }, signature)
  } catch {
    // A key that forbids these parameters.
    return false
  }
}

/** Whether the signature under a certificate, which OpenSSL has verified, is of a kind that is accepted. */
export function isSignedWell({ raw }: X509Certificate): boolean {
  const [certificate] = readDer(raw) ?? []
  const [, named] = valuesIn(certificate, derTag.sequence)
  const algorithm = named && parseDer(named.raw, AlgorithmIdentifier)
  return algorithm !== undefined && schemeOf(algorithm) !== undefined
}

function schemeOf({ algorithm, parameters }: AlgorithmIdentifier): Scheme | undefined {
  switch (algorithm) {
    case id_RSASSA_PSS:
      return parameters ? pssOf(new Uint8Array(parameters)) : undefined
    case ed25519:
      // RFC 8410 3: no parameters, not even NULL.
      return parameters === undefined ? { keyTypes: ['ed25519'], digest: null } : undefined
    default:
      return schemes[algorithm]
  }
}

/** RSASSA-PSS says in its parameters what it is (RFC 4055 3.1); what is left out means SHA-1. */
function pssOf(parameters: Uint8Array): Scheme | undefined {
  const read = parseDer(parameters, RsaSaPssParams)
  if (read === undefined) return undefined
  const { hashAlgorithm, maskGenAlgorithm, saltLength, trailerField } = read
  const digest = digests[hashAlgorithm.algorithm]
  if (digest === undefined || trailerField !== 1) return undefined
  // Node takes -1 and -2 for lengths that it finds out itself, and the library gives large numbers as text.
  if (!Number.isInteger(saltLength) || saltLength < 0) return undefined
  if (maskDigestOf(maskGenAlgorithm) !== digest) return undefined
  return {
    keyTypes: ['rsa', 'rsa-pss'],
    digest,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength,
  }
}

function maskDigestOf({ algorithm, parameters }: AlgorithmIdentifier): string | undefined {
  if (algorithm !== id_mgf1 || !parameters) return undefined
  const digest = parseDer(new Uint8Array(parameters), AlgorithmIdentifier)
  return digest && digests[digest.algorithm]
}
