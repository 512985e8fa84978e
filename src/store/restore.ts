import { access, chmod, chown, copyFile, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import { type Clock, systemClock } from '../support/index.ts'
import type { Connection } from './connection.ts'
import { StoreError } from './errors.ts'
import type { Keyring } from './keyring.ts'
import { readVersion } from './migrate.ts'
import { migrations } from './migrations.ts'
import { createSqliteQueries } from './queries.ts'
import { openSealer } from './secrets.ts'
import { connectSqlite } from './sqlite/connection.ts'

export type RestoreOptions = {
  readonly backupFile: string
  /** The file the service uses. No service may run. */
  readonly targetFile: string
  readonly keyring: Keyring
  readonly clock?: Clock
}

/**
 * Puts a backup in the place of the store, after it has shown that it is whole, of a version this
 * program knows, and opens with this key. It belongs to whom the store belonged to, so that the
 * service can open it. Gives where the old file was put, if there was one.
 * Throws StoreError: `store-in-use`, `store-damaged`, `store-newer`, `store-key-wrong`, `store-failed`.
 */
export async function restoreStore(options: RestoreOptions): Promise<{ keptOldFile?: string }> {
  const { backupFile, targetFile, keyring, clock = systemClock } = options
  const part = `${targetFile}.restore-part`
  try {
    await rm(part, { force: true })
    await copyFile(backupFile, part)
    await chmod(part, 0o600)
    await checkBackup(part, keyring, clock)
    await forgetRemembered(part, clock)
    await giveToOwner(part, targetFile)
    if (!(await exists(targetFile))) {
      await moveInto(part, targetFile)
      return {}
    }
    await settleOldFile(targetFile, clock)
    const keptOldFile = `${targetFile}.before-restore-${clock.nowMs()}`
    await rename(targetFile, keptOldFile)
    // A log that was left beside a damaged file must never be applied to the restored one.
    if (await exists(`${targetFile}-wal`)) await rename(`${targetFile}-wal`, `${keptOldFile}-wal`)
    await moveInto(part, targetFile)
    return { keptOldFile }
  } catch (cause) {
    if (cause instanceof StoreError) throw cause
    throw new StoreError('store-failed', `restore of ${backupFile}`, { cause })
  } finally {
    await rm(part, { force: true })
    await rm(`${part}-wal`, { force: true })
  }
}

async function checkBackup(file: string, keyring: Keyring, clock: Clock): Promise<void> {
  const queries = createSqliteQueries()
  await withConnection(file, clock, async (connection) => {
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
    await openSealer({ connection, queries, keyring })
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

/** Owner and mode are those of the old file; where there is none the folder's owner alone may read it. */
async function giveToOwner(part: string, targetFile: string): Promise<void> {
  const old = await stat(targetFile).catch(() => undefined)
  const { uid, gid } = old ?? (await stat(dirname(targetFile)))
  await chown(part, uid, gid)
  await chmod(part, (old?.mode ?? 0o600) & 0o777)
}

/** Writes the old file's log into it. Only a damaged file may fail here: that is what restoring is for. */
async function settleOldFile(file: string, clock: Clock): Promise<void> {
  const queries = createSqliteQueries()
  try {
    await withConnection(file, clock, (connection) =>
      connection.run(sql`select 1`.compile(queries)),
    )
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'store-damaged') throw error
  }
}

async function withConnection(
  file: string,
  clock: Clock,
  use: (connection: Connection) => Promise<unknown>,
): Promise<void> {
  const connection = connectSqlite({ file, clock })
  try {
    await use(connection)
  } finally {
    await connection.close()
  }
}

/** The new name is on the disk before this resolves. */
async function moveInto(part: string, file: string): Promise<void> {
  await rename(part, file)
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
