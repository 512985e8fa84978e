import type { Readable, Writable } from 'node:stream'
import { defaultAdminSocket } from '../config/resolve.ts'
import { type Clock, systemClock } from '../support/index.ts'
import { formatJson } from './json-text.ts'

/** The configuration of an installation, which a command uses when none is named. */
export const defaultConfigFile = '/etc/holdfast/holdfast.yaml'

/** Everything a command may touch outside its arguments, so that tests can hold it. */
export type CliIo = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly clock: Clock
  /** User id of the process: the owner a demo file must have. */
  readonly uid: number
  /** Where a service listens for commands unless told otherwise. */
  readonly usualSocket: string
  /** The configuration of an installation, whether or not there is one. */
  readonly usualConfig: string
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
}

/** The real process. `signal` is aborted by the caller's signal handlers. */
export function processIo(signal: AbortSignal): CliIo {
  return {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    uid: process.getuid?.() ?? 0,
    usualSocket: defaultAdminSocket,
    usualConfig: defaultConfigFile,
    signal,
  }
}

export function print(io: CliIo, text: string): void {
  io.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** For notes and warnings: stays out of pipes. */
export function note(io: CliIo, text: string): void {
  io.stderr.write(text.endsWith('\n') ? text : `${text}\n`)
}

export function printJson(io: CliIo, value: unknown): void {
  print(io, formatJson(value, { indent: 2 }))
}
