import { constants, renameSync, rmSync, type Stats } from 'node:fs'
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
} from '../../files/index.ts'
import { type Clock, systemClock } from '../../support/index.ts'
import type { Connection } from '../connection.ts'
import { StoreError, toFileFailure } from '../errors.ts'
import { readVersion } from '../migrations/migrate.ts'
import { migrations } from '../migrations/migrations.ts'
import { openStore } from '../open-store.ts'
import { forgetPassing, passingTables } from '../passing.ts'
import { createSqliteQueries } from '../queries.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { openSealer } from '../sealing/secrets.ts'
import { commandCommitTimeoutMs, connectSqlite } from '../sqlite/connection.ts'
import { findIn, setAside } from './set-aside.ts'
import { findStoreFile } from './store-file.ts'

/** Reading all of a store of years takes its time. */
const longMs = 3_600_000

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
  readonly contents: BackupContents
}

export type BackupContents = {
  readonly users: number
  readonly authenticators: number
  readonly auditRows: number
  /** When the last of them ended; undefined where there is none. */
  readonly newestAtMs?: number
}

/**
 * Puts a backup in place of the store, after it has shown that it is whole, of a version this program knows, and
 * opens with this key. It belongs to the owner of the store, so that the service can open it. The old store stays as it
 * is until the new one is on the disk. Everything that SQLite does by a path happens in a folder that no other user can
 * enter; the folder of the store, where the service's user can do anything, is used through its handle. Throws
 * StoreError: `store-in-use`, `store-damaged`, `store-newer`, `store-key-wrong`, `store-full`, `store-failed`; and
 * FileError `folder-not-safe`.
 */
export async function restoreStore(options: RestoreOptions): Promise<Restored> {
  const { backupFile, keyring, clock = systemClock } = options
  const file = findStoreFile(options.targetFile)
  try {
    const folder = openFolder(dirname(file))
    try {
      refuseInUse(findIn(folder, basename(file)))
      const work = makePrivateFolder(folder.path)
      try {
        const copy = join(work.path, 'restored')
        await copyBackup(backupFile, copy)
        const checked = await checkBackup(copy, keyring, clock)
        await forgetPassingIn(copy, clock)
        await noteRestore(copy, options)
        return { ...checked, ...(await exchange(copy, folder, basename(file), clock)) }
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

/** Heads of the audit that were kept before need not be in it: a row says so, which cannot be written without the key. */
async function noteRestore(
  copy: string,
  { keyring, node, detail = {}, clock = systemClock }: RestoreOptions,
): Promise<void> {
  const store = await openStore({
    ...{ file: copy, keyring, node, clock },
    whenMissing: 'refuse',
    commitTimeoutMs: commandCommitTimeoutMs,
  })
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
      throw new StoreError('store-damaged', `${backupFile} is not a file`)
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

type CheckedBackup = Pick<Restored, 'installationId' | 'contents'>

/** Tells what the backup is of, and what is in it. */
async function checkBackup(file: string, keyring: Keyring, clock: Clock): Promise<CheckedBackup> {
  const queries = createSqliteQueries()
  return await withConnection(file, clock, async (connection) => {
    const check = sql<{ integrity_check: string }>`pragma integrity_check`.compile(queries)
    const [[first]] = await connection.atomically([check], { timeoutMs: longMs })
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
    return { installationId: id, contents: await countContents(connection) }
  })
}

/** The tables have been there from the first version on. */
async function countContents(connection: Connection): Promise<BackupContents> {
  const count = sql<{
    users: number
    authenticators: number
    auditRows: number
    newestAtMs: number | null
  }>`select (select count(*) from user) as users,
    (select count(*) from authenticator) as authenticators,
    (select count(*) from audit) as "auditRows",
    (select max(ended_at_ms) from audit) as "newestAtMs"`
  const [[found]] = await connection.atomically([count.compile(createSqliteQueries())], {
    timeoutMs: longMs,
  })
  if (found === undefined) throw new StoreError('store-damaged', 'the backup holds no store')
  const { newestAtMs, ...counts } = found
  return newestAtMs === null ? counts : { ...counts, newestAtMs }
}

async function forgetPassingIn(file: string, clock: Clock): Promise<void> {
  const queries = createSqliteQueries()
  await withConnection(file, clock, async (connection) => {
    const find = sql<{ name: string }>`select name from sqlite_master where type = 'table'`
    const found = await connection.run(find.compile(queries))
    // A backup of an earlier version has not all of them.
    const tables = passingTables.filter((table) => found.some(({ name }) => name === table))
    await connection.atomically(forgetPassing(queries, tables))
  })
}

/** First the new file is whole on the disk, beside the old one; then names change. */
async function exchange(
  copy: string,
  folder: FolderHandle,
  name: string,
  clock: Clock,
): Promise<Pick<Restored, 'owner' | 'keptOldFile'>> {
  const old = findIn(folder, name)
  const owner: Owner = old?.isFile() ? { uid: old.uid, gid: old.gid } : folder.owner
  // For others than owner and group there is nothing to read in it.
  const mode = old?.isFile() ? old.mode & 0o660 : 0o600
  const part = `${name}.restore-${clock.nowMs()}`
  await placeFile(copy, folder, part, { mode, owner })
  try {
    // A service that was started meanwhile.
    refuseInUse(findIn(folder, name))
    const kept = `${name}.before-restore-${clock.nowMs()}`
    setAside(folder, name, kept)
    renameSync(folder.at(part), folder.at(name))
    folder.sync()
    return { owner, ...(old && { keptOldFile: join(folder.path, kept) }) }
  } finally {
    rmSync(folder.at(part), { force: true })
  }
}

function refuseInUse(old: Stats | undefined): void {
  const [holder] = old?.isFile() ? findHolders(old) : []
  if (holder !== undefined) throw new StoreError('store-in-use', `process ${holder} has it open`)
}

async function withConnection<Result>(
  file: string,
  clock: Clock,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = connectSqlite({
    ...{ file, clock },
    whenMissing: 'refuse',
    commitTimeoutMs: commandCommitTimeoutMs,
  })
  try {
    return await use(connection)
  } finally {
    await connection.close()
  }
}
