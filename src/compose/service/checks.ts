import { availableMethods, type Config, passkeyHost } from '../../config/index.ts'
import {
  type CheckPart,
  checkAuthenticators,
  checkClock,
  checkDatabase,
  checkDenials,
  checkDirectories,
  checkGarbledPasswords,
  checkGateways,
  checkHabits,
  checkMissingAddresses,
  checkNodes,
  checkPasskeys,
  checkPeople,
  checkRotation,
  checkSharedDevices,
  checkStore,
  type GatewayStatus,
  readRecentSignIns,
} from '../../operations/index.ts'
import type { Directory } from '../../signin/index.ts'
import type { Store } from '../../store/index.ts'
import {
  denialsIn,
  groupsInRules,
  networkDenialsIn,
  peopleInRules,
  whereNamed,
} from '../named-in-rules.ts'
import { losesNothing } from '../store-place.ts'

/** Parts of `holdfast check` that ask the directories of a configuration. */
export function directoryParts(
  config: Config,
  directories: ReadonlyMap<string, Directory>,
  signal: AbortSignal,
): readonly CheckPart[] {
  const groupsOf = (name: string) => groupsInRules(config, name)
  return [
    part('directory', 'all', () =>
      checkDirectories([...directories.values()], groupsOf, (group) => whereNamed(config, group)),
    ),
    part('directory', 'people in rules', () =>
      checkPeople(peopleInRules(config, directories), signal),
    ),
    part('directory', 'what denies', () => checkDenials(denialsIn(config, directories), signal)),
  ]
}

/** Parts that look at what sign-ins and commands have left in the store. */
export function storeParts(
  config: Config,
  store: Store,
  gateways: () => Promise<readonly GatewayStatus[]>,
  nowMs: number,
): readonly CheckPart[] {
  const recent = readRecentSignIns(store.audit, nowMs)
  const usable = availableMethods(config)
  const trusting = Object.values(config.gateways)
    .filter(({ personSpecificDevice }) => personSpecificDevice)
    .map(({ name }) => name)
  return [
    part('gateway', 'Message-Authenticator', async () => checkGateways(await gateways(), nowMs)),
    part('gateway', 'habits', async () => checkHabits(await gateways(), nowMs)),
    part('gateway', 'addresses of people', async () =>
      checkMissingAddresses(networkDenialsIn(config), await recent),
    ),
    part('gateway', 'passwords', async () => checkGarbledPasswords(await recent)),
    part('gateway', 'devices', async () => checkSharedDevices(await recent, trusting)),
    part('service', 'clock', async () => checkClock(await recent)),
    part('method', 'authenticators', async () =>
      checkAuthenticators(await store.countAuthenticators(), usable),
    ),
    part('method', 'passkeys', () => checkPasskeys(store.settings, passkeyHost(config.web))),
    part('store', 'key rotation', async () => checkRotation(await store.keys())),
    part('store', 'nodes', async () => checkNodes(await store.nodes?.list())),
    part('store', 'database', async () =>
      checkDatabase(await store.facts(), losesNothing(config.store)),
    ),
    part('store', 'audit', () => checkStore(store)),
  ]
}

export function part(area: string, what: string, rows: CheckPart['rows']): CheckPart {
  return { area, what, rows }
}
