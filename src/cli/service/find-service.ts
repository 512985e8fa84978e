import { existsSync } from 'node:fs'
import { defaultAdminSocket } from '../../config/resolved/resolve.ts'
import { type DemoFile, demoFilePath, readDemoFile } from '../demo/file.ts'
import { CliError } from '../errors.ts'
import { type CliIo, isThere, note } from '../io.ts'
import { readConfigSummary } from './config-summary.ts'

/** Where systemd shows the credentials of the running unit to root (systemd.exec(5), Credentials). */
const unitCredentials = '/run/credentials/holdfast.service'

/**
 * The environment a configuration is read with: while the unit runs, `credential:NAME` is what it was given. While it
 * is stopped, the files beside the configuration are used, and for an ordinary user always.
 */
export function configEnvironment(io: CliIo): CliIo['env'] {
  const isOther = io.uid !== 0 || !existsSync(unitCredentials)
  if (io.env.CREDENTIALS_DIRECTORY !== undefined || isOther) return io.env
  return { ...io.env, CREDENTIALS_DIRECTORY: unitCredentials }
}

/** Which service or store a command is about. */
export type Target = { readonly socket?: string | undefined; readonly config?: string | undefined }

/**
 * The configuration a command is about, without asking a service: the one of `--config`, otherwise the installed one.
 * Undefined where there is none, and with `--socket`, which alone says what is meant.
 */
export function configFileOf(target: Target, io: CliIo): string | undefined {
  if (target.config !== undefined) return target.config
  return target.socket === undefined && isInstalled(io) ? io.usualConfig : undefined
}

/** Whether there is an installation. A file that this user may not see is one. */
export function isInstalled({ usualConfig }: CliIo): boolean {
  return isThere(usualConfig)
}

/**
 * Sockets to try, in order: `--socket` alone, or else that of `--config` or of the installation alone.
 * Only where there is none of them: the usual one, and then that of a demo of this user (RULES 40).
 */
export function candidateSockets(target: Target, io: CliIo): readonly string[] {
  if (target.socket !== undefined) return [target.socket]
  if (target.config !== undefined) return [readConfigSummary(target.config, io).adminSocket]
  if (isInstalled(io)) return [installedSocket(io)]
  const demo = ownDemo(io)
  return demo ? [io.usualSocket, demo.socket] : [io.usualSocket]
}

/** A demo of this user that `candidateSockets` leaves out, because something else is meant. */
export function passedOverDemo(target: Target, io: CliIo): DemoFile | undefined {
  if (target.socket !== undefined || target.config !== undefined) return undefined
  return isInstalled(io) ? ownDemo(io) : undefined
}

/**
 * People who may not read the configuration may still speak to its service, and a service goes on with
 * what it has read when the file is broken later: both find it where it usually is.
 */
function installedSocket(io: CliIo): string {
  try {
    const { adminSocket } = readConfigSummary(io.usualConfig, io)
    return adminSocket === defaultAdminSocket ? io.usualSocket : adminSocket
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return io.usualSocket
  }
}

/** Anyone can put a file there; one that is not ours is reported and left alone, and must not stop a command. */
function ownDemo(io: CliIo): DemoFile | undefined {
  try {
    return readDemoFile(demoFilePath(io.env, io.uid), io.uid)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    note(io, error.message)
    return undefined
  }
}
