import { closeSync, constants, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { StoreError } from '../errors.ts'
import { countHandles, type FileIdentity, type FileWatch, isSame, watchFile } from './file-watch.ts'

export type OpenedFile = { readonly database: DatabaseSync; readonly watch: FileWatch }

/**
 * Opens the database for us alone. SQLite takes a path, which may lead elsewhere a moment later: root
 * works in the folder of the service's user. So SQLite makes no file, and what it opened must be the
 * file that we opened ourselves, without following a link. Throws StoreError `store-missing` or
 * `store-gone`, or what SQLite says.
 */
export function openFile(options: {
  readonly file: string
  readonly whenMissing?: 'make' | 'refuse' | undefined
  /** The only file that will do. */
  readonly opened?: FileIdentity | undefined
}): OpenedFile {
  const { file, whenMissing = 'make', opened } = options
  if (whenMissing === 'make') makeFile(file)
  const watch = watchExisting(file)
  try {
    if (opened !== undefined && !isSame(watch.identity, opened)) {
      throw new StoreError('store-gone', 'it is another file than the one that was opened')
    }
    const database = openWatched(file, watch.identity)
    watch.settle()
    return { database, watch }
  } catch (error) {
    watch.close()
    throw error
  }
}

/** Readable by us alone, and so is the log, which takes after it. */
function makeFile(file: string): void {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  try {
    closeSync(openSync(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600))
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

function watchExisting(file: string): FileWatch {
  try {
    return watchFile(file)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    throw new StoreError('store-missing', 'the file is not there', { cause: error })
  }
}

function openWatched(file: string, identity: FileIdentity): DatabaseSync {
  const place = pathToFileURL(file)
  place.searchParams.set('mode', 'rw')
  const handles = countHandles(identity)
  const opened = new DatabaseSync(place, { timeout: 0 })
  try {
    if (countHandles(identity) <= handles) {
      throw new StoreError('store-gone', 'it was exchanged while it was being opened')
    }
    // Exclusive before WAL: the lock is held for good, and a second process is told so at once.
    opened.exec('pragma locking_mode = exclusive')
    opened.exec('pragma journal_mode = wal')
    opened.exec('pragma synchronous = full')
    // Deleted secrets are overwritten, not left in free pages.
    opened.exec('pragma secure_delete = on')
    opened.exec('begin immediate; commit')
    return opened
  } catch (error) {
    opened.close()
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
