import { basename, dirname, join } from 'node:path'
import { FileError, makePrivateFolder, openFolder, placeFile } from '../../files/index.ts'
import type { Connection } from '../connection.ts'
import { StoreError, toFileFailure } from '../errors.ts'

/**
 * Copies the store to `file` while it serves. The file appears whole or not at all, readable by
 * its owner only. SQLite takes a path for its copy, so that is made in a folder that no other user
 * can enter. Throws StoreError `file-exists`, or what failed.
 */
export async function writeBackup(connection: Connection, file: string): Promise<void> {
  try {
    const folder = openFolder(dirname(file))
    try {
      const work = makePrivateFolder(folder.path)
      try {
        const copy = join(work.path, 'copy')
        await connection.copyTo(copy)
        await placeFile(copy, folder, basename(file), { mode: 0o600 })
      } finally {
        work.remove()
      }
    } finally {
      folder.close()
    }
  } catch (cause) {
    const exists = cause instanceof FileError && cause.code === 'file-exists'
    throw exists
      ? new StoreError('file-exists', `backup to ${file}`, { cause })
      : toFileFailure(cause, `backup to ${file}`)
  }
}
