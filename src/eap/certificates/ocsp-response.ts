import { X509Certificate } from 'node:crypto'
import {
  BasicOCSPResponse,
  type CertID,
  type CertStatus,
  id_pkix_ocsp_basic,
  OCSPResponse,
  OCSPResponseStatus,
  type SingleResponse,
} from '@peculiar/asn1-ocsp'
import { AsnProp, AsnPropTypes } from '@peculiar/asn1-schema'
import { id_kp_OCSPSigning } from '@peculiar/asn1-x509'
import { isIssuedBy, validityAt } from './chain.ts'
import type { CertificateId } from './ocsp-request.ts'
import { parseDer } from './parse-der.ts'
import { isSignedBy, isSignedWell, type SignedData } from './signature.ts'

/** What a responder says, and until when (milliseconds since 1970). */
export type OcspStatus = {
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly untilMs: number
}

/** Clocks differ a little. */
const clockToleranceMs = 300_000

/**
 * As in the library, but certificates stay as the bytes that came: encoding them again could break their signatures.
 */
class BasicResponse extends (BasicOCSPResponse as new () => Omit<BasicOCSPResponse, 'certs'>) {
  declare certs?: readonly ArrayBuffer[]
}
AsnProp({ type: AsnPropTypes.Any, repeated: 'sequence', context: 0, optional: true })(
  BasicResponse.prototype,
  'certs',
)

/**
 * Reads what the responder says about the certificate. Undefined for anything that is not signed by its
 * issuer, or by a responder that the issuer has entitled, is about another certificate, or of another time
 * (RFC 6960 3.2). Never throws.
 */
export function readOcspResponse(
  response: Uint8Array,
  { certId, issuer }: CertificateId,
  nowMs: number,
): OcspStatus | undefined {
  const basic = basicResponseIn(response)
  if (basic?.tbsResponseDataRaw === undefined) return undefined
  const signed: SignedData = {
    data: new Uint8Array(basic.tbsResponseDataRaw),
    algorithm: basic.signatureAlgorithm,
    signature: new Uint8Array(basic.signature),
  }
  const delegates = delegatesIn(basic.certs ?? [], issuer, nowMs)
  if (![issuer, ...delegates].some((signer) => isSignedBy(signer, signed))) return undefined
  const single = basic.tbsResponseData.responses.find((each) => isSame(each.certID, certId))
  return single && readSingle(single, nowMs)
}

function basicResponseIn(bytes: Uint8Array): BasicResponse | undefined {
  const response = parseDer(bytes, OCSPResponse)
  if (response?.responseStatus !== OCSPResponseStatus.successful) return undefined
  const { responseBytes } = response
  if (responseBytes?.responseType !== id_pkix_ocsp_basic) return undefined
  return parseDer(new Uint8Array(responseBytes.response.buffer), BasicResponse)
}

/** Those to whom the issuer has given a certificate for signing answers (RFC 6960 4.2.2.2). */
function delegatesIn(
  certificates: readonly ArrayBuffer[],
  issuer: X509Certificate,
  nowMs: number,
): readonly X509Certificate[] {
  return certificates
    .map(parseCertificate)
    .filter((certificate) => certificate !== undefined)
    .filter(
      (certificate) =>
        certificate.keyUsage?.includes(id_kp_OCSPSigning) === true &&
        isIssuedBy(certificate, issuer) &&
        isSignedWell(certificate) &&
        validityAt(certificate, nowMs) === 'valid',
    )
}

function parseCertificate(raw: ArrayBuffer): X509Certificate | undefined {
  try {
    return new X509Certificate(new Uint8Array(raw))
  } catch {
    return undefined
  }
}

function isSame(one: CertID, other: CertID): boolean {
  return (
    one.hashAlgorithm.algorithm === other.hashAlgorithm.algorithm &&
    isEqual(one.issuerNameHash.buffer, other.issuerNameHash.buffer) &&
    isEqual(one.issuerKeyHash.buffer, other.issuerKeyHash.buffer) &&
    isEqual(one.serialNumber, other.serialNumber)
  )
}

function isEqual(one: ArrayBuffer, other: ArrayBuffer): boolean {
  return Buffer.from(one).equals(Buffer.from(other))
}

function readSingle(
  { certStatus, thisUpdate, nextUpdate }: SingleResponse,
  nowMs: number,
): OcspStatus | undefined {
  // Without an end an old answer could be shown forever.
  if (nextUpdate === undefined) return undefined
  const untilMs = nextUpdate.getTime()
  const isCurrent = thisUpdate.getTime() <= nowMs + clockToleranceMs && nowMs <= untilMs
  return isCurrent ? { status: statusOf(certStatus), untilMs } : undefined
}

function statusOf({ good, revoked }: CertStatus): OcspStatus['status'] {
  if (revoked !== undefined) return 'revoked'
  // The library has null for what has no content.
  return good === null ? 'good' : 'unknown'
}
