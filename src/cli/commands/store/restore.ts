import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { callerDetail } from '../../../support/index.ts'
import { command } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { makeFolder } from '../../files.ts'
import { print } from '../../io.ts'
import { leftToDo, restoredLines } from '../../service/restored-store.ts'
import { storeCaller } from '../../service/store-caller.ts'
import {
  findStoreParts,
  keepSealingKey,
  refuseRunning,
  sealingKeyOf,
  settleInstallationId,
  storeFileOf,
} from '../../service/store-parts.ts'

export const restoreCommand = command({
  usage: 'restore <file>',
  describe: 'Restore the store from a backup; the service must be stopped',
  options: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'File that backup wrote',
      })
      .option('config', {
        alias: 'c',
        type: 'string',
        requiresArg: true,
        describe: 'Configuration file; on a new machine it may be missing',
      })
      .option('key-file', {
        type: 'string',
        requiresArg: true,
        describe: 'File with the sealing key, if it is not in its place yet',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' }),
  async run(args, io) {
    if (!existsSync(args.file)) {
      throw new CliError('file-unreadable', `${args.file} is not there.`)
    }
    const configFile = args.config ?? io.usualConfig
    const parts = findStoreParts(configFile, io)
    const file = storeFileOf(parts)
    const key = sealingKeyOf(parts, args.keyFile)
    await refuseRunning(configFile, parts, io)
    if (!args.yes) {
      const isThere = existsSync(file)
      await confirm(
        isThere
          ? `Put ${args.file} in the place of ${file}? The current store is kept beside it.`
          : `Restore ${args.file} to ${file}?`,
        io,
      )
    }
    makeFolder(dirname(file), 0o700)
    const { createKeyring, restoreStore } = await import('../../../store/index.ts')
    const restored = await restoreStore({
      backupFile: args.file,
      targetFile: file,
      keyring: createKeyring({ current: key }),
      node: parts.nodeName,
      detail: { from: args.file, ...callerDetail(storeCaller(io)) },
      clock: io.clock,
    })
    print(io, restoredLines({ backupFile: args.file, file, ...restored }).join('\n'))
    const written = [
      settleInstallationId(parts, restored.installationId),
      keepSealingKey(parts, args.keyFile),
    ]
    for (const line of written) if (line !== undefined) print(io, line)
    const open = await leftToDo({ configFile, parts, file, owner: restored.owner }, io)
    print(io, ['', 'Left to do:', ...open.map((line) => `- ${line}`)].join('\n'))
    return exitCodes.ok
  },
})
