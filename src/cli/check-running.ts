import { existsSync } from 'node:fs'
import {
  type CheckRow,
  checkDirectories,
  checkPeople,
  checkStore,
  compareLogged,
} from '../admin/index.ts'
import type { Config } from '../config/index.ts'
import { createKeyring, openStore } from '../store/index.ts'
import { HoldfastError } from '../support/index.ts'
import { checkJournal } from './check-journal.ts'
import type { Target } from './find-service.ts'
import type { CliIo } from './io.ts'
import { storePlace } from './offline.ts'
import { findService } from './session.ts'

/**
 * What the running service sees of its directories, providers and store; without a service the same
 * from here. Never rejects for what is wrong: that is a row.
 */
export async function checkRunning(
  target: Target,
  config: Config | undefined,
  io: CliIo,
): Promise<readonly CheckRow[]> {
  const service = (await findService(target, io))?.session
  if (service) {
    try {
      const { version, pid } = await service.call('status', {})
      const detail = `version ${version}, process ${pid}`
      return [
        row('service', 'running', 'ok', detail, ''),
        ...(await service.call('check', {})),
        await checkJournal((heads) => service.call('audit.compare', { heads: [...heads] }), io),
      ]
    } finally {
      await service.close()
    }
  }
  const stopped = row(
    'service',
    'running',
    'warning',
    'no',
    'Start it; what follows was looked at from here.',
  )
  if (!config) return [stopped]
  return [
    stopped,
    ...(await checkConfiguredDirectories(config, io)),
    ...(await checkFile(config, io)),
  ]
}

async function checkConfiguredDirectories(config: Config, io: CliIo): Promise<readonly CheckRow[]> {
  const { createDirectories } = await import('../compose/directories.ts')
  const { dictionaryOf } = await import('../compose/dictionary.ts')
  const { groupsInRules } = await import('../compose/rule-groups.ts')
  const { peopleInRules } = await import('../compose/rule-people.ts')
  const { createLogger } = await import('../ops/index.ts')
  // Trouble shows in the rows; log lines would only repeat it.
  const logger = createLogger({
    level: 'error',
    format: 'human',
    stream: io.stderr,
    clock: io.clock,
  })
  const dictionary = dictionaryOf(config.dictionaries)
  const created = await createDirectories(config, io.clock, logger, dictionary)
  const directories = [...created.values()]
  try {
    return [
      ...(await checkDirectories(directories, (name) => groupsInRules(config, name))),
      ...(await checkPeople(peopleInRules(config, created), io.signal)),
    ]
  } finally {
    await Promise.all(directories.map((directory) => directory.close()))
  }
}

async function checkFile(config: Config, io: CliIo): Promise<readonly CheckRow[]> {
  const place = storePlace(config)
  if (!place) return [row('store', 'temporary', 'ok', 'made by the demo when it starts', '')]
  if (!existsSync(place.file)) {
    return [row('store', place.file, 'ok', 'made when the service starts', '')]
  }
  try {
    const keyring = createKeyring({ current: place.key })
    const store = await openStore({ file: place.file, node: place.node, clock: io.clock, keyring })
    try {
      return [
        ...(await checkStore(store)),
        await checkJournal((heads) => compareLogged(store, heads), io),
      ]
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    return [row('store', place.file, 'failed', error.message, '')]
  }
}

function row(
  area: string,
  what: string,
  state: CheckRow['state'],
  detail: string,
  remedy: string,
): CheckRow {
  return { area, what, state, detail, remedy }
}
