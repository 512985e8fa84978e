import {
  type BigIntStats,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs'

/** Which file on the disk it is, whatever its name. */
export type FileIdentity = { readonly dev: bigint; readonly ino: bigint }

/** Notices that the files of an open database are no longer those that were opened (RULES 43). */
export type FileWatch = {
  readonly identity: FileIdentity
  /** After our own writes: how the file looks from now on. */
  settle(): void
  /** What is wrong, or undefined. Costs two looks at the file system. */
  find(): string | undefined
  /** Whether another file has the name of the database. */
  isReplaced(): boolean
  /** Only after the database is closed: closing a handle of a file gives up all locks on it. */
  close(): void
}

const headerBytes = 100

/** Opens the database file itself, follows no link, and looks at it from then on. The log is looked at once there is one. */
export function watchFile(file: string): FileWatch {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  const log = `${file}-wal`
  const opened = statOf(`/proc/self/fd/${handle}`)
  if (opened === undefined) throw new Error(`${file} cannot be looked at`)
  let seen = opened
  let header = readHeader()
  let openedLog: BigIntStats | undefined

  function readHeader(): Buffer {
    const bytes = Buffer.alloc(headerBytes)
    return bytes.subarray(0, readSync(handle, bytes, 0, headerBytes, 0))
  }

  /** A file may be touched; what SQLite writes at its beginning changes with each of its writes. */
  function isOverwritten(now: BigIntStats): boolean {
    if (now.mtimeNs === seen.mtimeNs && now.size === seen.size) return false
    if (now.size !== seen.size || !readHeader().equals(header)) return true
    seen = now
    return false
  }

  return {
    identity: opened,
    settle() {
      const now = statOf(file)
      if (now === undefined || !isSame(now, opened)) return
      openedLog ??= statOf(log)
      if (now.mtimeNs === seen.mtimeNs && now.size === seen.size) return
      seen = now
      header = readHeader()
    },
    find() {
      const now = statOf(file)
      if (now === undefined) return `${file} is gone`
      if (!isSame(now, opened)) return `${file} is another file than the one that was opened`
      if (isOverwritten(now)) return `${file} was written by another program`
      if (openedLog === undefined) return undefined
      const nowLog = statOf(log)
      if (nowLog === undefined) return `${log} is gone`
      if (!isSame(nowLog, openedLog)) return `${log} is another file than the one that was opened`
      return undefined
    },
    isReplaced() {
      const now = statOf(file)
      return now !== undefined && !isSame(now, opened)
    },
    close: () => closeSync(handle),
  }
}

export function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return one.dev === other.dev && one.ino === other.ino
}

/** How many handles of this process are open on the file. */
export function countHandles(identity: FileIdentity): number {
  const handles = readdirSync('/proc/self/fd').map((name) => statOf(`/proc/self/fd/${name}`))
  return handles.filter((found) => found !== undefined && isSame(found, identity)).length
}

function statOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })
}
