import { counted } from '../../../support/index.ts'
import { command, targetOptions } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { type CliIo, print } from '../../io.ts'
import { configFileOf } from '../../service/find-service.ts'
import { findStoreParts, placeOf } from '../../service/store-parts.ts'

export const migrateCommand = command({
  usage: 'migrate',
  describe: 'Add to the tables of a shared database what this version needs, before services start',
  options: (yargs) => targetOptions(yargs),
  async run(args, io) {
    const { migrateStore } = await import('../../../store/index.ts')
    const { before, now } = await migrateStore(await sharedPlace(args, io), io.clock)
    const added = now - before
    print(
      io,
      added > 0
        ? `Added ${counted(added, 'step')} to the tables. Services of the version before go on.`
        : 'The tables have what this version needs.',
    )
    return exitCodes.ok
  },
})

export const contractCommand = command({
  usage: 'contract',
  describe: 'Once all nodes have this version: take away what only older versions use',
  options: (yargs) => targetOptions(yargs),
  async run(args, io) {
    const { contractStore } = await import('../../../store/index.ts')
    const { steps } = await contractStore(await sharedPlace(args, io), io.clock)
    print(
      io,
      steps > 0
        ? `Took away ${counted(steps, 'thing')} that only older versions used. They no longer start on this database.`
        : 'There is nothing that only older versions use.',
    )
    return exitCodes.ok
  },
})

async function sharedPlace(
  args: { readonly socket?: string | undefined; readonly config?: string | undefined },
  io: CliIo,
) {
  const parts = findStoreParts(configFileOf(args, io) ?? io.usualConfig, io)
  const place = placeOf(parts)
  if ('sqlite' in place) {
    throw new CliError(
      'usage',
      'The store is a file: each start of the service does this by itself.',
    )
  }
  const { toStorePlace } = await import('../../../compose/store-place.ts')
  return toStorePlace(place)
}
