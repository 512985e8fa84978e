import { chmodSync, existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from './errors.ts'

const maximumBytes = 16 * 1024 * 1024

/** Reads a file that somebody named. Throws CliError `file-unreadable`. */
export function readText(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CliError('file-unreadable', `${file} cannot be read (${codeOf(cause)}).`, { cause })
  }
  if (text.length > maximumBytes) throw new CliError('file-unreadable', `${file} is too large.`)
  return text
}

/** The first line of a file that holds a secret. */
export function readSecretLine(file: string): string {
  return readText(file).split(/\r?\n/, 1)[0] ?? ''
}

/**
 * Writes a new file with exactly this mode, whatever the umask. With `force` what stands there is
 * removed first, so that no link is followed. Throws CliError `file-exists` and `file-unwritable`.
 */
export function writeNewFile(
  file: string,
  content: string | Uint8Array,
  options: { readonly mode: number; readonly force?: boolean },
): void {
  try {
    if (options.force) rmSync(file, { force: true })
    writeFileSync(file, content, { mode: 0o600, flag: 'wx' })
    chmodSync(file, options.mode)
  } catch (cause) {
    throw fileError(file, cause)
  }
}

/**
 * Writes several new files, or none when one of them is there already. `force` writes over those that
 * are there, except where `keep` says that their content must not be lost.
 */
export function writeNewFiles(
  files: readonly {
    readonly path: string
    readonly content: string
    readonly mode: number
    readonly keep: boolean
  }[],
  options: { readonly force: boolean },
): void {
  const present = files.filter(({ path }) => existsSync(path))
  const [first] = present
  if (first && !options.force) {
    throw new CliError(
      'file-exists',
      `${first.path} exists; nothing was written. --force writes over it.`,
    )
  }
  for (const file of files) {
    if (file.keep && present.includes(file)) continue
    writeNewFile(file.path, file.content, { mode: file.mode, force: options.force })
  }
}

/** Whether two paths lead to one file. A path that leads nowhere counts as it is written. */
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

/** Says what a failed write means. */
export function fileError(file: string, cause: unknown): CliError {
  return codeOf(cause) === 'EEXIST'
    ? new CliError('file-exists', `${file} exists and is not overwritten.`, { cause })
    : new CliError('file-unwritable', `${file} cannot be written (${codeOf(cause)}).`, { cause })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
