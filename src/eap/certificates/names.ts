import type { X509Certificate } from 'node:crypto'
import { type Der, derTag, formatOid, readDer, valuesIn } from './der.ts'

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
  commonName: '2.5.4.3',
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

const textTags: readonly number[] = [derTag.utf8String, derTag.printableString, derTag.ia5String]

/** By which authorities that cannot write the extension give the SID. */
const sidUri = 'tag:microsoft.com,2022-09-14:sid:'
const sidForm = /^S-1-\d+(?:-\d+)+$/

/**
 * Reads the names in a certificate, which OpenSSL should have verified. The first of each kind is used. Node's own
 * `toLegacyObject` would know the common name too, but brings the process down over a malformed key.
 */
export function readNames({ raw }: Pick<X509Certificate, 'raw'>): CertificateNames {
  const [certificate] = readDer(raw) ?? []
  const [signed] = valuesIn(certificate, derTag.sequence)
  const fields = valuesIn(signed, derTag.sequence)
  const extensions = extensionsIn(fields)
  const names = generalNames(extensions.get(oid.subjectAltName))
  const security = generalNames(extensions.get(oid.ntdsSecurity))
  const uri = textOf(names, contextTag.uri, (text) => text.startsWith(sidUri))
  const sid = otherName(security, oid.ntdsObjectSid) ?? uri?.slice(sidUri.length)
  return {
    upn: otherName(names, oid.userPrincipalName),
    dns: textOf(names, contextTag.dns),
    email: textOf(names, contextTag.email),
    commonName: commonNameIn(fields),
    sid: sid !== undefined && sidForm.test(sid) ? sid : undefined,
  }
}

/** Contents of the extensions by their object identifier (RFC 5280 4.1.2.9). */
function extensionsIn(fields: readonly Der[]): ReadonlyMap<string, Uint8Array> {
  const wrapper = fields.find(({ tag }) => tag === contextTag.extensions)
  const [list] = valuesIn(wrapper, contextTag.extensions)
  const extensions = valuesIn(list, derTag.sequence).flatMap((extension) => {
    const [id, ...rest] = valuesIn(extension, derTag.sequence)
    const value = rest.find(({ tag }) => tag === derTag.octetString)
    if (id?.tag !== derTag.objectIdentifier || value === undefined) return []
    return [[formatOid(id.content), value.content] as const]
  })
  return new Map(extensions)
}

/** Subject is the fourth sequence: after signature, issuer and validity (RFC 5280 4.1). */
function commonNameIn(fields: readonly Der[]): string | undefined {
  const subject = fields.filter(({ tag }) => tag === derTag.sequence)[3]
  const found = valuesIn(subject, derTag.sequence)
    .flatMap((part) => valuesIn(part, derTag.set))
    .flatMap((pair) => {
      const [id, value] = valuesIn(pair, derTag.sequence)
      const isName = id !== undefined && formatOid(id.content) === oid.commonName
      return isName && value !== undefined && textTags.includes(value.tag) ? [value] : []
    })
  const [only, another] = found
  return only === undefined || another !== undefined ? undefined : toText(only)
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
