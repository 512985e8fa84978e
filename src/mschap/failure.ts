/** Error codes that peers know (RFC 2433 6, RFC 2759 6). */
export const msChapError = {
  restrictedHours: 646,
  accountDisabled: 647,
  passwordExpired: 648,
  noDialIn: 649,
  authenticationFailed: 691,
  changingPassword: 709,
} as const

export type MsChapErrorCode = (typeof msChapError)[keyof typeof msChapError]

export type MsChapFailure = {
  readonly version: 1 | 2
  readonly code: MsChapErrorCode
  /** Whether the peer may try again at once, against `challenge`. */
  readonly retry: boolean
  /** A fresh one: 8 bytes in version 1, 16 in version 2. */
  readonly challenge: Uint8Array
  /** For the person; version 1 has no place for it. */
  readonly message: string
}

/**
 * The text of a failure: `E=691 R=0 C=... V=3 M=...` (RFC 2759 6); in version 1 without a message, and with
 * V=2 (RFC 2433 6). Not cut to any length.
 */
export function msChapFailureText(failure: MsChapFailure): string {
  const { version, code, retry, challenge, message } = failure
  const hex = Buffer.from(challenge).toString('hex').toUpperCase()
  const codes = `E=${code} R=${retry ? 1 : 0} C=${hex} V=${version === 1 ? 2 : 3}`
  return version === 1 ? codes : `${codes} M=${message}`
}
