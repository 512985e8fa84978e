import { existsSync } from 'node:fs'
import { glanceAtConfig } from './config-glance.ts'
import { type DemoFile, demoFilePath, readDemoFile } from './demo-file.ts'
import { CliError } from './errors.ts'
import { type CliIo, note } from './io.ts'

/** The configuration a command uses when none is named. */
export const defaultConfigFile = '/etc/holdfast/holdfast.yaml'

/** Where systemd shows the credentials of the running unit to root (systemd.exec(5), Credentials). */
const unitCredentials = '/run/credentials/holdfast.service'

/**
 * The environment a configuration is read with: while the unit runs, `credential:NAME` is what it was
 * given. While it is stopped, the files beside the configuration count.
 */
export function configEnvironment(io: CliIo): CliIo['env'] {
  if (io.env.CREDENTIALS_DIRECTORY !== undefined || !existsSync(unitCredentials)) return io.env
  return { ...io.env, CREDENTIALS_DIRECTORY: unitCredentials }
}

/** Which service or store a command is about. */
export type Target = { readonly socket?: string | undefined; readonly config?: string | undefined }

/**
 * Sockets to try, in order: `--socket` alone, or the one of `--config` alone, or else the usual one
 * and then that of a demo of this user.
 */
export function candidateSockets(target: Target, io: CliIo): readonly string[] {
  if (target.socket !== undefined) return [target.socket]
  if (target.config !== undefined) return [glanceAtConfig(target.config, io).adminSocket]
  const demo = ownDemo(io)
  return demo ? [io.usualSocket, demo.socket] : [io.usualSocket]
}

/** Anybody can put a file there; one that is not ours is said and left alone, and must not stop a command. */
function ownDemo(io: CliIo): DemoFile | undefined {
  try {
    return readDemoFile(demoFilePath(io.env, io.uid), io.uid)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    note(io, error.message)
    return undefined
  }
}
