import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError, formatProblem } from '../../config/index.ts'
import type { Restored } from '../../store/index.ts'
import { counted } from '../../support/index.ts'
import { type CliIo, defaultConfigFile } from '../io.ts'
import { configEnvironment } from './find-service.ts'
import type { FoundParts } from './store-parts.ts'

const unitFolders = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system']
const programFolder = join(import.meta.dirname, '../../..')

/** What a restore did. */
export function restoredLines(
  restored: Restored & { readonly backupFile: string; readonly file: string },
): readonly string[] {
  const { backupFile, file, keptOldFile, contents } = restored
  const { users, authenticators, auditRows, newestAtMs } = contents
  const newest =
    newestAtMs === undefined ? '' : `, the newest of ${new Date(newestAtMs).toISOString()}`
  return [
    `Restored ${backupFile} to ${file}.`,
    `It holds ${counted(users, 'user')}, ${counted(authenticators, 'authenticator')} and ${counted(auditRows, 'audit row')}${newest}.`,
    ...(keptOldFile === undefined ? [] : [`The store before is kept as ${keptOldFile}.`]),
    'What happened since the backup is not in it: codes that were used then work again, and users who were blocked then are not blocked. No device is remembered any more.',
  ]
}

/** What the administrator has to do before the service runs again. Each of these is checked, not assumed. */
export async function leftToDo(
  found: {
    readonly configFile: string
    readonly parts: FoundParts
    readonly file: string
    readonly owner: Restored['owner']
  },
  io: CliIo,
): Promise<readonly string[]> {
  const { configFile, parts, file, owner } = found
  const flag = configFile === defaultConfigFile ? '' : ` --config ${configFile}`
  return [
    ...(parts.isConfigured
      ? await problemsOf(configFile, io)
      : [
          `Put your copy of the configuration at ${configFile}, with the secrets it names; or run holdfast init --force --folder ${dirname(configFile)}, which keeps the sealing key and the store.`,
        ]),
    ...(unitFolders.some((folder) => existsSync(join(folder, 'holdfast.service')))
      ? []
      : [
          `Install the unit: cp ${programFolder}/systemd/holdfast.service /etc/systemd/system/ && systemctl daemon-reload`,
        ]),
    owner.uid === 0
      ? `The store belongs to root. The unit gives it to its own user at the start; without systemd run chown -R USER ${dirname(file)} as root.`
      : `The store belongs to user ${owner.uid}, as before. The unit takes care of that; without systemd run the service as this user.`,
    `Run holdfast check${flag}, then start the service: systemctl start holdfast`,
  ]
}

/** The rest of the configuration may name secrets that are not on this machine yet. */
async function problemsOf(configFile: string, io: CliIo): Promise<readonly string[]> {
  const { loadCheckedConfig } = await import('../../compose/checked-config.ts')
  try {
    loadCheckedConfig(configFile, configEnvironment(io))
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((problem) => `Correct ${formatProblem(problem)}`)
  }
}
