import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, constantTimeEqual } from '../../support/index.ts'
import { OpsError } from '../errors.ts'

// Node cannot ask a Unix socket who is at its other end (no SO_PEERCRED). The kernel knows who creates a file: the
// service names one that cannot be guessed, the caller creates it, and its owner is the caller. Others may write in
// the folder, not list it, and may not take away each other's files (sticky).

/** What a caller has to create: a file of this name, with this content. */
export type Challenge = { readonly name: string; readonly content: string; readonly atMs: number }

export type CallerFolder = {
  challenge(): Promise<Challenge>
  /** The owner of the file, which is removed; undefined where it is not what was asked for, or too late. */
  verify(challenge: Challenge): Promise<number | undefined>
}

const folderMode = 0o1733
const writableByOthers = 0o022
const randomDigits = 32
/** From the challenge to the proof; the command does nothing in between. */
const proofMs = 5_000
const sweepEveryMs = 60_000

/** Name of the folder beside a socket. */
export const callerFolderName = 'callers'

/** Makes the folder again or takes the one that is there. Throws OpsError `socket-not-usable` for one of another user. */
export async function prepareCallerFolder(path: string, clock: Clock): Promise<CallerFolder> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await lstat(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new OpsError('socket-not-usable', `${path} is not a folder of the service's own`)
  }
  await chmod(path, folderMode)
  let sweptAtMs = Number.NEGATIVE_INFINITY

  /** What callers left who went away, or put here for no reason. */
  async function sweep(): Promise<void> {
    const nowMs = clock.nowMs()
    if (nowMs - sweptAtMs < sweepEveryMs) return
    sweptAtMs = nowMs
    // Files have the time of the machine.
    const shownMs = clock.machineMs?.() ?? nowMs
    for (const name of await readdir(path)) {
      const left = await lstat(join(path, name)).catch(() => undefined)
      if (left !== undefined && shownMs - left.ctimeMs > 2 * proofMs) await remove(join(path, name))
    }
  }

  return {
    async challenge() {
      await sweep()
      const [name, content] = [randomText(), randomText()]
      return { name, content, atMs: clock.nowMs() }
    },

    async verify({ name, content, atMs }) {
      const file = join(path, name)
      try {
        if (clock.nowMs() - atMs > proofMs) return undefined
        return await ownerOf(file, content)
      } finally {
        await remove(file)
      }
    },
  }
}

/**
 * Whose file it is. A link could lead to another user's file, and so could a second name of it; one that was moved here
 * does not have the content, which only its owner can have written since.
 */
async function ownerOf(path: string, content: string): Promise<number | undefined> {
  // Without waiting: a pipe would otherwise hold up the answer until a process writes into it.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { uid, nlink, mode, size } = await file.stat()
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG
    if (!isFile || nlink !== 1 || (mode & writableByOthers) !== 0) return undefined
    if (size !== randomDigits) return undefined
    const bytes = Buffer.alloc(randomDigits)
    const { bytesRead } = await file.read(bytes, 0, randomDigits, 0)
    const isOurs = constantTimeEqual(bytes.subarray(0, bytesRead), Buffer.from(content))
    return isOurs ? uid : undefined
  } finally {
    await file.close()
  }
}

/** Only the name itself: this process follows no path that callers put below a folder of theirs. */
async function remove(path: string): Promise<void> {
  await unlink(path)
    .catch(() => rmdir(path))
    .catch(() => undefined)
}

function randomText(): string {
  return randomBytes(randomDigits / 2).toString('hex')
}
