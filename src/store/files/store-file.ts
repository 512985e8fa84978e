import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { checkTrustedPath } from '../../files/index.ts'

/**
 * The file of a store, at the end of all links. Root follows no path that another user can change: the folder itself
 * may belong to the service, its parents and links may not. Throws FileError `folder-not-safe`.
 */
export function findStoreFile(file: string): string {
  if (process.geteuid?.() === 0) {
    checkTrustedPath(find(file)?.isSymbolicLink() ? file : dirname(file), { last: 'any' })
  }
  try {
    return find(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file))
  } catch {
    // A folder that is not there, or a link to nowhere: opening it says so.
    return resolve(file)
  }
}

function find(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false })
}
