import { createHash, verify, X509Certificate } from 'node:crypto'
import { isIssuedBy, validityAt } from './chain.ts'
import { type Der, derTag, formatOid, readDer, readTime, valuesIn, writeDer } from './der.ts'

/** Which certificate is asked about (RFC 6960 4.1.1). */
export type CertificateId = {
  /** The CertID, as it goes into the request. */
  readonly bytes: Uint8Array
  readonly issuer: X509Certificate
}

/** What a responder says, and until when (milliseconds since 1970). */
export type OcspStatus = {
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly untilMs: number
}

const sha1Oid = Uint8Array.of(0x2b, 0x0e, 0x03, 0x02, 0x1a)
const basicResponse = '1.3.6.1.5.5.7.48.1.1'
/** id-kp-OCSPSigning */
const ocspSigning = '1.3.6.1.5.5.7.3.9'
const successful = 0

/** Signatures that count, and the digest of each (RFC 4055 5, RFC 5758 3.2). */
const digests: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}

const contextTag = {
  /** The first optional field of a sequence: a version, the body of a response, the signer's certificates. */
  first: 0xa0,
  good: 0x80,
  revoked: 0xa1,
} as const

/** Clocks differ a little. */
const clockToleranceMs = 300_000

/** Names a certificate by its serial number and digests of its issuer, the only way that all responders know. */
export function certificateId(
  certificate: X509Certificate,
  issuer: X509Certificate,
): CertificateId | undefined {
  const serial = fieldsOf(certificate).find(({ tag }) => tag === derTag.integer)
  const name = sequencesOf(certificate)[1]
  const key = valuesIn(sequencesOf(issuer)[4], derTag.sequence)[1]
  if (serial === undefined || name === undefined || key?.tag !== derTag.bitString) return undefined
  const algorithm = writeDer(
    derTag.sequence,
    writeDer(derTag.objectIdentifier, sha1Oid),
    writeDer(derTag.null),
  )
  const bytes = writeDer(
    derTag.sequence,
    algorithm,
    writeDer(derTag.octetString, sha1(name.raw)),
    // Without the octet that counts unused bits.
    writeDer(derTag.octetString, sha1(key.content.subarray(1))),
    serial.raw,
  )
  return { bytes, issuer }
}

/** The request about one certificate (RFC 6960 4.1.1), unsigned. */
export function encodeOcspRequest({ bytes }: CertificateId): Uint8Array {
  const list = writeDer(derTag.sequence, writeDer(derTag.sequence, bytes))
  return writeDer(derTag.sequence, writeDer(derTag.sequence, list))
}

/**
 * Reads what the responder says about the certificate. Undefined for anything that is not signed by its
 * issuer, or by whom that has entitled, is about another certificate, or of another time (RFC 6960 3.2).
 */
export function readOcspResponse(
  response: Uint8Array,
  id: CertificateId,
  nowMs: number,
): OcspStatus | undefined {
  const [signed, algorithm, signature, certificates] = partsOf(response)
  if (signed === undefined || signature?.tag !== derTag.bitString) return undefined
  const digest = digests[oidIn(algorithm)]
  const signer = signerOf(certificates, id.issuer, nowMs)
  if (digest === undefined) return undefined
  if (!isSignedBy(signer, digest, signed.raw, signature.content.subarray(1))) return undefined
  const list = valuesIn(signed, derTag.sequence).find(({ tag }) => tag === derTag.sequence)
  const single = valuesIn(list, derTag.sequence)
    .map((each) => valuesIn(each, derTag.sequence))
    .find(([about]) => about !== undefined && Buffer.compare(about.raw, id.bytes) === 0)
  return single && readSingle(single, nowMs)
}

/** tbsResponseData, signatureAlgorithm, signature, and certificates where there are any. */
function partsOf(response: Uint8Array): readonly Der[] {
  const [outer] = readDer(response) ?? []
  const [status, body] = valuesIn(outer, derTag.sequence)
  if (status?.tag !== derTag.enumerated || status.content[0] !== successful) return []
  const [typed] = valuesIn(body, contextTag.first)
  const [type, octets] = valuesIn(typed, derTag.sequence)
  if (type === undefined || formatOid(type.content) !== basicResponse) return []
  const [basic] = (octets && readDer(octets.content)) ?? []
  return valuesIn(basic, derTag.sequence)
}

/** The issuer, or whom it has given a certificate for signing these (RFC 6960 4.2.2.2). */
function signerOf(
  certificates: Der | undefined,
  issuer: X509Certificate,
  nowMs: number,
): X509Certificate {
  const [list] = valuesIn(certificates, contextTag.first)
  const delegates = valuesIn(list, derTag.sequence)
    .map(({ raw }) => parse(raw))
    .filter((certificate) => certificate !== undefined)
  const delegate = delegates.find(
    (certificate) =>
      certificate.keyUsage?.includes(ocspSigning) === true &&
      isIssuedBy(certificate, issuer) &&
      validityAt(certificate, nowMs) === 'valid',
  )
  return delegate ?? issuer
}

function parse(raw: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(raw)
  } catch {
    return undefined
  }
}

function isSignedBy(
  signer: X509Certificate,
  digest: string,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return verify(digest, data, signer.publicKey, signature)
  } catch {
    // A key of another kind than the algorithm.
    return false
  }
}

function readSingle(
  [, status, thisUpdate, nextUpdate]: readonly Der[],
  nowMs: number,
): OcspStatus | undefined {
  const fromMs = readTime(thisUpdate)
  const untilMs = readTime(valuesIn(nextUpdate, contextTag.first)[0])
  // Without an end an old answer could be shown for ever.
  if (status === undefined || fromMs === undefined || untilMs === undefined) return undefined
  if (fromMs > nowMs + clockToleranceMs || untilMs < nowMs) return undefined
  return { status: statusOf(status), untilMs }
}

function statusOf({ tag }: Der): OcspStatus['status'] {
  if (tag === contextTag.good) return 'good'
  return tag === contextTag.revoked ? 'revoked' : 'unknown'
}

function oidIn(algorithm: Der | undefined): string {
  const [id] = valuesIn(algorithm, derTag.sequence)
  return id?.tag === derTag.objectIdentifier ? formatOid(id.content) : ''
}

function fieldsOf({ raw }: X509Certificate): readonly Der[] {
  const [certificate] = readDer(raw) ?? []
  const [signed] = valuesIn(certificate, derTag.sequence)
  return valuesIn(signed, derTag.sequence)
}

/** Of a certificate: signature, issuer, validity, subject, key (RFC 5280 4.1). */
function sequencesOf(certificate: X509Certificate): readonly Der[] {
  return fieldsOf(certificate).filter(({ tag }) => tag === derTag.sequence)
}

function sha1(data: Uint8Array): Uint8Array {
  return createHash('sha1').update(data).digest()
}
