import { HoldfastError } from '../support/index.ts'

export type FileErrorCode = 'folder-not-safe' | 'file-exists' | 'file-unwritable'

/** Why a file is not written, in words for the person who ran the command. */
export class FileError extends HoldfastError<FileErrorCode> {}

/** The system's name of an error, such as ENOENT. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
