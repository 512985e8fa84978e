import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse, YAMLError } from 'yaml'
import * as z from 'zod'
import { yamlMessage } from '../../config/files/yaml-messages.ts'
import { defaultAdminSocket, demoAdminSocket } from '../../config/resolved/resolve.ts'
import { fileProblem } from '../../support/index.ts'
import { CliError } from '../errors.ts'
import type { CliIo } from '../io.ts'

/** What a command may learn of a configuration without reading its secrets. */
export type ConfigSummary = {
  readonly isDemo: boolean
  readonly adminSocket: string
  /** Local directories that keep people in a file of their own. */
  readonly usersFiles: readonly { readonly directory: string; readonly file: string }[]
}

const fieldsSchema = z.looseObject({
  admin_socket: z.string().optional(),
  insecure_demo: z.boolean().default(false),
  directories: z
    .record(z.string(), z.looseObject({ users_file: z.string().optional() }))
    .default({}),
})

/**
 * Reads a few fields and leaves the rest alone. The whole of it may be unreadable to this user: for example, a systemd
 * credential exists only inside the unit. Throws CliError `no-configuration`.
 */
export function readConfigSummary(file: string, io: CliIo): ConfigSummary {
  const fields = fieldsSchema.safeParse(readYaml(file))
  if (!fields.success) {
    throw new CliError(
      'no-configuration',
      `${file} is not a configuration; holdfast check says more.`,
    )
  }
  const { admin_socket: socket, insecure_demo: isDemo, directories } = fields.data
  const folder = dirname(resolve(file))
  return {
    isDemo,
    adminSocket:
      socket !== undefined
        ? resolve(folder, socket)
        : isDemo
          ? demoAdminSocket(io.env)
          : defaultAdminSocket,
    usersFiles: Object.entries(directories).flatMap(([directory, { users_file: usersFile }]) =>
      usersFile === undefined ? [] : [{ directory, file: resolve(folder, usersFile) }],
    ),
  }
}

function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'), { prettyErrors: false, logLevel: 'error' })
  } catch (cause) {
    if (cause instanceof YAMLError) {
      throw new CliError('no-configuration', `${file} cannot be read: ${yamlMessage(cause)}.`)
    }
    throw new CliError('no-configuration', `${fileProblem(file, cause)}.`, { cause })
  }
}
