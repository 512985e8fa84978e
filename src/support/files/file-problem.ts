import { NotUtf8Error } from './text-bytes.ts'

const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go round in a circle',
}

/** What an error of the file system means, with the file and the code: `PATH cannot be read: there is no such file (ENOENT)`. */
export function fileProblem(path: string, error: unknown): string {
  if (error instanceof NotUtf8Error) return error.message
  const code = systemCode(error)
  // What a parser says may quote the file.
  if (code === undefined) return `${path} cannot be read`
  const meaning = meanings[code]
  return `${path} cannot be read${meaning === undefined ? '' : `: ${meaning}`} (${code})`
}

/** Errors of others, such as those of YAML, have codes that say nothing to people. */
function systemCode(error: unknown): string | undefined {
  const isOfSystem = error instanceof Error && 'syscall' in error && 'code' in error
  return isOfSystem ? String(error.code) : undefined
}

/** The path that a failed call of the file system was about. */
export function pathOfError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('path' in error)) return undefined
  return typeof error.path === 'string' ? error.path : undefined
}
