import { alwaysReached, sureOfAll } from '../accounts/index.ts'
import type { Clock } from '../support/index.ts'
import type { Database } from './database.ts'
import { writeBackup } from './files/backup.ts'
import { findStoreFile } from './files/store-file.ts'
import { sqliteTypes } from './migrations/migration.ts'
import { createSqliteQueries } from './queries.ts'
import { connectSqlite } from './sqlite/connection.ts'

/** A SQLite file, for this process alone. It is opened with the first question. Throws FileError `folder-not-safe`. */
export function openSqlite(options: {
  readonly file: string
  readonly clock: Clock
  readonly whenMissing: 'make' | 'refuse'
  readonly commitTimeoutMs?: number | undefined
  readonly commitDelayMs?: Int32Array | undefined
}): Database {
  const { clock, whenMissing, commitTimeoutMs, commitDelayMs } = options
  const file = findStoreFile(options.file)
  const connection = connectSqlite({
    ...{ file, clock, whenMissing },
    ...(commitTimeoutMs === undefined ? {} : { commitTimeoutMs }),
    ...(commitDelayMs === undefined ? {} : { commitDelayMs }),
  })
  return {
    ...{ connection, name: file },
    queries: createSqliteQueries(),
    types: sqliteTypes,
    isShared: false,
    cacheUsers: 10_000,
    ...{ takeOvers: sureOfAll, reach: alwaysReached },
    keepCopy: (version) => writeBackup(connection, `${file}.v${version}-${clock.nowMs()}`),
  }
}
