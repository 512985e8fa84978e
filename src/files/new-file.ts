import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { FileError, systemCode, writeTrouble } from './errors.ts'
import type { FolderHandle, Owner } from './folder.ts'

export type NewFile = {
  readonly content: string | Uint8Array
  /** Exactly this, whatever the umask. */
  readonly mode: number
  /** Default: this user. */
  readonly owner?: Owner
  /** Takes the place of what has the name, in one step; a link is replaced and not followed. Default: an error. */
  readonly replace?: boolean
}

const createNew = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/**
 * Writes a whole file into a folder, or nothing. Owner and mode are set on the open file and not by its name. Otherwise
 * another user who may write in the folder could turn them on a file of root's. Throws FileError `file-exists` or
 * `file-unwritable`.
 */
export function writeFileIn(folder: FolderHandle, name: string, file: NewFile): void {
  const written = file.replace ? `.${name}.${randomBytes(8).toString('hex')}` : name
  let isUnfinished = false
  try {
    const handle = openSync(folder.at(written), createNew, 0o600)
    isUnfinished = true
    try {
      writeFileSync(handle, file.content)
      if (file.owner) fchownSync(handle, file.owner.uid, file.owner.gid)
      fchmodSync(handle, file.mode)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    if (file.replace) renameSync(folder.at(written), folder.at(name))
    isUnfinished = false
    folder.sync()
  } catch (cause) {
    throw fileError(join(folder.path, name), cause)
  } finally {
    // Through the handle: whatever the path leads to by now, only this folder can lose a name.
    if (isUnfinished) rmSync(folder.at(written), { force: true })
  }
}

/** What a write failed with, in words. */
export function fileError(path: string, cause: unknown): FileError {
  return systemCode(cause) === 'EEXIST'
    ? new FileError(
        'file-exists',
        `${path} exists already and is not overwritten. Name another file.`,
        { cause },
      )
    : new FileError('file-unwritable', `${path} cannot be written${writeTrouble(cause)}.`, {
        cause,
      })
}
