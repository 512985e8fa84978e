import { callerDetail, counted } from '../../../support/index.ts'
import { command } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print } from '../../io.ts'
import { storeCaller } from '../../service/store-caller.ts'
import { findStoreParts, placeOf, refuseRunning, sealingKeyOf } from '../../service/store-parts.ts'

export const copyCommand = command({
  usage: 'copy',
  describe:
    'Copy the store to the one that another configuration names; the service must be stopped',
  options: (yargs) =>
    yargs
      .option('config', {
        alias: 'c',
        type: 'string',
        requiresArg: true,
        describe: 'Configuration file of the store',
      })
      .option('to', {
        type: 'string',
        requiresArg: true,
        demandOption: true,
        describe: 'Configuration file with the new place as its store',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' }),
  async run(args, io) {
    const configFile = args.config ?? io.usualConfig
    const parts = findStoreParts(configFile, io)
    const target = findStoreParts(args.to, io)
    for (const [file, { isConfigured }] of [
      [configFile, parts],
      [args.to, target],
    ] as const) {
      if (!isConfigured) throw new CliError('no-configuration', `There is no file ${file}.`)
    }
    const key = sealingKeyOf(parts, undefined)
    if (!Buffer.from(key).equals(sealingKeyOf(target, undefined))) {
      throw new CliError(
        'usage',
        `${args.to} names another sealing key than ${configFile}. A copy keeps its key.`,
      )
    }
    await refuseRunning(configFile, parts, io)
    const { nameStore, toStorePlace } = await import('../../../compose/store-place.ts')
    const { copyStore, createKeyring } = await import('../../../store/index.ts')
    const [from, to] = [placeOf(parts), placeOf(target)]
    const [source, copy] = [nameStore(from), nameStore(to)]
    if (!args.yes) {
      await confirm(`Copy ${source} to ${copy}? No service starts on ${source} afterwards.`, io)
    }
    const { rows, chain } = await copyStore({
      ...{ from: toStorePlace(from), to: toStorePlace(to), node: parts.nodeName, clock: io.clock },
      keyring: createKeyring({ current: key }),
      detail: { from: source, to: copy, ...callerDetail(storeCaller(io)) },
    })
    print(io, `Copied ${counted(rows, 'row')} from ${source} to ${copy}.`)
    print(io, `The audit of the copy is unbroken: ${counted(chain.rows, 'row')}.`)
    print(io, `${source} is marked: no service starts on it.`)
    print(io, `Now put the store of ${args.to} into ${configFile}, and start the service.`)
    return exitCodes.ok
  },
})
