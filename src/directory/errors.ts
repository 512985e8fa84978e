import { HoldfastError } from '../support/index.ts'

export type DirectoryErrorCode =
  /** An option is missing, malformed or out of range; found when the directory is created. */
  | 'options-invalid'
  /** Plain LDAP without `insecurePlaintext`. */
  | 'plaintext-refused'
  /** A `password_hash` is not of the form `scrypt$N$r$p$salt$hash`, or costs too much. */
  | 'password-hash-invalid'
  /** No server answered: refused, reset, TLS failed, timed out, or the bind account was refused. */
  | 'server-down'
  /** The server answered, but this one operation took too long or was not what LDAP allows. */
  | 'operation-failed'
  /** More work waits than allowed, or it waited too long. */
  | 'busy'
  /** The caller's AbortSignal was aborted. */
  | 'aborted'

/** What goes wrong between Holdfast and a directory. */
export class DirectoryError extends HoldfastError<DirectoryErrorCode> {
  override readonly name = 'DirectoryError'
}

/** The text of whatever was thrown, for a log line. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
