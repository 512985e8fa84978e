import { constants, lstatSync, renameSync, rmSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { sql } from 'kysely'
import {
  copyBytes,
  type FolderHandle,
  findHolders,
  makePrivateFolder,
  type Owner,
  openFolder,
  placeFile,
} from '../files/index.ts'
import { type Clock, systemClock } from '../support/index.ts'
import type { Connection } from './connection.ts'
import { StoreError, toFileFailure } from './errors.ts'
import type { Keyring } from './keyring.ts'
import { readVersion } from './migrate.ts'
import { migrations } from './migrations.ts'
import { openStore } from './open-store.ts'
import { createSqliteQueries } from './queries.ts'
import { openSealer } from './secrets.ts'
import { connectSqlite } from './sqlite/connection.ts'
import { findStoreFile } from './store-file.ts'

export type RestoreOptions = {
  readonly backupFile: string
  /** The file the service uses; its folder must exist. No service may run. */
  readonly targetFile: string
  readonly keyring: Keyring
  /** Whose chain of the audit goes on, and what its row says of the restore. */
  readonly node: string
  readonly detail?: Readonly<Record<string, string>>
  readonly clock?: Clock
}

export type Restored = {
  /** Where the old file was put, if there was one. */
  readonly keptOldFile?: string
  readonly installationId: string
  readonly owner: Owner
}

/**
 * Puts a backup in the place of the store, after it has shown that it is whole, of a version this
 * program knows, and opens with this key. It belongs to whom the store belonged to, so that the
 * service can open it. The old store stays as it is until the new one is on the disk.
 * Everything that SQLite does by a path happens in a folder that no other user can enter; the folder
 * of the store, where the service's user can do anything, is used through its handle.
 * Throws StoreError: `store-in-use`, `store-damaged`, `store-newer`, `store-key-wrong`, `store-full`,
 * `store-failed`; and FileError `folder-not-safe`.
 */
export async function restoreStore(options: RestoreOptions): Promise<Restored> {
  const { backupFile, keyring, clock = systemClock } = options
  const file = findStoreFile(options.targetFile)
  try {
    const folder = openFolder(dirname(file))
    try {
      refuseInUse(find(folder, basename(file)))
      const work = makePrivateFolder(folder.path)
      try {
        const copy = join(work.path, 'restored')
        await copyBackup(backupFile, copy)
        const installationId = await checkBackup(copy, keyring, clock)
        await forgetRemembered(copy, clock)
        await noteRestore(copy, options)
        return { installationId, ...(await exchange(copy, folder, basename(file), clock)) }
      } finally {
        work.remove()
      }
    } finally {
      folder.close()
    }
  } catch (cause) {
    throw toFileFailure(cause, `restore of ${backupFile}`)
  }
}

/** Heads of the audit that were kept before need not be in it: a row says so, which nobody can write without the key. */
async function noteRestore(
  copy: string,
  { keyring, node, detail = {}, clock = systemClock }: RestoreOptions,
): Promise<void> {
  const store = await openStore({ file: copy, whenMissing: 'refuse', keyring, node, clock })
  try {
    await store.audit.noteRestore(detail)
  } finally {
    await store.close()
  }
}

async function copyBackup(backupFile: string, copy: string): Promise<void> {
  const source = await open(backupFile, constants.O_RDONLY)
  try {
    if (!(await source.stat()).isFile()) {
      throw new StoreError('store-damaged', `${backupFile} is no file`)
    }
    const target = await open(copy, 'wx', 0o600)
    try {
      await copyBytes(source, target)
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** Gives the installation that the backup is of. */
async function checkBackup(file: string, keyring: Keyring, clock: Clock): Promise<string> {
  const queries = createSqliteQueries()
  return await withConnection(file, clock, async (connection) => {
    const check = sql<{ integrity_check: string }>`pragma integrity_check`.compile(queries)
    const [[first]] = await connection.atomically([check], { timeoutMs: 3_600_000 })
    if (first?.integrity_check !== 'ok') {
      throw new StoreError('store-damaged', first?.integrity_check ?? 'no answer')
    }
    const version = await readVersion(connection, queries)
    if (version === 0) throw new StoreError('store-damaged', 'the backup holds no store')
    if (version > migrations.length) {
      throw new StoreError(
        'store-newer',
        `version ${version}, this program knows ${migrations.length}`,
      )
    }
    const { id } = await openSealer({ connection, queries, keyring, mayBeNew: false })
    return id
  })
}

/** Nobody knows any more which of these sign-ins were forgotten or blocked since; people are asked once more. */
async function forgetRemembered(file: string, clock: Clock): Promise<void> {
  const queries = createSqliteQueries()
  await withConnection(file, clock, async (connection) => {
    const find = sql`select 1 from sqlite_master where type = 'table' and name = 'remembered'`
    const found = await connection.run(find.compile(queries))
    // A backup of an earlier version has none.
    if (found.length > 0) await connection.run(queries.deleteFrom('remembered').compile())
  })
}

/** First the new file is whole on the disk, beside the old one; then names change. */
async function exchange(
  copy: string,
  folder: FolderHandle,
  name: string,
  clock: Clock,
): Promise<Omit<Restored, 'installationId'>> {
  const old = find(folder, name)
  const owner: Owner = old?.isFile() ? { uid: old.uid, gid: old.gid } : folder.owner
  // For others than owner and group there is nothing to read in it.
  const mode = old?.isFile() ? old.mode & 0o660 : 0o600
  const part = `${name}.restore-${clock.nowMs()}`
  await placeFile(copy, folder, part, { mode, owner })
  try {
    const kept = old && setAside(folder, name, `${name}.before-restore-${clock.nowMs()}`)
    renameSync(folder.at(part), folder.at(name))
    folder.sync()
    return { owner, ...(kept && { keptOldFile: join(folder.path, kept) }) }
  } finally {
    rmSync(folder.at(part), { force: true })
  }
}

/**
 * The old store keeps its log: with it, it opens as it was. What a crash left beside a damaged file
 * must never be applied to the restored one.
 */
function setAside(folder: FolderHandle, name: string, kept: string): string {
  // A service that was started meanwhile.
  refuseInUse(find(folder, name))
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    if (find(folder, `${name}${suffix}`)) {
      renameSync(folder.at(`${name}${suffix}`), folder.at(`${kept}${suffix}`))
    }
  }
  return kept
}

function refuseInUse(old: Stats | undefined): void {
  const [holder] = old?.isFile() ? findHolders(old) : []
  if (holder !== undefined) throw new StoreError('store-in-use', `process ${holder} has it open`)
}

function find(folder: FolderHandle, name: string): Stats | undefined {
  return lstatSync(folder.at(name), { throwIfNoEntry: false })
}

async function withConnection<Result>(
  file: string,
  clock: Clock,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = connectSqlite({ file, clock, whenMissing: 'refuse' })
  try {
    return await use(connection)
  } finally {
    await connection.close()
  }
}
