import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, readInstallation } from '../config/index.ts'
import {
  claimStore,
  createKeyring,
  isStoreAt,
  masterKeyBytes,
  openStore,
  type Store,
  type StoreClaim,
  StoreError,
  type StoreSettings,
} from '../store/index.ts'
import type { Clock } from '../support/index.ts'
import {
  type LastingStore,
  losesNothing,
  nameStore,
  scratchFolderOf,
  toStorePlace,
} from './store-place.ts'

export type OpenedStore = {
  readonly store: Store
  /** 32 bytes everything else is derived from. */
  readonly master: Uint8Array
  /** Its file, or what messages call its database. */
  readonly name: string
  /** Where copies of it are made. */
  readonly scratchFolder: string
  /** Whether it was made now, and is empty. */
  readonly isNew: boolean
  /** Closes it, and removes what was temporary. */
  close(): Promise<void>
}

/** Shorter than systemd waits for a start. */
const databaseWaitMs = 60_000
const databasePauseMs = 1_000

/** Longer than a lock or a lost connection lasts. What waits much longer keeps the database busy for gateways that have given up. */
const patienceMs = 6_000

/** What a service says beside its configuration. */
export type ServiceStore = Pick<
  StoreSettings,
  'onTakeOver' | 'onRowsLost' | 'onSeenFailed' | 'onTime' | 'commitDelayMs'
> & {
  /** The other nodes watch over this process, which is of this version. */
  readonly version?: string
}

const ownStore: StoreClaim = { id: undefined, whenMissing: 'make', undo: () => undefined }

/**
 * Opens the store of the configuration, or a temporary one with a key of its own. The first start makes it, and
 * from then on it must be there and of this installation (RULES 43).
 */
export async function openConfiguredStore(
  config: Config,
  clock: Clock,
  onUnreadable: (error: Error) => void,
  { commitDelayMs, version, ...told }: ServiceStore = {},
): Promise<OpenedStore> {
  const master =
    config.sealingKey === undefined
      ? randomBytes(masterKeyBytes)
      : Buffer.from(config.sealingKey.reveal().trim(), 'base64')
  const temporary =
    config.store === 'temporary' ? mkdtempSync(join(tmpdir(), 'holdfast-')) : undefined
  const lasting: LastingStore =
    config.store === 'temporary' ? { sqlite: join(temporary ?? '', 'holdfast.db') } : config.store
  const place = toStorePlace(lasting)
  const isTemporary = temporary !== undefined
  const isThere = await waitForDatabase(() => isStoreAt(place, clock), clock, onUnreadable)
  const { id, whenMissing, undo } = isTemporary ? ownStore : claim(config, isThere)
  const isNew = whenMissing === 'make' && !isThere
  if (isNew && 'file' in place) mkdirSync(dirname(place.file), { recursive: true, mode: 0o700 })
  const store = await openStore({
    ...place,
    keyring: createKeyring({ current: master }),
    node: config.nodeName,
    clock,
    onUnreadable,
    whenMissing,
    installationId: id,
    // Where the store is a file, no other process has it.
    sharing: 'several',
    ...(version === undefined ? {} : { serves: { version }, patienceMs }),
    ...(commitDelayMs === undefined ? {} : { commitDelayMs }),
    ...told,
    ...seenFileOf(config),
    losesNothing: losesNothing(lasting),
  }).catch((error: unknown) => {
    undo()
    throw error
  })
  return {
    store,
    master,
    name: nameStore(lasting),
    scratchFolder: scratchFolderOf(lasting),
    isNew: isNew && !isTemporary,
    async close() {
      await store.close()
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true })
    },
  }
}

/** Beside the end of the audit, which is kept outside of the store for the same reason. */
function seenFileOf({ headFile }: Config): Pick<StoreSettings, 'seenFile'> {
  if (headFile === undefined) return {}
  return { seenFile: join(dirname(headFile), `${basename(headFile, '.json')}-database.json`) }
}

/** After a power cut a database may be up later than we are; if a start gives up soon, systemd stops trying. */
async function waitForDatabase<Result>(
  ask: () => Promise<Result>,
  clock: Clock,
  onAway: (error: Error) => void,
): Promise<Result> {
  const untilMs = clock.nowMs() + databaseWaitMs
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      const isAway = error instanceof StoreError && error.code === 'database-away'
      if (!isAway || clock.nowMs() >= untilMs) throw error
      if (tries === 1) onAway(error)
      await sleep(databasePauseMs)
    }
  }
}

/** A demo makes its store freely. */
function claim({ insecureDemo, installation, headFile }: Config, isThere: boolean): StoreClaim {
  const { id } = readInstallation(installation)
  if (insecureDemo) return { ...ownStore, id }
  // Where systemd hands the secrets over, their folder is not ours.
  const idFile = installation.handedOver === undefined ? installation.file : undefined
  return claimStore({ isThere, id, idFile, headFile })
}
