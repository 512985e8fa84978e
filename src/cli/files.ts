import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import {
  checkTrustedPath,
  type FolderHandle,
  fileError,
  type Owner,
  openFolder,
  writeFileIn,
} from '../files/index.ts'
import { fileProblem, readSecretBytes, type SecretText } from '../support/index.ts'
import { CliError } from './errors.ts'
import { type CliIo, note } from './io.ts'

const maximumBytes = 16 * 1024 * 1024

/** Reads a file that someone named. Throws CliError `file-unreadable`. */
export function readText(file: string): string {
  return readBytes(file).toString()
}

/**
 * The first line of a file that holds a secret. What is likely a mistake in it goes to standard error.
 * Throws CliError `file-unreadable`, also for what no secret can hold.
 */
export function readSecretLine(file: string, io: CliIo): string {
  const { text, remarks } = readFirstLine(file)
  for (const remark of remarks) note(io, `holdfast: ${file} ${remark}.`)
  return text
}

/** The first line of a file that holds a key or a seed, written in letters: blanks around it mean nothing. */
export function readKeyLine(file: string): string {
  return readFirstLine(file).text.trim()
}

function readFirstLine(file: string): Extract<SecretText, { kind: 'text' }> {
  const found = readSecretBytes(readBytes(file), { extraLines: true })
  if (found.kind === 'text') return found
  throw new CliError('file-unreadable', `${file} ${found.why}.`)
}

/** Reads a file that was named. Throws CliError `file-unreadable`. */
export function readBytes(file: string): Buffer {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    throw new CliError('file-unreadable', `${fileProblem(file, cause)}.`, { cause })
  }
  if (bytes.length > maximumBytes) throw new CliError('file-unreadable', `${file} is too large.`)
  return bytes
}

/**
 * Writes a new file with exactly this mode, whatever the umask. With `force` it takes the place of what
 * is there, in one step, so that no link is followed. Throws FileError `file-exists` and `file-unwritable`.
 */
export function writeNewFile(
  file: string,
  content: string | Uint8Array,
  options: { readonly mode: number; readonly force?: boolean; readonly owner?: Owner },
): void {
  const { force = false, ...rest } = options
  inFolderOf(file, (folder, name) =>
    writeFileIn(folder, name, { content, replace: force, ...rest }),
  )
}

/** Works on a name in a folder that stays the same one meanwhile. */
function inFolderOf<Result>(
  file: string,
  work: (folder: FolderHandle, name: string) => Result,
): Result {
  const folder = openFolderOf(file)
  try {
    return work(folder, basename(file))
  } finally {
    folder.close()
  }
}

/** Opens the folder of a file. Throws FileError `file-unwritable`. */
export function openFolderOf(file: string): FolderHandle {
  try {
    return openFolder(dirname(resolve(file)))
  } catch (cause) {
    throw fileError(file, cause)
  }
}

/**
 * Makes a folder with this mode, whatever the umask, and those above it, where no other user can
 * exchange them. One that is there keeps its mode. The StateDirectory of a unit with DynamicUser= is a link: where
 * that leads nowhere, the folder is made where it leads. Throws FileError.
 */
export function makeFolder(folder: string, mode: number): void {
  if (existsSync(folder)) return
  checkTrustedPath(folder, { last: 'ours' })
  const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true
  if (isLink) {
    makeFolder(resolve(dirname(folder), readlinkSync(folder)), mode)
    return
  }
  try {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, mode)
  } catch (cause) {
    throw fileError(folder, cause)
  }
}

/**
 * Writes several new files, or none when one of them is there that must not be. `force` also overwrites those, but
 * never one that must be kept.
 */
export function writeNewFiles(
  files: readonly {
    readonly path: string
    readonly content: string
    readonly mode: number
    readonly whenPresent: 'refuse' | 'keep' | 'replace'
  }[],
  options: { readonly force: boolean },
): void {
  const present = files.filter(({ path }) => lstatSync(path, { throwIfNoEntry: false }))
  const first = present.find(({ whenPresent }) => whenPresent !== 'replace')
  if (first && !options.force) {
    throw new CliError(
      'file-exists',
      `${first.path} exists already, so nothing was written. Add --force to write over it.`,
    )
  }
  for (const file of files) {
    const isPresent = present.includes(file)
    if (isPresent && file.whenPresent === 'keep') continue
    writeNewFile(file.path, file.content, { mode: file.mode, force: isPresent })
  }
}

/** Whether two paths lead to one file. A path that leads nowhere is compared as it is written. */
export function isSameFile(one: string, other: string): boolean {
  return realPath(one) === realPath(other)
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}
