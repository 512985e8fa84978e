import { mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FileError } from './errors.ts'
import { checkTrustedPath } from './trusted-path.ts'

/** A folder of this user only, for files that are not finished. */
export type PrivateFolder = { readonly path: string; remove(): void }

/**
 * Makes a folder that only this user can enter, in `near` or the next folder above it that no other
 * user can change; where none can be written, in the temporary folder. So root, who restores into
 * the folder of the service, works beside it and on the same disk. Throws FileError `file-unwritable`.
 */
export function makePrivateFolder(near: string): PrivateFolder {
  for (const parent of [...foldersUp(near).filter(isUnchangedByOthers), tmpdir()]) {
    const path = tryMake(parent)
    if (path !== undefined) {
      return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
    }
  }
  throw new FileError(
    'file-unwritable',
    `No folder for unfinished files can be made near ${near} or in ${tmpdir()}.`,
  )
}

function foldersUp(path: string): string[] {
  const folders = [realpathSync(path)]
  for (let at = folders[0] ?? '/'; at !== '/'; ) {
    at = dirname(at)
    folders.push(at)
  }
  return folders
}

/** What a user makes in a sticky folder, such as /tmp, others cannot exchange. */
function isUnchangedByOthers(folder: string): boolean {
  try {
    checkTrustedPath(folder, { last: 'any' })
  } catch {
    return false
  }
  const { uid, mode } = statSync(folder)
  if ((mode & 0o1000) !== 0) return uid === 0 || uid === process.geteuid?.()
  return uid === process.geteuid?.() && (mode & 0o022) === 0
}

function tryMake(parent: string): string | undefined {
  try {
    return mkdtempSync(join(parent, '.holdfast-'))
  } catch {
    // Such as a file system that is read only: the next one may work.
    return undefined
  }
}
