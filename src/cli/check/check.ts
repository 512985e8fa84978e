import { type LastingStore, nameStore } from '../../compose/store-place.ts'
import type { Config } from '../../config/index.ts'
import {
  type CheckPart,
  type CheckRow,
  collectRows,
  type LoggedHead,
  notExamined,
} from '../../operations/index.ts'
import { HoldfastError } from '../../support/index.ts'
import { isSameFile } from '../files.ts'
import type { CliIo } from '../io.ts'
import { configFileOf, type Target } from '../service/find-service.ts'
import type { Session } from '../service/session-type.ts'
import { checkConfiguration, readConfiguration } from './configuration.ts'
import { directoriesPart } from './directories.ts'
import { checkJournal } from './journal.ts'
import { checkPackage, usualInstalledPlaces } from './package.ts'
import { compareWithService, lookForService, type Service } from './service.ts'
import { checkId, checkKey, lookAtStore, storeInUse } from './store.ts'

type Running = Extract<Service, { session: Session }>

/**
 * Examines one configuration: the one that is named or installed, otherwise that of the running service. The service
 * answers for what it runs; what it does not run is looked at from here, or said to be not examined (RULES 40). Never
 * rejects for what is wrong: that is a row.
 */
export async function check(target: Target, io: CliIo): Promise<readonly CheckRow[]> {
  const service = await lookForService(target, io)
  try {
    const running = service.session === undefined ? undefined : service.status.configFile
    const file = configFileOf(target, io) ?? running
    const installed = await checkPackage(usualInstalledPlaces(io.uid))
    if (file === undefined)
      return [...noConfiguration(target, io), rowOf(service), installed].flat()
    const { rows, config } = await readConfiguration(file, io)
    const ofFile = config === undefined ? unreadable(file) : await checkConfiguration(config, io)
    const rest =
      service.session === undefined
        ? [service.row, ...(config === undefined ? [] : await lookFromHere(config, service, io))]
        : await askService(service, file, config, io)
    return [...rows, ...ofFile, ...rest, ...installed]
  } finally {
    await service.session?.close()
  }
}

function noConfiguration(target: Target, io: CliIo): readonly CheckRow[] {
  if (target.socket !== undefined) return []
  const remedy = 'Name a file with --config FILE, or write a first one with holdfast init.'
  return [
    {
      ...{ area: 'configuration', what: io.usualConfig, state: 'failed' },
      ...{ detail: 'there is none, and no service runs', remedy },
    },
  ]
}

function rowOf(service: Service): readonly CheckRow[] {
  return service.session === undefined ? [service.row] : []
}

function unreadable(file: string): readonly CheckRow[] {
  const why = `${file} has errors, see above`
  return ['certificate', 'provider', 'directory'].map((area) => notExamined(area, 'all', why))
}

async function lookFromHere(
  config: Config,
  { isOlder = false }: { readonly isOlder?: boolean },
  io: CliIo,
): Promise<readonly CheckRow[]> {
  const { rows, pins } = isOlder ? storeInUse : await lookAtStore(config, io)
  return [...(await collectRows([directoriesPart(config, pins, io)])), ...rows]
}

async function askService(
  service: Running,
  file: string,
  config: Config | undefined,
  io: CliIo,
): Promise<readonly CheckRow[]> {
  const { session } = service
  const { status, row } = await compareWithService(service, file, config)
  const ask = (directories: boolean): CheckPart => ({
    ...{ area: 'service', what: 'check' },
    rows: async () => {
      const rows = await session.call('check', { directories })
      // A demo's store ends with it, and nothing of it is in the journal.
      if (!rows.some(({ what }) => what === 'audit head')) return rows
      const compare = (heads: readonly LoggedHead[]) =>
        session.call('audit.compare', { heads: [...heads] })
      return [...rows, await checkJournal(compare, io)]
    },
  })
  if (config === undefined) {
    const isOwn = status.kind === 'broken'
    return [row, ...(await collectRows([ask(isOwn)]))]
  }
  if (status.kind === 'same') {
    return [row, ...(await collectRows([ask(true), keyPart(service, config)]))]
  }
  const pins = await session.call('group.pins', {})
  return [
    row,
    ...(await collectRows([
      directoriesPart(config, pins, io),
      { ...{ area: 'gateway', what: 'all' }, rows: () => unknownGateways(session, config) },
      ask(false),
      storePart(service, config, io),
    ])),
  ]
}

/** Gateways of the file that the service has not read: nothing is known of what they send. */
async function unknownGateways(session: Session, config: Config): Promise<readonly CheckRow[]> {
  const known = new Set((await session.call('gateway.list', {})).map(({ name }) => name))
  return Object.keys(config.gateways)
    .filter((name) => !known.has(name))
    .map((name) => notExamined('gateway', name, 'the running service does not have it'))
}

/** Where the file names another store than the service has open, it is looked at as well. */
function storePart(service: Running, config: Config, io: CliIo): CheckPart {
  const { store } = config
  const isOwn = store !== 'temporary' && isStoreOf(store, service.status.storeFile)
  if (isOwn) return keyPart(service, config)
  return {
    ...{ area: 'store', what: 'of the file' },
    rows: async () => {
      const { rows } = await lookAtStore(config, io)
      const which = store === 'temporary' ? 'temporary' : nameStore(store)
      return rows.map((each) => ({ ...each, what: `${each.what} (${which})` }))
    },
  }
}

/** Whether the service says that it has this store open. */
function isStoreOf(store: LastingStore, said: string): boolean {
  return 'sqlite' in store ? isSameFile(store.sqlite, said) : nameStore(store) === said
}

function keyPart({ session, status }: Running, config: Config): CheckPart {
  return {
    ...{ area: 'store', what: 'sealing key' },
    rows: async () => {
      const keys = await session.call('store.keys', {}).catch(nothingIfGone)
      return [...(keys === undefined ? [] : checkKey(config, keys)), ...checkId(config, status)]
    },
  }
}

/** The service has a row for a store that is gone. */
function nothingIfGone(error: unknown): undefined {
  if (error instanceof HoldfastError && error.code === 'store-gone') return
  throw error
}
