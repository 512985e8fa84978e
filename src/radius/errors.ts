export type RadiusErrorCode =
  /** Fewer bytes than the header, or than its Length says. */
  | 'packet-too-short'
  /** Length below 20 or above 4096. */
  | 'length-invalid'
  /** An attribute shorter than 2 bytes, or running past the end of the packet. */
  | 'attribute-malformed'
  /** More than 4096 bytes would have to be sent. */
  | 'reply-too-large'
  | 'request-too-large'
  /** A value that its attribute or data type cannot carry. */
  | 'value-invalid'
  /** A User-Password whose length is not a multiple of 16 bytes from 16 to 128. */
  | 'password-malformed'
  /** A salted value whose framing is wrong, mostly because of another shared secret. */
  | 'salted-malformed'
  | 'attribute-unknown'
  | 'dictionary-invalid'

/**
 * What this folder throws on purpose, and all it throws. Callers switch on `code`. `details` are plain
 * values for the log and never hold a secret. Same shape as HoldfastError of support/, which this
 * folder may not import.
 */
export class RadiusError extends Error {
  readonly code: RadiusErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: RadiusErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = 'RadiusError'
    this.code = code
    this.details = details
  }
}
