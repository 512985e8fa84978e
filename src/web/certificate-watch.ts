import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { type Clock, messageOf } from '../support/index.ts'
import type { CertificatePair } from './http-server.ts'

export type CertificateWatchOptions = {
  readonly clock: Clock
  /** The pair that is in use when the watch begins. */
  readonly first: CertificatePair
  /** Reads both files; throws where one cannot be read. */
  readonly read: () => CertificatePair
  /** Takes a pair that fits together. */
  readonly use: (pair: CertificatePair) => void
  readonly onRenewed: (certificate: X509Certificate) => void
  /** Called once for each state of the files that cannot be used. */
  readonly onUnusable: (detail: string) => void
}

export type CertificateWatch = {
  /** Looks at the files now. */
  look(): void
  stop(): void
}

const everyMs = 10_000

/**
 * Looks at the files of a certificate every ten seconds and uses what is new. The contents are compared: programs that
 * renew certificates write files, exchange them, or turn symbolic links, and a notice of the file system misses
 * some of that. While the files do not fit together, as in the middle of a renewal, the pair before stays.
 */
export function watchCertificate({
  clock,
  first,
  read,
  use,
  onRenewed,
  onUnusable,
}: CertificateWatchOptions): CertificateWatch {
  let inUse = first
  let complaint: string | undefined
  let timer = clock.after(everyMs, next)

  function look(): void {
    try {
      const found = read()
      if (found.cert !== inUse.cert || found.key !== inUse.key) {
        const certificate = checkPair(found)
        use(found)
        inUse = found
        onRenewed(certificate)
      }
      complaint = undefined
    } catch (error) {
      const detail = messageOf(error)
      if (detail !== complaint) onUnusable(detail)
      complaint = detail
    }
  }

  function next(): void {
    look()
    timer = clock.after(everyMs, next)
  }

  return { look, stop: () => timer.cancel() }
}

/** The certificate that the server shows. Throws where the parts do not fit together. */
export function checkPair(pair: CertificatePair): X509Certificate {
  const certificate = new X509Certificate(pair.cert)
  if (!certificate.checkPrivateKey(createPrivateKey(pair.key))) {
    throw new Error('the key does not belong to the first certificate of the chain')
  }
  createSecureContext(pair)
  return certificate
}
