import { HoldfastError } from '../support/index.ts'

export type CertificateErrorCode =
  /** A certificate or key that cannot be read, or two that do not belong together, or no authority. */
  | 'authority-unusable'
  /** A name that no certificate or profile can carry. */
  | 'name-invalid'

/** What goes wrong when a certificate is made. */
export class CertificateError extends HoldfastError<CertificateErrorCode> {
  override readonly name = 'CertificateError'
}
