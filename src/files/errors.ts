import { HoldfastError } from '../support/index.ts'

export type FileErrorCode = 'folder-not-safe' | 'file-exists' | 'file-unwritable'

/** Why a file is not written, in words for the person who ran the command. */
export class FileError extends HoldfastError<FileErrorCode> {}

/** The system's name of an error, such as ENOENT. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EISDIR: 'it is a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

/** Why a write failed, to put after "cannot be written": `: its folder does not exist (ENOENT)`. */
export function writeTrouble(error: unknown): string {
  const code = systemCode(error)
  const meaning = meanings[code]
  return `${meaning === undefined ? '' : `: ${meaning}`} (${code})`
}
