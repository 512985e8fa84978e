import { HoldfastError, messageOf, visible } from '../support/index.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

export type CliErrorCode =
  | 'usage'
  | 'service-not-running'
  | 'service-running'
  | 'service-older'
  | 'socket-refused'
  | 'demo-file'
  | 'place-taken'
  | 'file-unreadable'
  | 'file-exists'
  | 'file-unwritable'
  | 'no-configuration'
  | 'no-sealing-key'
  | 'interrupted'
  | 'no-terminal'
  | 'not-confirmed'
  | 'passwords-differ'
  | 'user-exists'
  | 'no-users-file'
  | 'server-unreachable'

/** What a command ends with when it cannot go on. The message says what to do. */
export class CliError extends HoldfastError<CliErrorCode> {}

/** Thrown when the person pressed Ctrl-C. */
export function interrupted(): CliError {
  return new CliError('interrupted', 'Interrupted.')
}

const exitByCode: Readonly<Record<string, ExitCode>> = {
  usage: exitCodes.usage,
  'bad-arguments': exitCodes.usage,
  'service-not-running': exitCodes['service-not-running'],
  'service-running': exitCodes['service-not-running'],
  'service-older': exitCodes['service-not-running'],
  'socket-refused': exitCodes['service-not-running'],
  'file-unreadable': exitCodes['bad-file'],
  'file-exists': exitCodes['bad-file'],
  'file-unwritable': exitCodes['bad-file'],
  'folder-not-safe': exitCodes['bad-file'],
  'no-configuration': exitCodes.configuration,
  'no-sealing-key': exitCodes.configuration,
  'config-not-readable': exitCodes.configuration,
  'config-not-yaml': exitCodes.configuration,
  'config-invalid': exitCodes.configuration,
  'store-in-use': exitCodes['service-not-running'],
  'database-in-use': exitCodes['service-not-running'],
  'server-unreachable': exitCodes['no-answer'],
  'user-unknown': exitCodes['not-found'],
  'user-ambiguous': exitCodes['not-found'],
  'authenticator-unknown': exitCodes['not-found'],
  'sign-in-unknown': exitCodes['not-found'],
  'session-unknown': exitCodes['not-found'],
  'gateway-unknown': exitCodes['not-found'],
  'group-unknown': exitCodes['not-found'],
  'group-ambiguous': exitCodes['not-found'],
  'campaign-unknown': exitCodes['not-found'],
  'directory-unknown': exitCodes['not-found'],
  'sealing-key-missing': exitCodes.configuration,
  'passkey-host-changed': exitCodes.configuration,
  'group-unresolved': exitCodes.configuration,
  'authority-unusable': exitCodes['bad-file'],
  'name-invalid': exitCodes.usage,
  interrupted: exitCodes.interrupted,
}

/** The exit code for an error of any kind. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof HoldfastError)) return exitCodes.failed
  return exitByCode[error.code] ?? exitCodes.failed
}

/**
 * An error as a person should see it: what went wrong and what to do, no stack. With `debug`
 * (HOLDFAST_DEBUG) the stack follows.
 */
export function formatError(error: unknown, debug: boolean): string {
  const message = messageOf(error)
  // Names in it may come from outside; only its own line ends stay.
  const lines = [`holdfast: ${message.split('\n').map(visible).join('\n')}`]
  if (!(error instanceof HoldfastError) && !isSystemError(error)) {
    lines.push('This is a mistake in Holdfast. Run it again with HOLDFAST_DEBUG=1 and report it.')
  }
  if (debug && error instanceof Error) lines.push(String(error.stack))
  return `${lines.join('\n')}\n`
}

/** A full disk or a port in use: not our fault, and Node's text is clear enough. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
