import { existsSync, lstatSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkTrustedPath } from '../../files/index.ts'
import { CliError } from '../errors.ts'
import { makeFolder, writeNewFiles } from '../files.ts'
import { credentialsFolder, type FileToWrite, initFileNames } from './first-configuration.ts'

/**
 * Refuses an unusable folder before the user has answered a question. Throws CliError `file-exists`, and FileError
 * `folder-not-safe` or `file-unwritable`.
 */
export function checkFolder(folder: string, { force }: { readonly force: boolean }): void {
  for (const each of [folder, join(folder, credentialsFolder)])
    checkTrustedPath(each, { last: 'ours' })
  if (force) return
  // An authority that is already there is one that the administrator wants.
  const { authorities, ...others } = initFileNames
  const present = Object.values(others)
    .map((name) => join(folder, name))
    .find((path) => lstatSync(path, { throwIfNoEntry: false }))
  if (present === undefined) return
  throw new CliError(
    'file-exists',
    `${present} exists already, so nothing was written. Add --force to write over it; the sealing key and the store are kept.`,
  )
}

/** Writes all of the files, or leaves things as they were. Folders that it has made for them go as well. */
export function writeInstallation(
  files: readonly FileToWrite[],
  folder: string,
  options: { readonly force: boolean },
): void {
  const made = [folder, join(folder, credentialsFolder)].flatMap(missingFolders)
  const missing = files
    .map(({ name }) => join(folder, name))
    .filter((path) => !lstatSync(path, { throwIfNoEntry: false }))
  try {
    makeFolder(folder, 0o755)
    makeFolder(join(folder, credentialsFolder), 0o700)
    // What is written here is loaded as the secrets of the service.
    checkTrustedPath(join(folder, credentialsFolder), { last: 'ours' })
    // The configuration comes last: where it exists, the rest exists too.
    writeNewFiles(
      files.map((file) => ({ ...file, path: join(folder, file.name) })).toReversed(),
      options,
    )
  } catch (error) {
    for (const path of missing) rmSync(path, { force: true })
    for (const each of made.toReversed()) removeIfEmpty(each)
    throw error
  }
}

/** The folders on the way that are not there yet, the topmost first. */
function missingFolders(folder: string): readonly string[] {
  return existsSync(folder) ? [] : [...missingFolders(dirname(folder)), folder]
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // It never existed, or it holds what others have put there.
  }
}
