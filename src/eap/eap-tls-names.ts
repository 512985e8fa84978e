import type { X509Certificate } from 'node:crypto'
import { type Der, derTag, formatOid, readDer, valuesIn } from './eap-tls-der.ts'

/** What a certificate says about whose it is. */
export type CertificateNames = {
  /** userPrincipalName, from the subject alternative name. */
  readonly upn?: string | undefined
  readonly dns?: string | undefined
  readonly email?: string | undefined
  /** Where there is exactly one. */
  readonly commonName?: string | undefined
  /** `S-1-5-21-…`: the account that the authority made it for (MS-WCCE 2.2.2.7.7.4). */
  readonly sid?: string | undefined
}

const oid = {
  subjectAltName: '2.5.29.17',
  userPrincipalName: '1.3.6.1.4.1.311.20.2.3',
  /** szOID_NTDS_CA_SECURITY_EXT, and the one name in it. */
  ntdsSecurity: '1.3.6.1.4.1.311.25.2',
  ntdsObjectSid: '1.3.6.1.4.1.311.25.2.1',
} as const

/** Context tags: extensions in a certificate (RFC 5280 4.1), kinds of GeneralName (4.2.1.6), otherName's value. */
const contextTag = {
  extensions: 0xa3,
  otherName: 0xa0,
  email: 0x81,
  dns: 0x82,
  uri: 0x86,
  value: 0xa0,
} as const

/** By which authorities that cannot write the extension give the SID. */
const sidUri = 'tag:microsoft.com,2022-09-14:sid:'
const sidForm = /^S-1-\d+(?:-\d+)+$/

/** Reads the names in a certificate, which OpenSSL has parsed and should have verified. The first of each kind counts. */
export function readNames(certificate: X509Certificate): CertificateNames {
  const extensions = extensionsOf(certificate.raw)
  const names = generalNames(extensions.get(oid.subjectAltName))
  const marks = generalNames(extensions.get(oid.ntdsSecurity))
  const uri = textOf(names, contextTag.uri, (text) => text.startsWith(sidUri))
  const sid = otherName(marks, oid.ntdsObjectSid) ?? uri?.slice(sidUri.length)
  const { CN: commonName } = certificate.toLegacyObject().subject
  return {
    upn: otherName(names, oid.userPrincipalName),
    dns: textOf(names, contextTag.dns),
    email: textOf(names, contextTag.email),
    commonName: typeof commonName === 'string' ? commonName : undefined,
    sid: sid !== undefined && sidForm.test(sid) ? sid : undefined,
  }
}

/** Contents of the extensions by their object identifier (RFC 5280 4.1.2.9). */
function extensionsOf(raw: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const [certificate] = readDer(raw) ?? []
  const [signed] = valuesIn(certificate, derTag.sequence)
  const wrapper = valuesIn(signed, derTag.sequence).find(({ tag }) => tag === contextTag.extensions)
  const [list] = valuesIn(wrapper, contextTag.extensions)
  const extensions = valuesIn(list, derTag.sequence).flatMap((extension) => {
    const [id, ...rest] = valuesIn(extension, derTag.sequence)
    const value = rest.find(({ tag }) => tag === derTag.octetString)
    if (id?.tag !== derTag.objectIdentifier || value === undefined) return []
    return [[formatOid(id.content), value.content] as const]
  })
  return new Map(extensions)
}

function generalNames(content: Uint8Array | undefined): readonly Der[] {
  const [names] = (content && readDer(content)) ?? []
  return valuesIn(names, derTag.sequence)
}

/** The value of an otherName: an object identifier, and in a wrapper a text or octets. */
function otherName(names: readonly Der[], wanted: string): string | undefined {
  for (const name of names) {
    const [id, wrapper] = valuesIn(name, contextTag.otherName)
    const [value] = valuesIn(wrapper, contextTag.value)
    if (id === undefined || value === undefined || formatOid(id.content) !== wanted) continue
    return value.tag === derTag.utf8String || value.tag === derTag.octetString
      ? toText(value)
      : undefined
  }
  return undefined
}

function textOf(
  names: readonly Der[],
  wanted: number,
  fits: (text: string) => boolean = () => true,
): string | undefined {
  return names
    .filter(({ tag }) => tag === wanted)
    .map(toText)
    .find(fits)
}

function toText({ content }: Der): string {
  return Buffer.from(content).toString()
}
