import { AdminError, type AdminErrorCode } from '../errors.ts'

/** Why something was not set up or changed, for the person: `message` is in their language. */
export class EnrolmentRefused extends AdminError {
  /** A word of our own that the page may go by. */
  readonly reason: string

  constructor(reason: string, text: string, code: AdminErrorCode = 'enrolment-refused') {
    super(code, text)
    this.reason = reason
  }
}

/** Refusals whose reason is also the key of their text. */
export type RefusalReason =
  | 'prompt-limit'
  | 'prompt-failed'
  | 'setup-mail-adds-nothing'
  | 'setup-strengthened-lately'
  | 'setup-too-weak'
  | 'setup-last-one'
  | 'setup-phone-invalid'
  | 'setup-not-offered'
  | 'setup-there-already'
  | 'setup-gone'
  | 'setup-ended'
  | 'setup-tries-used'
  | 'setup-reported'
  | 'setup-passkey-wrong'
