import type { Argv } from 'yargs'
import type { LastingStore } from '../../../compose/store-place.ts'
import type { Store } from '../../../store/index.ts'
import { callerDetail } from '../../../support/index.ts'
import { command, commandGroup, targetOptions } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { type CliIo, print } from '../../io.ts'
import { configFileOf } from '../../service/find-service.ts'
import { connectService, statusOf, withSession } from '../../service/session.ts'
import { storeCaller } from '../../service/store-caller.ts'
import {
  type FoundParts,
  findStoreParts,
  makeStore,
  placeOf,
  refuseRunning,
  sealingKeyOf,
  settleInstallationId,
} from '../../service/store-parts.ts'
import { copyCommand } from './copy.ts'
import { contractCommand, migrateCommand } from './tables.ts'

const yesOption = <Options>(yargs: Argv<Options>) =>
  yargs.option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Do not ask' })

const create = command({
  usage: 'create',
  describe: 'Make a new, empty store and a new installation id, if there is no store',
  options: (yargs) =>
    yesOption(
      yargs.option('config', {
        alias: 'c',
        type: 'string',
        requiresArg: true,
        describe: 'Configuration file',
      }),
    ),
  async run(args, io) {
    const configFile = args.config ?? io.usualConfig
    const { parts, place } = lastingStore(configFile, io)
    const key = sealingKeyOf(parts, undefined)
    const { nameStore, toStorePlace } = await import('../../../compose/store-place.ts')
    const { isStoreAt } = await import('../../../store/index.ts')
    const name = nameStore(place)
    if (await isStoreAt(toStorePlace(place), io.clock)) {
      throw new CliError(
        'file-exists',
        'sqlite' in place
          ? `${name} exists. Start the service on it; if it is not the right store, move it away first.`
          : `${name} holds a store. Start the service on it; if it is not the right one, name another database.`,
      )
    }
    await refuseRunning(configFile, parts, io)
    print(io, `This makes a new, empty store at ${name}.`)
    print(io, 'It knows no user and no authenticator, and no code that was used before.')
    const restore = 'sqlite' in place ? 'holdfast restore' : 'pg_restore'
    print(io, `If there is a backup, use ${restore} instead.`)
    const { id: before } = parts.installation
    if (before !== undefined) {
      print(io, `The store of installation ${before}, which was here, is given up.`)
    }
    if (!args.yes) await confirm('Make it?', io)
    print(io, (await makeStore({ place, key, parts })).join('\n'))
    return exitCodes.ok
  },
})

const adopt = command({
  usage: 'adopt',
  describe: 'Write the installation id of the existing store beside the sealing key',
  options: (yargs) => yesOption(targetOptions(yargs)),
  async run(args, io) {
    const { parts } = lastingStore(configFileOf(args, io) ?? io.usualConfig, io)
    const id = await installationIdOf(args, parts, io)
    const { id: before, file } = parts.installation
    if (before !== undefined && before !== id && !args.yes) {
      await confirm(`${file} names installation ${before}. Replace it by ${id}?`, io)
    }
    print(io, settleInstallationId(parts, id) ?? `${file} names this store already: ${id}.`)
    return exitCodes.ok
  },
})

const restored = command({
  usage: 'restored',
  describe: 'After pg_restore: forget devices and sessions, and note it in the audit',
  options: (yargs) => yesOption(targetOptions(yargs)),
  async run(args, io) {
    const configFile = configFileOf(args, io) ?? io.usualConfig
    const { parts, place } = lastingStore(configFile, io)
    if ('sqlite' in place) {
      throw new CliError('usage', 'The store is a file. Restore it with holdfast restore FILE.')
    }
    await refuseRunning(configFile, parts, io)
    print(io, 'Remembered devices, portal sessions and helpdesk codes of the backup are forgotten.')
    if (!args.yes) await confirm('Was the database put back from a backup?', io)
    const store = await openParts(parts, io, { installationId: parts.installation.id })
    await store.noteRestored(callerDetail(storeCaller(io))).finally(() => store.close())
    print(io, 'The audit says that the store was restored.')
    print(
      io,
      'Codes that were used since the backup work again. Users who were blocked since are not.',
    )
    return exitCodes.ok
  },
})

const forgetPasskeys = command({
  usage: 'forget-passkeys',
  describe: 'Remove all passkeys of all users, so that the portal can have another host name',
  options: (yargs) => yesOption(targetOptions(yargs)),
  async run(args, io) {
    print(io, 'This removes every passkey that users have, for good. What else they have stays.')
    print(io, 'Those who have nothing else need a code from the helpdesk: holdfast enrolment code.')
    if (!args.yes) await confirm('Remove them?', io)
    const { removed } = await withSession(args, io, (session) =>
      session.call('passkeys.forget', {}),
    )
    print(io, `Passkeys removed: ${removed}. The next one is bound to the host name of public_url.`)
    return exitCodes.ok
  },
})

/**
 * The parts of a store that is configured and lasts. That of a demo ends with it, so no file may name it.
 * Throws CliError `no-configuration`, and `usage` for the temporary store of a demo.
 */
function lastingStore(configFile: string, io: CliIo): { parts: FoundParts; place: LastingStore } {
  const parts = findStoreParts(configFile, io)
  if (parts.isConfigured) return { parts, place: placeOf(parts) }
  throw new CliError(
    'no-configuration',
    `There is no configuration at ${configFile}. Name the file with --config, or write one with holdfast init.`,
  )
}

/** Of the store that the service has open, or of the file where none runs. */
async function installationIdOf(
  target: { readonly socket?: string | undefined; readonly config?: string | undefined },
  parts: FoundParts,
  io: CliIo,
): Promise<string> {
  const service = await connectService(target, io)
  if (service) {
    const { installationId } = await statusOf(service).finally(() => service.close())
    return installationId
  }
  const store = await openParts(parts, io, { sharing: 'several' })
  await store.close()
  return store.installationId
}

/** The store of these parts, which must be there; of any installation unless one is named. */
async function openParts(
  parts: FoundParts,
  io: CliIo,
  {
    installationId,
    sharing = 'alone',
  }: { readonly installationId?: string | undefined; readonly sharing?: 'alone' | 'several' },
): Promise<Store> {
  const { commandCommitTimeoutMs, createKeyring, openStore } = await import(
    '../../../store/index.ts'
  )
  const { toStorePlace } = await import('../../../compose/store-place.ts')
  return openStore({
    ...toStorePlace(placeOf(parts)),
    node: parts.nodeName,
    keyring: createKeyring({ current: sealingKeyOf(parts, undefined) }),
    clock: io.clock,
    whenMissing: 'refuse',
    ...{ installationId, sharing },
    commitTimeoutMs: commandCommitTimeoutMs,
  })
}

/** `store create|adopt|copy|restored|migrate|contract|forget-passkeys`. Nothing else makes a store, so that a lost one is noticed (RULES 43). */
export const storeCommand = commandGroup(
  'store',
  'Manage the store: make a new one, adopt one, copy it elsewhere, or remove all passkeys',
  [create, adopt, copyCommand, restored, migrateCommand, contractCommand, forgetPasskeys],
)
