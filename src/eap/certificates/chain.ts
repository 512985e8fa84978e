import type { X509Certificate } from 'node:crypto'

/** Whether one certificate was issued, and signed, by another. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}

/** Whether a moment lies within the dates of a certificate. OpenSSL judges by its own clock, and only in a handshake. */
export function validityAt(
  { validFrom, validTo }: X509Certificate,
  nowMs: number,
): 'valid' | 'not-yet' | 'expired' {
  if (nowMs < Date.parse(validFrom)) return 'not-yet'
  return nowMs <= Date.parse(validTo) ? 'valid' : 'expired'
}
