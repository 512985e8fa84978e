import { HoldfastError, messageOf } from '../support/index.ts'

export type DirectoryErrorCode =
  /** An option is missing, malformed or out of range; found when the directory is created. */
  | 'options-invalid'
  /** Plain LDAP without `insecurePlaintext`. */
  | 'plaintext-refused'
  /** A `password_hash` is not of the form `scrypt$N$r$p$salt$hash`, or costs too much. */
  | 'password-hash-invalid'
  /** A sealed password or NT hash is damaged, or was made with another key or for another person. */
  | 'sealed-password-invalid'
  /** A server cannot be used, and was asked nothing: refused, TLS failed, timed out, bind account refused. */
  | 'server-down'
  /** A server was asked, but the connection broke or time ran out before it answered. */
  | 'no-answer'
  /** The server changes nothing, and refers to one that does. */
  | 'read-only'
  /** The server refused a search. */
  | 'search-refused'
  /** More work waits than allowed, or it waited too long. */
  | 'busy'
  /** The caller's AbortSignal was aborted. */
  | 'aborted'

/** What goes wrong between Holdfast and a directory. */
export class DirectoryError extends HoldfastError<DirectoryErrorCode> {
  override readonly name = 'DirectoryError'
}

/** What OpenSSL prints: thread, number, library, function, reason, file, line, and more. */
const openSslLine = /\b[0-9A-F]+:error:[0-9A-F]+:[^:\n]*:[^:\n]*:([^:\n]+):[^\n]*\n?/g

/** The text of whatever was thrown, for a log line. For an error of OpenSSL, only the reason. */
export function describeError(error: unknown): string {
  const text = messageOf(error)
  return text.replace(openSslLine, 'TLS failed ($1)')
}
