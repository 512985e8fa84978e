import { createHash, X509Certificate } from 'node:crypto'
import { CertificateError } from './errors.ts'

/** Ways to sign in on Wi-Fi that a profile sets up: PEAP with MS-CHAPv2, TTLS with PAP, EAP-TLS. */
export const profileMethods = ['peap', 'ttls', 'tls'] as const
export type ProfileMethod = (typeof profileMethods)[number]

/** What a device must know to join our Wi-Fi, and no other network. */
export type Profile = {
  /** 1 to 32 bytes of UTF-8. */
  readonly ssid: string
  readonly method: ProfileMethod
  /** PEM certificate of the one authority that counts. */
  readonly authority: string
  /** Host names in the server's certificate, one of which must be there. */
  readonly serverNames: readonly string[]
  /** Sent before the tunnel is open, so everyone can read it. */
  readonly outerIdentity: string
}

/** Throws CertificateError `name-invalid` where no network or person can have that name. */
export function checkProfile({ ssid, serverNames, outerIdentity }: Profile): void {
  const bytes = Buffer.byteLength(ssid)
  if (bytes === 0 || bytes > 32 || /\p{Cc}/u.test(ssid)) {
    throw new CertificateError('name-invalid', 'the name of a network has 1 to 32 bytes')
  }
  if (!/^[^\s"\\]{1,253}$/u.test(outerIdentity)) {
    throw new CertificateError('name-invalid', 'an outer name has no spaces and no quotes')
  }
  if (serverNames.length === 0) {
    throw new CertificateError('name-invalid', 'the server’s certificate has no host name')
  }
}

/** Host names in the subject alternative name of a PEM certificate. */
export function serverNamesOf(certificate: string): readonly string[] {
  const names = new X509Certificate(certificate).subjectAltName ?? ''
  return [...names.matchAll(/(?:^|, )DNS:([^,"\s]+)/g)].map(([, name = '']) => name)
}

export function derOf(certificate: string): Buffer {
  return new X509Certificate(certificate).raw
}

/** A UUID (RFC 9562, version 8) that is the same for the same parts, so that a profile made again replaces the old one. */
export function uuidOf(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join('\0')).digest().subarray(0, 16)
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  return hash
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    .toUpperCase()
}
