import { basename, dirname, join } from 'node:path'
import { makePrivateFolder, openFolder, placeFile } from '../../files/index.ts'
import { type Clock, systemClock } from '../../support/index.ts'
import { StoreError, toFileFailure } from '../errors.ts'
import { isStoreAt, openStore, type StorePlace } from '../open-store.ts'
import { formatPlace } from '../postgresql/place.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { commandCommitTimeoutMs } from '../sqlite/connection.ts'
import { findIn, setAside } from './set-aside.ts'
import { findStoreFile } from './store-file.ts'

type NewStore = {
  readonly keyring: Keyring
  readonly installationId: string
  readonly clock?: Clock
}

/**
 * Makes the empty store of a new installation, whole or not at all. Throws StoreError `file-exists`, `store-exists` or
 * what failed, and FileError `folder-not-safe`.
 */
export async function createStore(options: StorePlace & NewStore): Promise<void> {
  if ('file' in options) return createFile(options)
  const { keyring, installationId, clock = systemClock, postgresql } = options
  if (await isStoreAt({ postgresql }, clock)) {
    throw new StoreError('store-exists', formatPlace(postgresql))
  }
  const store = await openStore({ postgresql, keyring, node: 'create', installationId, clock })
  await store.close()
}

/** It belongs to the owner of its folder, which must exist. */
async function createFile(options: NewStore & { readonly file: string }): Promise<void> {
  const { keyring, installationId, clock = systemClock } = options
  const file = findStoreFile(options.file)
  const name = basename(file)
  try {
    const folder = openFolder(dirname(file))
    try {
      if (findIn(folder, name)) throw new StoreError('file-exists', file)
      const work = makePrivateFolder(folder.path)
      try {
        const fresh = join(work.path, 'new')
        const store = await openStore({
          ...{ file: fresh, keyring, installationId },
          node: 'create',
          commitTimeoutMs: commandCommitTimeoutMs,
        })
        await store.close()
        setAside(folder, name, `${name}.before-create-${clock.nowMs()}`)
        await placeFile(fresh, folder, name, { mode: 0o600, owner: folder.owner })
      } finally {
        work.remove()
      }
    } finally {
      folder.close()
    }
  } catch (cause) {
    throw toFileFailure(cause, `new store at ${file}`)
  }
}
