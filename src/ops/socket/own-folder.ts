import { mkdir } from 'node:fs/promises'
import { checkTrustedPath, FileError } from '../../files/index.ts'
import { OpsError } from '../errors.ts'

/**
 * Makes a folder where there is none, mode 0750, and sees to it that no other user can put something of theirs
 * into it or in its place. Throws OpsError `socket-not-usable`, or what the system says.
 */
export async function prepareOwnFolder(folder: string): Promise<void> {
  try {
    checkTrustedPath(folder, { last: 'ours' })
    await mkdir(folder, { recursive: true, mode: 0o750 })
    checkTrustedPath(folder, { last: 'ours' })
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause
    throw new OpsError('socket-not-usable', cause.message, { cause })
  }
}
