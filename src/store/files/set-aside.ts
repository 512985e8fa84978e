import { lstatSync, renameSync, type Stats } from 'node:fs'
import type { FolderHandle } from '../../files/index.ts'

/**
 * Gives the files of a store that has the name, or had it, the name `kept`. The old store keeps its log:
 * with it, it opens as it was. The log of a store that is gone must never be applied to the next one.
 */
export function setAside(folder: FolderHandle, name: string, kept: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    if (findIn(folder, `${name}${suffix}`)) {
      renameSync(folder.at(`${name}${suffix}`), folder.at(`${kept}${suffix}`))
    }
  }
}

/** What has the name in the folder; a link is not followed. */
export function findIn(folder: FolderHandle, name: string): Stats | undefined {
  return lstatSync(folder.at(name), { throwIfNoEntry: false })
}
