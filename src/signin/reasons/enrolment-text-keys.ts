/** Keys of what people read and hear while they set up or change how they sign in. */
export type EnrolmentTextKey =
  /** Heard after #, on the phone that was just proven. */
  | 'call-proven'
  /** {helpdesk} */
  | 'setup-mail-adds-nothing'
  | 'setup-strengthened-lately'
  | 'setup-too-weak'
  | 'setup-last-one'
  | 'setup-phone-invalid'
  /** {helpdesk} */
  | 'setup-not-offered'
  /** {helpdesk} */
  | 'setup-there-already'
  | 'setup-gone'
  | 'setup-ended'
  | 'setup-tries-used'
  | 'setup-passkey-wrong'
  /** {helpdesk} */
  | 'setup-reported'
  /** {helpdesk} */
  | 'proof-ended'
  /** A helpdesk code that was perhaps used before. */
  | 'proof-unsure'
  /** On a printed page with a helpdesk code. The code is beside these texts, and in none of them. */
  | 'paper-title'
  /** {name} */
  | 'paper-for'
  /** {portal} */
  | 'paper-open'
  /** {user} */
  | 'paper-sign-in'
  | 'paper-type'
  /** {until} */
  | 'paper-until'
  /** A mail of a campaign: only the portal's address, and never a code (PEOPLE R3). {until}: its last day. */
  | 'remind-subject'
  /** {until} */
  | 'remind-why'
  /** {portal} */
  | 'remind-how'
  /** {helpdesk} */
  | 'remind-help'
