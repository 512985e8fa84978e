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
