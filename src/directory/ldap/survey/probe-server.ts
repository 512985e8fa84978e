import { isIP } from 'node:net'
import type { Clock } from '../../../support/index.ts'
import { describeError } from '../../errors.ts'
import { openLdapConnection } from '../connections/connection.ts'
import { readAddress, type ServerAddress } from '../options.ts'
import { fetchCertificates, type ShownCertificate } from './certificates.ts'
import { singleLook } from './look.ts'

/** A server that may become one of a directory. `ldap://` means StartTLS. */
export type CandidateServer = { readonly url: string; readonly ca?: string | undefined }

/** How a first connection went. Only a connection with TLS is good enough: passwords go over it. */
export type ProbeResult =
  | { readonly kind: 'trusted' }
  /** TLS works, and no trusted authority has signed the certificate. The server's own comes first. */
  | { readonly kind: 'untrusted'; readonly shown: readonly ShownCertificate[] }
  /** The certificate is for other names than the one of the address. */
  | { readonly kind: 'other-name'; readonly names: readonly string[] }
  /** The certificate itself is bad, no matter who signed it. */
  | { readonly kind: 'bad-certificate'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string }

/** What OpenSSL says where it misses an authority. */
const unknownAuthority = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
])

/** Connects to a server as the service would, and says what is in the way. Sends no name and no password. */
export async function probeServer(
  { url, ca }: CandidateServer,
  clock: Clock,
): Promise<ProbeResult> {
  const address = addressOf(url)
  const settings = { kind: 'ad', ca, limits: singleLook.limits } as const
  try {
    const connection = await openLdapConnection(address, settings, clock)
    connection.close()
    return { kind: 'trusted' }
  } catch (error) {
    const code = tlsCode(error)
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || unknownAuthority.has(code)) {
      return await explainCertificate(address, code, clock)
    }
    if (/^CERT_|^ERR_TLS_CERT/.test(code)) {
      return { kind: 'bad-certificate', detail: describeError(error) }
    }
    return { kind: 'unreachable', detail: describeError(error) }
  }
}

/** Names come first: a certificate for another name stays wrong, however much its authority is trusted. */
async function explainCertificate(
  address: ServerAddress,
  code: string,
  clock: Clock,
): Promise<ProbeResult> {
  try {
    const shown = await fetchCertificates(address, singleLook.limits.connectMs, clock)
    const names = shown[0]?.names ?? []
    const isOther =
      code === 'ERR_TLS_CERT_ALTNAME_INVALID' || (names.length > 0 && !isFor(address.host, names))
    return isOther ? { kind: 'other-name', names } : { kind: 'untrusted', shown }
  } catch (error) {
    return { kind: 'unreachable', detail: describeError(error) }
  }
}

/** The address of a server, where plain LDAP means StartTLS. @throws {DirectoryError} `options-invalid` */
export function addressOf(url: string): ServerAddress {
  return readAddress(url, singleLook)
}

function isFor(host: string, names: readonly string[]): boolean {
  const wanted = host.toLowerCase()
  return names.some((name) => {
    const offered = name.toLowerCase()
    if (!offered.startsWith('*.') || isIP(wanted)) return offered === wanted
    return wanted.split('.').slice(1).join('.') === offered.slice(2)
  })
}

/** The code of what TLS threw, which `openLdapConnection` keeps as the cause. */
function tlsCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}
