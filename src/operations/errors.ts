import { HoldfastError } from '../support/index.ts'

export type AdminErrorCode =
  | 'bad-arguments'
  | 'user-unknown'
  | 'user-ambiguous'
  | 'directory-down'
  | 'directory-unknown'
  | 'sealing-key-missing'
  | 'authenticator-unknown'
  | 'codes-do-not-fit'
  | 'steps-unknown'
  | 'sign-in-unknown'
  | 'session-unknown'
  | 'gateway-unknown'
  | 'plan-changed'
  | 'needs-service'
  | 'helpdesk-refused'
  | 'not-permitted'
  | 'enrolment-refused'
  | 'account-idle'
  | 'own-account'
  | 'password-fresh'
  | 'too-many-codes'
  | 'caller-unknown'

/** Why an administrator's operation was not done. The message says what to do. */
export class AdminError extends HoldfastError<AdminErrorCode> {}
