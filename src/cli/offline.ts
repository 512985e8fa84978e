import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { GatewayStanding, OperationResult } from '../admin/index.ts'
import { createAdminOperations, createPersonLookup, defaultIssuer } from '../admin/index.ts'
import { loadStandings } from '../compose/gateway-standings.ts'
import { loadMemories } from '../compose/patience.ts'
import { loadSigningCounts } from '../compose/signing-keeper.ts'
import { availableMethods, type Config, loadConfig } from '../config/index.ts'
import { createKeyring, openStore, type SettingStore } from '../store/index.ts'
import { CliError } from './errors.ts'
import { configEnvironment, configFileOf, type Target } from './find-service.ts'
import type { CliIo } from './io.ts'
import type { Session } from './session.ts'

export type StoreSessionOptions = {
  /**
   * Sealing keys in base64 that open values beside the configured one: a rotation that was cut off
   * left some sealed with the old key and some with the new one.
   */
  readonly furtherKeys?: readonly string[]
}

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
  if (!existsSync(place.file)) {
    throw new CliError(
      'service-not-running',
      `There is no store at ${place.file} yet. Start the service: it makes one that belongs to its own user.`,
    )
  }
  const store = await openStore({
    file: place.file,
    node: place.node,
    clock: io.clock,
    keyring: createKeyring({
      current: place.key,
      previous: (options.furtherKeys ?? []).map(decodeKey),
    }),
  })
  const operations = createAdminOperations({
    clock: io.clock,
    store,
    findPerson: createPersonLookup({ directories: [], users: store.users }),
    gateways: () => loadStandingsOffline(config, store.settings),
    usableMethods: () => availableMethods(config.methods),
    issuer: defaultIssuer,
    scratchFolder: dirname(place.file),
  })
  return {
    call: async (operation, args, onEvent = () => undefined) =>
      (await operations[operation](args, {
        send: onEvent,
        signal: io.signal,
      })) as OperationResult<typeof operation>,
    close: () => store.close(),
  }
}

/** The gateways of a configuration, with what the store has kept of each. */
export async function loadStandingsOffline(
  config: Config,
  settings: SettingStore,
): Promise<readonly GatewayStanding[]> {
  const memories = await loadMemories(settings)
  const counts = await loadSigningCounts(settings)
  return loadStandings(
    config,
    settings,
    (name) => memories.get(name),
    (name) => counts.get(name) ?? {},
  )
}

/** Where the store of a configuration is, and what opens it; undefined in a demo. */
export function storePlace(config: Config) {
  if (config.store === 'temporary' || config.sealingKey === undefined) return undefined
  return {
    file: config.store.sqlite,
    node: config.nodeName,
    key: decodeKey(config.sealingKey.reveal()),
  }
}

function decodeKey(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.trim(), 'base64'))
}
