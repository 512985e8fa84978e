import { createHash, type X509Certificate } from 'node:crypto'
import { CertID, OCSPRequest, Request, TBSRequest } from '@peculiar/asn1-ocsp'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { type Der, derTag, readDer, valuesIn } from './der.ts'

/** Which certificate is asked about (RFC 6960 4.1.1). */
export type CertificateId = {
  readonly certId: CertID
  readonly issuer: X509Certificate
}

const sha1Oid = '1.3.14.3.2.26'

/**
 * Names a certificate by its serial number and digests of its issuer. SHA-1 is the only digest that all responders
 * know (RFC 5019 2.1.1); it protects nothing here. Undefined where a certificate has no such fields.
 */
export function certificateId(
  certificate: X509Certificate,
  issuer: X509Certificate,
): CertificateId | undefined {
  const serial = fieldsOf(certificate).find(({ tag }) => tag === derTag.integer)
  // The bytes as they came: a name that is encoded again may differ from the one that others digest.
  const name = sequencesOf(certificate)[1]
  const key = valuesIn(sequencesOf(issuer)[4], derTag.sequence)[1]
  if (serial === undefined || name === undefined || key?.tag !== derTag.bitString) return undefined
  const certId = new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: sha1Oid, parameters: null }),
    issuerNameHash: sha1(name.raw),
    // Without the octet that counts unused bits.
    issuerKeyHash: sha1(key.content.subarray(1)),
    serialNumber: Uint8Array.from(serial.content).buffer,
  })
  return { certId, issuer }
}

/** The request about one certificate (RFC 6960 4.1.1), unsigned and without a nonce. */
export function encodeOcspRequest({ certId }: CertificateId): Uint8Array {
  const requestList = [new Request({ reqCert: certId })]
  const request = new OCSPRequest({ tbsRequest: new TBSRequest({ requestList }) })
  return new Uint8Array(AsnConvert.serialize(request))
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

function sha1(data: Uint8Array): OctetString {
  return new OctetString(createHash('sha1').update(data).digest())
}
