import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import type { Config } from '../config/index.ts'
import { formatPlace, type StorePlace } from '../store/index.ts'

/** A store that outlives its process. */
export type LastingStore = Exclude<Config['store'], 'temporary'>

/** What opens the store of a configuration. Reads the authorities of a database; throws what that says. */
export function toStorePlace(store: LastingStore): StorePlace {
  if ('sqlite' in store) return { file: store.sqlite }
  const { tls, failover: _, ...place } = store.postgresql
  const ca = tls.caFile === undefined ? {} : { ca: readFileSync(tls.caFile, 'utf8') }
  return { postgresql: { ...place, ...ca } }
}

/** Whether a standby of the database that takes over has heard of all, as the configuration says. */
export function losesNothing(store: Config['store']): boolean {
  return (
    store !== 'temporary' && 'postgresql' in store && store.postgresql.failover === 'loses_nothing'
  )
}

/** What messages call it. */
export function nameStore(store: LastingStore): string {
  return 'sqlite' in store ? store.sqlite : formatPlace(store.postgresql)
}

/** Where copies of it are made before someone fetches them. */
export function scratchFolderOf(store: LastingStore): string {
  return 'sqlite' in store ? dirname(store.sqlite) : tmpdir()
}
