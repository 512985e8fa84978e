import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { defaultAdminSocket } from '../config/resolved/resolve.ts'
import { type Clock, systemClock } from '../support/index.ts'
import { formatJson } from './text/json.ts'
import { type Caller, usualPlaces } from './usual-places.ts'

/** The configuration of the system's installation. */
export const defaultConfigFile = '/etc/holdfast/holdfast.yaml'
const configName = 'holdfast.yaml'

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
  const uid = process.getuid?.() ?? 0
  return {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    uid,
    usualSocket: defaultAdminSocket,
    usualConfig: findUsualConfig({ uid, env: process.env }, defaultConfigFile),
    signal,
  }
}

/**
 * The configuration that a command uses when none is named: that of the system where there is one, otherwise an
 * ordinary user's own. A file that this user may not see is one.
 */
export function findUsualConfig(user: Caller, system: string): string {
  return user.uid === 0 || isThere(system) ? system : join(usualPlaces(user).folder, configName)
}

/** Whether there is such a file. One that this user may not see is there. */
export function isThere(file: string): boolean {
  try {
    lstatSync(file)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return code !== 'ENOENT' && code !== 'ENOTDIR'
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
