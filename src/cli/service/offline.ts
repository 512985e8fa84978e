import { nameStore, scratchFolderOf, toStorePlace } from '../../compose/store-place.ts'
import {
  availableMethods,
  type Config,
  type InstallationPlace,
  loadConfig,
  readInstallation,
} from '../../config/index.ts'
import type { GatewayStatus, OperationResult } from '../../operations/index.ts'
import {
  createAdminOperations,
  createPersonLookup,
  defaultIssuer,
  loadGatewayStatuses,
  loadSigningCounts,
} from '../../operations/index.ts'
import { loadMemories } from '../../patience/index.ts'
import {
  commandCommitTimeoutMs,
  createKeyring,
  openStore,
  type Store,
  type StorePlace,
} from '../../store/index.ts'
import type { CliIo } from '../io.ts'
import { configEnvironment, configFileOf, type Target } from './find-service.ts'
import { decodeKey } from './sealing-key.ts'
import type { Session, StoreSessionOptions } from './session-type.ts'
import { storeCaller } from './store-caller.ts'

/**
 * Opens the store of the configuration and runs the operations here. Undefined when there is no
 * store that could be opened: no configuration, or a demo, whose store lives in its process. Throws
 * ConfigError, and StoreError such as `store-in-use`.
 */
export async function openStoreSession(
  target: Target,
  io: CliIo,
  options: StoreSessionOptions,
): Promise<Session | undefined> {
  const file = configFileOf(target, io)
  if (file === undefined) return undefined
  const config = loadConfig(file, { env: configEnvironment(io) })
  const place = storePlace(config)
  if (!place) return undefined
  const store = await openPlace(place, io, options.furtherKeys)
  const operations = createAdminOperations({
    clock: io.clock,
    store,
    findPerson: createPersonLookup({ directories: [], users: store.users }),
    gateways: () => loadGatewayStatusesOffline(config, store),
    usableMethods: () => availableMethods(config),
    issuer: defaultIssuer,
    scratchFolder: place.scratchFolder,
  })
  return {
    call: async (operation, args, onEvent = () => undefined) =>
      (await operations[operation](args, {
        send: onEvent,
        signal: io.signal,
        caller: storeCaller(io),
      })) as OperationResult<typeof operation>,
    close: () => store.close(),
  }
}

/** The gateways of a configuration, with what the store has kept of each. */
export async function loadGatewayStatusesOffline(
  config: Config,
  store: Pick<Store, 'settings' | 'accounting'>,
): Promise<readonly GatewayStatus[]> {
  const { describeGateways } = await import('../../compose/gateways.ts')
  const memories = await loadMemories(store.settings)
  const counts = await loadSigningCounts(store.settings)
  return loadGatewayStatuses(
    describeGateways(config),
    store,
    (name) => memories.get(name),
    (name) => counts.get(name) ?? {},
  )
}

/** Where a store is, what opens it, and of which installation it must be. */
export type PlacedStore = {
  readonly place: StorePlace
  readonly name: string
  readonly scratchFolder: string
  readonly node: string
  readonly key: Uint8Array
  readonly installation: InstallationPlace
}

/** Where the store of a configuration is; undefined in a demo whose store is temporary. */
export function storePlace(config: Config): PlacedStore | undefined {
  const { store, sealingKey, nodeName: node } = config
  if (store === 'temporary' || sealingKey === undefined) return undefined
  return {
    place: toStorePlace(store),
    name: nameStore(store),
    scratchFolder: scratchFolderOf(store),
    node,
    key: decodeKey(sealingKey.reveal()),
    installation: readInstallation(config.installation),
  }
}

/**
 * Opens a store that must be there: only `init` and `store create` make one. `furtherKeys`: see
 * StoreSessionOptions. Throws StoreError.
 */
export function openPlace(
  { place, node, key, installation }: PlacedStore,
  io: CliIo,
  furtherKeys: readonly string[] = [],
): Promise<Store> {
  return openStore({
    ...place,
    ...{ node, clock: io.clock },
    // Runs beside the other nodes, which go on with the key that they have.
    sharing: furtherKeys.length > 0 ? 'alone' : 'several',
    keyring: createKeyring({ current: key, previous: furtherKeys.map(decodeKey) }),
    whenMissing: 'refuse',
    installationId: installation.id,
    commitTimeoutMs: commandCommitTimeoutMs,
  })
}
