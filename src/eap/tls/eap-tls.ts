import type { X509Certificate } from 'node:crypto'
import type { Credential, RejectReason } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import {
  type AskStatus,
  type CertificateNames,
  readNames,
  validityAt,
} from '../certificates/index.ts'
import { refuse } from '../inner/refuse.ts'
import type {
  Accepted,
  Broken,
  Round,
  Tunnel,
  TunnelMethod,
  TunnelMethodFactory,
  TunnelStep,
} from '../method.ts'

/** EAP Type of EAP-TLS. */
const type = 13
/** id-kp-clientAuth (RFC 5280 4.2.1.12). */
const clientAuth = '1.3.6.1.5.5.7.3.2'
/** The commitment message: the server will let the peer in (RFC 9190 2.5). */
const commitment = Uint8Array.of(0)

/** Where in a certificate the name of its owner may be. */
export type NameSource = 'upn' | 'dns' | 'email' | 'common-name'

export type EapTlsOptions = {
  /** Whose certificate it is: the first of these that it has. `dns` is a computer. */
  readonly names: readonly NameSource[]
  /** Whether it must say for which account it was made, beside having its name. */
  readonly requireSid: boolean
  /** Asks whether a certificate was revoked; absent where only lists are used. */
  readonly askStatus?: AskStatus | undefined
  readonly clock: Clock
}

/**
 * EAP-TLS (RFC 5216, RFC 9190): nothing goes through the tunnel; the peer's certificate is the credential,
 * and its account is looked up like that of anyone who signs in.
 */
export function createEapTls(options: EapTlsOptions): TunnelMethodFactory {
  return {
    type,
    requestsCertificate: true,
    create: (tunnel) => createMethod(options, tunnel),
  }
}

function createMethod(options: EapTlsOptions, tunnel: Tunnel): TunnelMethod {
  let committed: Accepted | undefined

  return {
    async established(plain: Uint8Array, { signIn }: Round): Promise<TunnelStep> {
      if (plain.length > 0) return unwanted
      const judged = judgeCertificate(tunnel, options)
      if (judged.kind === 'broken') return judged
      const { certificate, userName, credential } = judged
      const status = (await options.askStatus?.(certificate)) ?? 'good'
      if (status !== 'good') return refuseFor(certificate, reasonOf[status], 'OCSP')
      const outcome = await signIn({ userName, credential, challenges: false })
      switch (outcome.kind) {
        case 'accept':
          // In TLS 1.2 our Finished is the end; in 1.3 it was sent before the certificate was judged.
          if (tunnel.protocol === 'TLSv1.2') return { kind: 'done', outcome }
          committed = outcome
          return { kind: 'send', plain: commitment }
        case 'challenge':
          return refuse('no-method-for-flow')
        default:
          return { kind: 'failed', outcome }
      }
    },

    async receive(plain: Uint8Array): Promise<TunnelStep> {
      if (committed === undefined || plain.length > 0) return unwanted
      return { kind: 'done', outcome: committed }
    },
  }
}

const unwanted = refuse('eap-malformed', 'data where none belongs')

const reasonOf = {
  revoked: 'certificate-revoked',
  unknown: 'certificate-status-unknown',
} as const

const untimely = {
  'not-yet': 'certificate-not-yet-valid',
  expired: 'certificate-expired',
} as const

type Certified = {
  readonly kind: 'certified'
  readonly certificate: X509Certificate
  readonly userName: string
  readonly credential: Credential
}

/**
 * All that can be said of the peer's certificate without asking anyone. No finding against it proves nothing: a resumed
 * session without any certificate verifies as good (RULES 1).
 */
function judgeCertificate(tunnel: Tunnel, options: EapTlsOptions): Certified | Broken {
  const { earlier, isResumed, peerCertificate, verifyError } = tunnel
  if (isResumed && earlier === undefined) {
    return refuse('eap-malformed', 'an unknown session')
  }
  if (peerCertificate === undefined) return refuse('certificate-missing')
  if (verifyError !== undefined) {
    return refuseFor(peerCertificate, reasonFor(verifyError), verifyError)
  }
  const validity = validityAt(peerCertificate, options.clock.nowMs())
  if (validity !== 'valid') return refuseFor(peerCertificate, untimely[validity], 'by our clock')
  if (!peerCertificate.keyUsage?.includes(clientAuth)) {
    return refuseFor(peerCertificate, 'certificate-purpose', 'no clientAuth')
  }
  const names = readNames(peerCertificate)
  const userName = nameFrom(names, options.names)
  if (userName === undefined) {
    return refuseFor(peerCertificate, 'certificate-nameless', `no ${options.names.join(', ')}`)
  }
  const { sid } = names
  if (sid === undefined && options.requireSid) {
    return refuseFor(peerCertificate, 'certificate-nameless', 'no SID')
  }
  const { serialNumber } = peerCertificate
  return {
    kind: 'certified',
    certificate: peerCertificate,
    userName,
    credential: { kind: 'certificate', serialNumber, ...(sid && { sid }) },
  }
}

/** Where the conversation knows no name yet, the audit at least shows the certificate. */
function refuseFor({ serialNumber }: X509Certificate, reason: RejectReason, why: string): Broken {
  return refuse(reason, `certificate ${serialNumber}: ${why}`)
}

/** What OpenSSL objects to, in our words. */
function reasonFor(verifyError: string): RejectReason {
  switch (verifyError) {
    case 'CERT_REVOKED':
      return 'certificate-revoked'
    case 'CERT_HAS_EXPIRED':
      return untimely.expired
    case 'CERT_NOT_YET_VALID':
      return untimely['not-yet']
    case 'UNABLE_TO_GET_CRL':
    case 'CRL_HAS_EXPIRED':
    case 'CRL_NOT_YET_VALID':
    case 'CRL_SIGNATURE_FAILURE':
      return 'certificate-status-unknown'
    case 'INVALID_PURPOSE':
      return 'certificate-purpose'
    default:
      return 'certificate-untrusted'
  }
}

function nameFrom(names: CertificateNames, sources: readonly NameSource[]): string | undefined {
  return sources.map((source) => nameOf(names, source)).find((name) => name !== undefined)
}

function nameOf(names: CertificateNames, source: NameSource): string | undefined {
  switch (source) {
    case 'upn':
      return names.upn
    case 'dns':
      return names.dns && `host/${names.dns}`
    case 'email':
      return names.email
    case 'common-name':
      return names.commonName
  }
}
