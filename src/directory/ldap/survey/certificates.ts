import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, isIP } from 'node:net'
import { connect as connectTls, type DetailedPeerCertificate } from 'node:tls'
import type { Clock } from '../../../support/index.ts'
import { chainOf } from '../checks/certificate.ts'
import { requestStartTls } from '../connections/start-tls.ts'
import type { ServerAddress } from '../options.ts'

/** A certificate that a server has shown. The reader has to find out whether it is genuine. */
export type ShownCertificate = {
  /** On one line. */
  readonly subject: string
  /** Host names and addresses it is good for. */
  readonly names: readonly string[]
  /** As OpenSSL writes it: `Nov 30 12:00:00 2027 GMT`. */
  readonly until: string
  /** SHA-256, in pairs of hex digits with colons. */
  readonly fingerprint: string
  /** Whether it signs itself, as the topmost of a chain does. */
  readonly isRoot: boolean
  readonly pem: string
}

/**
 * The certificates that a server shows, its own first, trusted or not. Sends nothing but the handshake. Rejects when
 * there is none within the time.
 */
export async function fetchCertificates(
  { host, port, security }: ServerAddress,
  limitMs: number,
  clock: Clock,
): Promise<readonly ShownCertificate[]> {
  const plain = connect({ host, port })
  const timer = clock.after(limitMs, () => plain.destroy(new Error(`no answer in ${limitMs} ms`)))
  try {
    await once(plain, 'connect')
    if (security === 'starttls') await requestStartTls(plain)
    plain.on('error', () => {})
    const socket = connectTls({
      socket: plain,
      ...(isIP(host) ? {} : { servername: host }),
      minVersion: 'TLSv1.2',
      // To show it to a person. No name or password ever goes over this connection.
      rejectUnauthorized: false,
    })
    await once(socket, 'secureConnect')
    return chainOf(socket.getPeerCertificate(true)).map(describe)
  } finally {
    timer.cancel()
    plain.on('error', () => {})
    plain.destroy()
  }
}

function describe({ raw }: DetailedPeerCertificate): ShownCertificate {
  const certificate = new X509Certificate(raw)
  return {
    subject: certificate.subject.split('\n').toReversed().join(', '),
    names: namesOf(certificate.subjectAltName),
    until: certificate.validTo,
    fingerprint: certificate.fingerprint256,
    isRoot: certificate.checkIssued(certificate),
    pem: certificate.toString(),
  }
}

/** `DNS:dc1.corp.example, IP Address:192.0.2.1` */
function namesOf(alternative: string | undefined): readonly string[] {
  return (alternative ?? '')
    .split(', ')
    .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? [])
}
