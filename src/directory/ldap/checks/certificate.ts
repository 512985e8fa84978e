import type { DetailedPeerCertificate } from 'node:tls'
import { counted, dayMs } from '../../../support/index.ts'
import { type CheckRow, failed, passed } from '../../check-row.ts'

/** A certificate that ends sooner is a warning for which the check should fail. */
const certificateWarningDays = 14
/** No real chain is longer. */
const maxChain = 10

/** How long the certificate of a server is good, and those above it that the server shows. */
export function checkCertificate(
  what: string,
  leaf: DetailedPeerCertificate | undefined,
  nowMs: number,
): CheckRow {
  if (!leaf) {
    const remedy = 'Use ldaps:// or start_tls: passwords cross the network unencrypted.'
    return failed(what, 'none: plain LDAP', remedy)
  }
  const chain = chainOf(leaf)
  const [first = leaf] = chain.toSorted((one, other) => endOf(one) - endOf(other))
  const days = Math.floor((endOf(first) - nowMs) / dayMs)
  const names = chain.map(nameOf).join(', signed by ')
  const detail =
    first === leaf
      ? `${names}: ${counted(days, 'day')} left`
      : `${names}: ${nameOf(first)} has ${counted(days, 'day')} left`
  if (days > certificateWarningDays) return passed(what, detail)
  const remedy =
    first === leaf
      ? 'Renew the server’s certificate.'
      : 'Renew that authority, and the server’s certificate with it.'
  return failed(what, detail, remedy)
}

/** The certificate of a server and those above it, as far as the server shows them. */
export function chainOf(leaf: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain = [leaf]
  for (let last = leaf; chain.length < maxChain; ) {
    const issuer: DetailedPeerCertificate | undefined = last.issuerCertificate
    // An authority that signs itself is its own issuer.
    if (issuer === undefined || issuer.fingerprint256 === last.fingerprint256) break
    chain.push(issuer)
    last = issuer
  }
  return chain
}

function endOf(certificate: DetailedPeerCertificate): number {
  return Date.parse(certificate.valid_to)
}

function nameOf({ subject }: DetailedPeerCertificate): string {
  return [subject?.CN ?? subject?.O ?? 'no name'].flat().join(' ')
}
