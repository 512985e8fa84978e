/** Keys of what people read of their own sign-in: notices of changes, mails, and the list of their sign-ins. */
export type PortalTextKey =
  | 'notice-subject'
  | 'notice-manager-subject'
  /** {user} */
  | 'notice-hello'
  /** What has changed: one of these. {what} is one of the texts below, {until} and {when} a date. */
  | 'notice-added'
  | 'notice-removed'
  | 'notice-renamed'
  | 'notice-phone-changed'
  | 'notice-default-changed'
  | 'notice-password-changed'
  | 'notice-code-made'
  | 'notice-unlocked'
  | 'notice-blocked'
  | 'notice-bypass-given'
  | 'notice-bypass-ended'
  | 'notice-reset'
  | 'notice-recovery-code-used'
  | 'notice-phone-silent'
  /** {gateway} {until} */
  | 'notice-prompts-paused'
  | 'notice-reported'
  | 'notice-change-reported'
  /** Follow it where something was stopped. */
  | 'notice-reported-prompts'
  | 'notice-reported-account'
  /** {count}: changes that were gathered, because there were too many. */
  | 'notice-more'
  | 'notice-when'
  | 'notice-by-helpdesk'
  /** Never a word that the reader may leave it (PEOPLE R7). {helpdesk} */
  | 'notice-not-you'
  | 'notice-not-asked'
  /** Stands for {helpdesk} where the configuration names none. */
  | 'notice-helpdesk'
  /** {portal} */
  | 'notice-portal'
  /** {what}; `{to}` is masked. */
  | 'notice-manager-code'
  | 'notice-manager-doubt'
  | 'notice-what-totp'
  | 'notice-what-hotp'
  | 'notice-what-sms'
  | 'notice-what-call'
  | 'notice-what-email'
  | 'notice-what-recovery'
  | 'notice-what-passkey'
  | 'notice-what-push'
  /** Mail to those who look after security, in the language of the configuration. {user} {gateway} {from} {id} {count} */
  | 'alert-subject'
  | 'alert-subject-change'
  | 'alert-reported-call'
  | 'alert-reported-portal'
  | 'alert-reported-change'
  /** {text}: as its notice has told it */
  | 'alert-change'
  | 'alert-change-details'
  | 'alert-gateway'
  | 'alert-from'
  | 'alert-details'
  | 'alert-stopped-prompts'
  | 'alert-stopped-account'
  | 'alert-stopped-gateway'
  | 'alert-stopped-nothing'
  | 'alert-stopped-not-yet'
  | 'alert-more'
  | 'alert-next'
  /** Only the portal's address, and never a code (PEOPLE R3). {portal} */
  | 'not-enrolled-portal'
  /** {portal} */
  | 'secret-seen-portal'
  /** What became of a recent sign-in. */
  | 'recent-accepted'
  | 'recent-password'
  | 'recent-code'
  | 'recent-not-approved'
  | 'recent-not-answered'
  | 'recent-reported'
  | 'recent-locked'
  | 'recent-not-allowed'
  | 'recent-not-enrolled'
  | 'recent-expired'
  | 'recent-another'
  | 'recent-failed'
  /** At the portal, with nothing enrolled: no refusal, since it is how a set-up begins. */
  | 'recent-set-up'
  /** The portal among the gateways. {company} */
  | 'recent-portal'
  | 'recent-portal-of'
  | 'password-old-wrong'
  | 'password-try-later'
