import { existsSync } from 'node:fs'
import { nameStore } from '../../compose/store-place.ts'
import { type Config, readInstallation } from '../../config/index.ts'
import {
  type CheckRow,
  checkInstallation,
  checkSealingKey,
  collectRows,
  compareLogged,
  failureOf,
  notExamined,
  type StoreKeys,
} from '../../operations/index.ts'
import { keyIdOf } from '../../store/index.ts'
import type { CliIo } from '../io.ts'
import { openPlace, storePlace } from '../service/offline.ts'
import type { Pins } from './directories.ts'
import { checkJournal } from './journal.ts'

/** What the store of a configuration shows where no service has it open. */
export type SeenStore = { readonly rows: readonly CheckRow[]; readonly pins: Pins }

/** What can be seen of it while a service that cannot be asked has it open. */
export const storeInUse: SeenStore = {
  rows: [notExamined('store', 'all', 'the running service has it open')],
  pins: {},
}

/** Opens the store of a configuration and looks at it. Never rejects. */
export async function lookAtStore(config: Config, io: CliIo): Promise<SeenStore> {
  const { store: configured } = config
  const which = configured === 'temporary' ? configured : nameStore(configured)
  const isFile = configured === 'temporary' || 'sqlite' in configured
  if (config.insecureDemo && isFile && !existsSync(which)) {
    return nothing(which, 'a demo makes it when it starts')
  }
  const { loadGatewayStatusesOffline } = await import('../service/offline.ts')
  const { loadPins } = await import('../../directory/index.ts')
  const { namedGroups } = await import('../../compose/named-in-rules.ts')
  const { storeParts } = await import('../../compose/service/checks.ts')
  try {
    const place = storePlace(config)
    if (place === undefined) return nothing(which, 'a demo makes it when it starts')
    const store = await openPlace(place, io)
    try {
      const gateways = () => loadGatewayStatusesOffline(config, store)
      const rows = await collectRows(storeParts(config, store, gateways, io.clock.nowMs()))
      const pins = await loadPins(store.settings, namedGroups(config).byDirectory)
      const senders = notExamined('gateway', 'unknown senders', 'only a running service sees them')
      const journal = await checkJournal((heads) => compareLogged(store, heads), io)
      const key = checkKey(config, await store.keys())
      const installation = checkId(config, store)
      return { rows: [senders, ...key, ...installation, ...rows, journal], pins }
    } finally {
      await store.close()
    }
  } catch (error) {
    const { detail, ...failure } = failureOf(error)
    // The row names the file already.
    const row = { area: 'store', what: which, detail: detail.replace(`${which}: `, '') }
    return { rows: [{ ...row, ...failure }], pins: {} }
  }
}

/** Whether the key that the configuration names opens the store at the next start. */
export function checkKey(config: Config, keys: StoreKeys): readonly CheckRow[] {
  const place = storePlace(config)
  return place === undefined ? [] : [checkSealingKey(keys, keyIdOf(place.key))]
}

/** Whether the store is of this installation. A demo makes its store itself, and needs no id. */
export function checkId(
  config: Config,
  store: { readonly installationId: string },
): readonly CheckRow[] {
  if (config.insecureDemo) return []
  return [checkInstallation(store, readInstallation(config.installation))]
}

function nothing(what: string, why: string): SeenStore {
  return { rows: [notExamined('store', what, why)], pins: {} }
}
