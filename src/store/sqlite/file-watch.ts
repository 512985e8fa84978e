import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
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

/** Looks at the database file and, once there is one, at its log. Follows no link. */
export function watchFile(file: string): FileWatch {
  const database = watchOne(file)
  let log: OneFile | undefined
  return {
    identity: database.identity,
    settle() {
      if (database.isReplaced() !== false) return
      database.settle()
      log ??= watchIfThere(`${file}-wal`)
      log?.settle()
    },
    find: () => database.find() ?? log?.find(),
    isReplaced: () => database.isReplaced() === true,
    close() {
      log?.close()
      database.close()
    },
  }
}

type OneFile = Omit<FileWatch, 'isReplaced'> & {
  /** Undefined where no file has the name. */
  isReplaced(): boolean | undefined
}

function watchOne(file: string): OneFile {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
  const opened = fstatSync(handle, { bigint: true })
  let seen = opened
  let header = readHeader()

  function readHeader(): Buffer {
    const bytes = Buffer.alloc(headerBytes)
    return bytes.subarray(0, readSync(handle, bytes, 0, headerBytes, 0))
  }

  /** A file may be touched; what SQLite writes at its beginning changes with each of its writes. */
  function isOverwritten(now: BigIntStats): boolean {
    if (looksLike(now, seen)) return false
    if (now.size !== seen.size || !readHeader().equals(header)) return true
    seen = now
    return false
  }

  return {
    identity: opened,
    settle() {
      const now = fstatSync(handle, { bigint: true })
      if (looksLike(now, seen)) return
      seen = now
      header = readHeader()
    },
    find() {
      const now = lookAt(file)
      if (now === undefined) return `${file} is gone`
      if (!isSame(now, opened)) return `${file} is another file than the one that was opened`
      return isOverwritten(now) ? `${file} was written by another program` : undefined
    },
    isReplaced() {
      const now = lookAt(file)
      return now && !isSame(now, opened)
    },
    close: () => closeSync(handle),
  }
}

function watchIfThere(file: string): OneFile | undefined {
  return lookAt(file) && watchOne(file)
}

function looksLike(one: BigIntStats, other: BigIntStats): boolean {
  return one.mtimeNs === other.mtimeNs && one.size === other.size
}

export function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return one.dev === other.dev && one.ino === other.ino
}

/** How many handles of this process are open on the file. */
export function countHandles(identity: FileIdentity): number {
  const handles = readdirSync('/proc/self/fd').map((name) =>
    statSync(`/proc/self/fd/${name}`, { bigint: true, throwIfNoEntry: false }),
  )
  return handles.filter((found) => found !== undefined && isSame(found, identity)).length
}

/** What has the name; a link is not followed. */
function lookAt(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })
}
