import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Config, readInstallation } from '../config/index.ts'
import { createKeyring, masterKeyBytes, openStore, type Store } from '../store/index.ts'
import type { Clock } from '../support/index.ts'

export type OpenedStore = {
  readonly store: Store
  /** 32 bytes everything else is derived from. */
  readonly master: Uint8Array
  readonly file: string
  /** Closes it, and removes what was temporary. */
  close(): Promise<void>
}

/**
 * Opens the store of the configuration. A demo makes one where there is none, or has a temporary one
 * with a key of its own; anywhere else it must be there and of this installation: an empty store in
 * the place of a lost one would take used codes again (RULES 43).
 */
export async function openConfiguredStore(
  config: Config,
  clock: Clock,
  onUnreadable: (error: Error) => void,
  commitDelayMs?: Int32Array,
): Promise<OpenedStore> {
  const master =
    config.sealingKey === undefined
      ? randomBytes(masterKeyBytes)
      : Buffer.from(config.sealingKey.reveal().trim(), 'base64')
  const temporary =
    config.store === 'temporary' ? mkdtempSync(join(tmpdir(), 'holdfast-')) : undefined
  const file =
    config.store === 'temporary' ? join(temporary ?? '', 'holdfast.db') : config.store.sqlite
  const isMade = config.insecureDemo
  if (isMade) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const store = await openStore({
    file,
    keyring: createKeyring({ current: master }),
    node: config.nodeName,
    clock,
    onUnreadable,
    whenMissing: isMade ? 'make' : 'refuse',
    installationId: readInstallation(config.installation).id,
    ...(commitDelayMs === undefined ? {} : { commitDelayMs }),
  })
  return {
    store,
    master,
    file,
    async close() {
      await store.close()
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true })
    },
  }
}
