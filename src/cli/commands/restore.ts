import { existsSync } from 'node:fs'
import { command } from '../command.ts'
import { confirm } from '../confirm.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { configEnvironment } from '../find-service.ts'
import { defaultConfigFile, print } from '../io.ts'
import { connectService } from '../session.ts'

export const restoreCommand = command({
  usage: 'restore <file>',
  describe: 'Put a backup in the place of the store; the service has to be stopped',
  options: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'Made by backup' })
      .option('config', {
        alias: 'c',
        type: 'string',
        default: defaultConfigFile,
        requiresArg: true,
        describe: 'Configuration file',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' }),
  async run(args, io) {
    if (!existsSync(args.file)) {
      throw new CliError('file-unreadable', `${args.file} is not there.`)
    }
    const { loadConfig } = await import('../../config/index.ts')
    const { createKeyring, restoreStore } = await import('../../store/index.ts')
    const { storePlace } = await import('../offline.ts')
    const place = storePlace(loadConfig(args.config, { env: configEnvironment(io) }))
    if (!place) throw new CliError('usage', 'A demo keeps its store in memory: nothing to restore.')
    const running = await connectService({ config: args.config }, io)
    await running?.close()
    if (running) {
      throw new CliError('service-running', 'Stop the service first: it has the store open.')
    }
    if (!args.yes) await confirm(`Replace ${place.file} by ${args.file}?`, io)
    const { keptOldFile } = await restoreStore({
      backupFile: args.file,
      targetFile: place.file,
      keyring: createKeyring({ current: place.key }),
      node: place.node,
      detail: { from: args.file },
      clock: io.clock,
    })
    print(io, `${place.file} is what ${args.file} was.`)
    if (keptOldFile !== undefined) print(io, `The store before is kept as ${keptOldFile}.`)
    print(io, 'Codes spent and people blocked since the backup are not remembered in it.')
    return exitCodes.ok
  },
})
