import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Authority, Issued } from './authority.ts'
import { CertificateError } from './errors.ts'
import { generateKeys, type KeyKind, keyToPem } from './keys.ts'
import { validFor } from './validity.ts'

/** Apple's devices refuse certificates of servers that are valid for longer. */
export const longestServerDays = 825

const hostName =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/i
const principalName = /^[^\s@"<>\\]{1,64}@[^\s@"<>\\]{1,253}$/u
/** People of a configuration need no principal name. As long as a common name may be, so that none is cut to another's. */
const localName = /^[^\s@"<>\\]{1,64}$/u

type Request = {
  readonly kind: KeyKind
  /** 1 to 825. */
  readonly days: number
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

/**
 * Makes a certificate that Windows, Apple's and Android devices take from a RADIUS server: EKU serverAuth
 * and its names in the subject alternative name (RFC 5216 5.3). `names` are host names, one at least. Throws
 * CertificateError `name-invalid`.
 */
export async function createServerCertificate(
  authority: Authority,
  { names, ...request }: Request & { readonly names: readonly string[] },
): Promise<Issued> {
  const invalid = names.find((name) => !hostName.test(name))
  const [name] = names
  if (name === undefined || invalid !== undefined) {
    throw new CertificateError(
      'name-invalid',
      `${invalid ?? 'no name'}: a server needs a full host name such as radius.corp.example`,
    )
  }
  return issue(authority, request, {
    commonName: name,
    names: names.map((value) => ({ type: 'dns', value })),
    usage: ExtendedKeyUsage.serverAuth,
  })
}

/**
 * Makes a certificate for a device of one person, with which EAP-TLS signs them in: EKU clientAuth and the
 * User Principal Name in the subject alternative name, or a name without @ as common name only. Throws
 * CertificateError `name-invalid`.
 */
export async function createDeviceCertificate(
  authority: Authority,
  { principal, ...request }: Request & { readonly principal: string },
): Promise<Issued> {
  const isLocal = localName.test(principal)
  if (!isLocal && !principalName.test(principal)) {
    throw new CertificateError(
      'name-invalid',
      `${principal}: a person is named by User Principal Name, such as alice@corp.example, or, of a local directory, as they sign in`,
    )
  }
  return issue(authority, request, {
    commonName: principal,
    names: isLocal ? [] : [{ type: 'upn', value: principal }],
    usage: ExtendedKeyUsage.clientAuth,
  })
}

async function issue(
  authority: Authority,
  { kind, days, nowMs }: Request,
  subject: {
    readonly commonName: string
    readonly names: JsonGeneralNames
    readonly usage: ExtendedKeyUsage
  },
): Promise<Issued> {
  const keys = await generateKeys(kind)
  const forTls12 = kind === 'rsa' ? KeyUsageFlags.keyEncipherment : 0
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [subject.commonName.slice(0, 64)] }],
    issuer: authority.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    ...validFor(days, nowMs),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | forTls12, true),
      new ExtendedKeyUsageExtension([subject.usage]),
      ...(subject.names.length === 0 ? [] : [new SubjectAlternativeNameExtension(subject.names)]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: keyToPem(keys.privateKey) }
}
