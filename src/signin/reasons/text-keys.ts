import type { EnrolmentTextKey } from './enrolment-text-keys.ts'
import type { PortalTextKey } from './portal-text-keys.ts'

/** Keys of everything a person reads or hears; `texts/` has them in each language. */
export type TextKey =
  | EnrolmentTextKey
  | PortalTextKey
  | 'denied'
  | 'unavailable'
  | 'not-enrolled'
  | 'secret-seen'
  | 'no-method'
  /** {delimiter} and {count} digits after the password; {to}: address of the page */
  | 'digits-missing'
  | 'prompt-refused'
  | 'prompt-timeout'
  | 'prompt-no-answer'
  | 'prompt-busy'
  | 'prompt-failed'
  | 'prompt-limit'
  /** {minutes} {page} */
  | 'prompts-paused'
  /** {seconds} */
  | 'another-open'
  | 'interrupted'
  | 'next-code'
  | 'shutting-down'
  | 'password-expired'
  | 'password-change-too-soon'
  | 'password-change-unclear'
  | 'password-not-changed'
  | 'account-unavailable'
  | 'reply-too-large'
  /** Challenge texts. Values in braces. */
  | 'enter-code'
  | 'enter-code-paused'
  /** {to} */
  | 'enter-code-sms'
  /** {to} */
  | 'enter-code-call'
  /** {to} */
  | 'enter-code-email'
  /** {to} */
  | 'approve-then-enter'
  /** {to}: address of the page */
  | 'approve-page-then-enter'
  /** {number} is typed on the phone; {to}: address of the page */
  | 'approve-number-then-enter'
  | 'wrong-code-again'
  | 'wait-for-next-code'
  | 'enter-again'
  | 'new-password'
  | 'new-password-again'
  | 'new-passwords-differ'
  /** {count} */
  | 'new-password-short'
  | 'new-password-long'
  | 'new-password-simple'
  | 'new-password-refused'
  /** {options}: "1 text to **78, 2 call **21" */
  | 'menu'
  /** {to} */
  | 'menu-sms'
  /** {to} */
  | 'menu-call'
  /** {to} */
  | 'menu-email'
  /** {to}: address of the page */
  | 'menu-passkey'
  /** {to}: address of the page */
  | 'menu-push'
  /** Follows `menu` where the person also has a code to type. */
  | 'menu-or-code'
  /** Sent texts. {code} {gateway} */
  | 'sms-code'
  | 'email-subject'
  | 'email-code'
  /** On a phone, where anyone may read it: they tell nothing about the sign-in. */
  | 'bell-title'
  | 'bell-text'
  | 'bell-change-title'
  | 'bell-change-text'
  /** Told, not asked. {device} {gateway} */
  | 'new-device'
  | 'new-device-subject'
  /** Spoken. {user} {gateway} {from} */
  | 'call-approve'
  /** {user} {gateway} {from} */
  | 'call-approve-pin'
  | 'call-fraud-confirm'
  | 'call-approved'
  | 'call-fraud'
  | 'call-not-approved'
  | 'call-wrong-pin'
  | 'call-ended'
  /** {code} with pauses */
  | 'call-code'
  /** The approver after a late approval. */
  | 'call-sign-in-again'
  /** Stand in for {gateway} and {from}. */
  | 'unknown-gateway'
  | 'unknown-place'
  /** Of the portal alone. */
  | 'portal-step-ended'
  | 'portal-passkey-wrong'
  | 'portal-other-authenticator'
