import { mkdir, stat } from 'node:fs/promises'
import { OpsError } from './errors.ts'

/**
 * Makes a folder where there is none, mode 0750, and sees to it that nobody else could put something of theirs
 * into it. Throws OpsError `socket-not-usable`, or what the system says.
 */
export async function prepareOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 })
  const { mode, uid } = await stat(folder)
  if ((mode & 0o002) !== 0) {
    throw new OpsError('socket-not-usable', `${folder} is writable by everybody`)
  }
  if (uid !== process.getuid?.() && uid !== 0) {
    throw new OpsError('socket-not-usable', `${folder} belongs to another user`)
  }
}
