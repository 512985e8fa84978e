import { closeSync, constants, fstatSync, fsyncSync, openSync } from 'node:fs'
import { join } from 'node:path'

export type Owner = { readonly uid: number; readonly gid: number }

/** A folder that stays the one that was opened, even if its path leads elsewhere later. */
export type FolderHandle = {
  /** As it was opened, for texts. */
  readonly path: string
  readonly owner: Owner
  /** A path of `name` in this folder and no other. Node has no openat(2); Linux takes this instead. */
  at(name: string): string
  /** New and changed names are on the disk afterwards. */
  sync(): void
  close(): void
}

/** Opens a folder. Throws what the system says. */
export function openFolder(path: string): FolderHandle {
  const handle = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  const { uid, gid } = fstatSync(handle)
  return {
    path,
    owner: { uid, gid },
    at(name) {
      if (name === '' || name === '.' || name === '..' || name.includes('/')) {
        throw new RangeError(`${name} is not the name of a file`)
      }
      return join('/proc/self/fd', String(handle), name)
    },
    sync: () => fsyncSync(handle),
    close: () => closeSync(handle),
  }
}
