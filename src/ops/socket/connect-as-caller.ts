import { closeSync, constants, fchmodSync, fstatSync, openSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { HoldfastError } from '../../support/index.ts'
import { callerFolderName } from './caller-folder.ts'
import { type AdminConnection, connectAdmin, refusedBySystem } from './connection.ts'

/** open(2), O_PATH of Linux: Node has no name for it. A folder that may be entered and not listed can be opened so. */
const openPath = 0o10000000
const openFolder = openPath | constants.O_DIRECTORY
const createNew = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/**
 * Connects and proves who this process runs as, by creating the file that the service names (caller-folder.ts). `says`:
 * who the person also is, such as SUDO_USER. Where it cannot be proven the connection goes on without.
 *
 * Socket and folder are reached through one open handle of the folder they are in, and no link in it is followed: so a
 * socket of another user, to which root was led, cannot pass on a challenge of the real service. Throws as
 * connectAdmin.
 */
export async function connectAsCaller(
  path: string,
  says: string | undefined,
): Promise<AdminConnection> {
  let folder: number
  try {
    folder = openSync(dirname(path), openFolder)
  } catch (error) {
    throw refusedBySystem(error, path)
  }
  try {
    const connection = await connectAdmin(handlePath(folder, basename(path)), path)
    try {
      await proveCaller(connection, folder, says)
    } catch (error) {
      if (!(error instanceof HoldfastError) && !isSystemError(error)) throw error
    }
    return connection
  } finally {
    closeSync(folder)
  }
}

async function proveCaller(
  connection: AdminConnection,
  folder: number,
  says: string | undefined,
): Promise<void> {
  const asked = Object(await connection.call('caller.begin', says === undefined ? {} : { says }))
  const { name, content } = asked
  if (typeof name !== 'string' || !/^[0-9a-f]{32}$/.test(name)) return
  if (typeof content !== 'string' || !/^[0-9a-f]{32}$/.test(content)) return
  const callers = openSync(handlePath(folder, callerFolderName), openFolder | constants.O_NOFOLLOW)
  try {
    // A link that is opened so is the link itself.
    if (!fstatSync(callers).isDirectory()) return
    const file = openSync(handlePath(callers, name), createNew, 0o600)
    try {
      writeSync(file, content)
      // The service reads it as another user; it holds no secret.
      fchmodSync(file, 0o644)
      await connection.call('caller.prove', {})
    } finally {
      closeSync(file)
      // The service removes it; this is for one that did not.
      removeOwn(handlePath(callers, name))
    }
  } finally {
    closeSync(callers)
  }
}

function removeOwn(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // The service removes what is left over.
  }
}

function handlePath(folder: number, name: string): string {
  return join('/proc/self/fd', String(folder), name)
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
