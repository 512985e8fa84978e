import { constants, sign } from 'node:crypto'
import {
  BasicOCSPResponse,
  CertStatus,
  id_pkix_ocsp_basic,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  SingleResponse,
} from '@peculiar/asn1-ocsp'
import { id_mgf1, id_RSASSA_PSS, RsaSaPssParams } from '@peculiar/asn1-rsa'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier, Certificate, Extension, Name } from '@peculiar/asn1-x509'
import type { CertificateId } from '../../../src/eap/certificates/ocsp-request.ts'
import type { Signer } from './authority.ts'

/** How an answer is signed, and what it says about that. */
export type Signing = {
  readonly algorithm: AlgorithmIdentifier
  readonly digest: string | null
  readonly padding?: number
  readonly saltLength?: number
}

export type Answer = {
  readonly id: CertificateId
  readonly signer: Signer
  readonly signing: Signing
  readonly delegates?: readonly Signer[]
  readonly thisUpdate?: number
  readonly nextUpdate?: number
  readonly nonce?: Uint8Array
  /** Changes the signature before it is sent. */
  readonly spoil?: (signature: Buffer) => Buffer
}

export const oid = {
  sha1: '1.3.14.3.2.26',
  md5: '1.2.840.113549.2.5',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const
export type Digest = keyof typeof oid

/** An algorithm by its object identifier, with NULL as parameters, or none. */
export function named(algorithm: string, parameters?: ArrayBuffer | null): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm, ...(parameters !== undefined && { parameters }) })
}

/** RSASSA-PSS with this digest and length of salt, and where given, parameters that say something else. */
export function pss(
  digest: Digest,
  saltLength: number,
  said: Partial<RsaSaPssParams> | ArrayBuffer | null = {},
): Signing {
  const params = new RsaSaPssParams({
    hashAlgorithm: named(oid[digest], null),
    maskGenAlgorithm: maskOf(oid[digest]),
    saltLength,
    ...(said instanceof ArrayBuffer ? {} : said),
  })
  const parameters =
    said instanceof ArrayBuffer || said === null ? said : AsnConvert.serialize(params)
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return { algorithm: named(id_RSASSA_PSS, parameters), digest, padding, saltLength }
}

export function maskOf(digest: string, mask = id_mgf1): AlgorithmIdentifier {
  return named(mask, AsnConvert.serialize(named(digest, null)))
}

/** Answers that the certificate is good, as a responder does that signs like this. */
export function answer(options: Answer): Uint8Array {
  const { id, signer, signing, delegates, nonce, spoil = (signature) => signature } = options
  const { thisUpdate = Date.parse('2026-12-31'), nextUpdate = Date.parse('2027-01-02') } = options
  const { subject } = AsnConvert.parse(signer.certificate.raw, Certificate).tbsCertificate
  const data = new ResponseData({
    responderID: new ResponderID({ byName: new Name(subject) }),
    producedAt: new Date(thisUpdate),
    responses: [
      new SingleResponse({
        certID: id.certId,
        certStatus: new CertStatus({ good: null }),
        thisUpdate: new Date(thisUpdate),
        nextUpdate: new Date(nextUpdate),
      }),
    ],
    ...(nonce && { responseExtensions: [nonceExtension(nonce)] }),
  })
  const { algorithm, digest, ...how } = signing
  const signature = sign(digest, new Uint8Array(AsnConvert.serialize(data)), {
    key: signer.key,
    ...how,
  })
  const basic = new BasicOCSPResponse({
    tbsResponseData: data,
    signatureAlgorithm: algorithm,
    signature: toBuffer(spoil(signature)),
    ...(delegates && {
      certs: delegates.map(({ certificate }) => AsnConvert.parse(certificate.raw, Certificate)),
    }),
  })
  return new Uint8Array(AsnConvert.serialize(responseWith(AsnConvert.serialize(basic))))
}

/** An answer of a responder that has succeeded, with whatever it has to say. */
export function responseWith(basic: ArrayBuffer): OCSPResponse {
  return new OCSPResponse({
    responseStatus: OCSPResponseStatus.successful,
    responseBytes: new ResponseBytes({
      responseType: id_pkix_ocsp_basic,
      response: new OctetString(basic),
    }),
  })
}

function nonceExtension(nonce: Uint8Array): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(new OctetString(nonce)))
  return new Extension({ extnID: '1.3.6.1.5.5.7.48.1.2', extnValue })
}

function toBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
