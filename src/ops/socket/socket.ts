import { chmod, chown, lstat, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { type Clock, type CommandCaller, messageOf, systemClock } from '../../support/index.ts'
import { OpsError } from '../errors.ts'
import { callerFolderName, prepareCallerFolder } from './caller-folder.ts'
import { connectAdmin } from './connection.ts'
import { prepareOwnFolder } from './own-folder.ts'
import { maxImportBytes } from './protocol.ts'
import {
  type AdminOperation,
  type ConnectionLimits,
  type EndConnection,
  serveConnection,
} from './serve-connection.ts'
import { createSlots, type SlotLimits } from './slots.ts'
import { findUserName } from './system-names.ts'
import { createTokenBucket, type TokenBucket, type TokenBucketLimits } from './token-bucket.ts'

export type AdminSocket = {
  /** Ends all connections, aborts what runs, removes the socket. */
  close(): Promise<void>
}

/** What a socket allows. */
export type SocketLimits = {
  readonly slots: SlotLimits
  readonly connection: ConnectionLimits
  /** Requests of a connection whose caller is not known, and of all connections of a user but root. */
  readonly requests: { readonly unproven: TokenBucketLimits; readonly user: TokenBucketLimits }
}

/** For administrators: many seeds in one request, backups in many. */
export const adminLimits: SocketLimits = {
  slots: { total: 64, forRoot: 16, perUser: 16 },
  connection: {
    requestBytes: maxImportBytes,
    requestsAtOnce: 32,
    silentMs: 10_000,
    idleMs: { unproven: 120_000, proven: 600_000 },
  },
  requests: {
    unproven: { burst: 1000, perSecond: 500 },
    user: { burst: 1000, perSecond: 500 },
  },
}

/** For people who ask what a person types, as fast as a person types. */
export const helpdeskLimits: SocketLimits = {
  slots: { total: 32, forRoot: 2, perUser: 4 },
  connection: {
    requestBytes: 16_384,
    requestsAtOnce: 4,
    silentMs: 5_000,
    idleMs: { unproven: 5_000, proven: 60_000 },
  },
  requests: {
    unproven: { burst: 10, perSecond: 1 },
    user: { burst: 60, perSecond: 10 },
  },
}

export type AdminSocketOptions = {
  readonly path: string
  /** Default: `admin-socket`, with its limits and the system's clock. */
  readonly via?: Exclude<CommandCaller['via'], 'store'>
  readonly limits?: SocketLimits
  readonly clock?: Clock
  readonly operations: Readonly<Record<string, AdminOperation>>
  /** Takes every name that is not an operation. Default: `operation-unknown`. */
  readonly otherwise?: (operation: string) => AdminOperation
  /** Number of the group that may speak to it. Default: the service's own. */
  readonly group?: number
  /** Told of every failure that is not a HoldfastError. */
  onInternalError(operation: string, error: unknown): void
}

/** Room in `sockaddr_un.sun_path`, less the closing zero. */
const maxPathBytes = 107

/**
 * Listens for commands on a Unix stream socket, mode 0660, and proves who its callers are where they let it. A
 * socket without a listener is replaced; a missing folder is made. Throws OpsError `socket-in-use` or
 * `socket-not-usable`.
 */
export async function startAdminSocket(options: AdminSocketOptions): Promise<AdminSocket> {
  const {
    path,
    operations,
    via = 'admin-socket',
    limits = adminLimits,
    clock = systemClock,
  } = options
  await prepareFolder(path, options.group)
  await removeStaleSocket(path)
  const callers = await prepareCallerFolder(join(dirname(path), callerFolderName), clock).catch(
    (error: unknown) => {
      throw asOpsError(error, path)
    },
  )
  const slots = createSlots(limits.slots)
  const bucketOf = createTokenBuckets(limits, clock)
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    // There is nothing to end before the connection is served.
    let end: EndConnection = () => undefined
    const slot = slots.enter((why) => end(why))
    if (slot === undefined) {
      socket.on('error', () => undefined)
      const error = { code: 'socket-busy', message: 'too many commands at once; try again' }
      socket.end(`${JSON.stringify({ id: null, error })}\n`)
      return
    }
    end = serveConnection({
      ...{ socket, via, slot, callers, clock },
      limits: limits.connection,
      operation: (name) =>
        Object.hasOwn(operations, name) ? operations[name] : options.otherwise?.(name),
      bucketOf,
      userName: findUserName,
      onInternalError: options.onInternalError,
    })
  })
  await listen(server, path, options.group)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of connections) socket.destroy()
      }),
  }
}

/** One for each connection whose caller is not known, one for each user, none for root. */
function createTokenBuckets({ requests }: SocketLimits, clock: Clock) {
  const users = new Map<number, TokenBucket>()
  return (uid: number | undefined): TokenBucket | undefined => {
    if (uid === 0) return undefined
    if (uid === undefined) return createTokenBucket(clock, requests.unproven)
    const bucket = users.get(uid) ?? createTokenBucket(clock, requests.user)
    users.set(uid, bucket)
    return bucket
  }
}

async function prepareFolder(path: string, group: number | undefined): Promise<void> {
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw new OpsError('socket-not-usable', `${path} is longer than ${maxPathBytes} bytes`)
  }
  const folder = dirname(path)
  try {
    await prepareOwnFolder(folder)
    if (group !== undefined) await giveToGroup(folder, group, 0o750)
  } catch (error) {
    throw asOpsError(error, folder)
  }
}

/** Gives a group only what belongs to the service. */
async function giveToGroup(path: string, group: number, mode: number): Promise<void> {
  const { uid } = await lstat(path)
  try {
    await chown(path, uid, group)
  } catch (cause) {
    throw new OpsError(
      'socket-not-usable',
      `${path} cannot be given to group ${group}, because the service is not in it: add the group to SupplementaryGroups= of the unit`,
      { cause },
    )
  }
  await chmod(path, mode)
}

async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  if (!found.isSocket()) throw new OpsError('socket-not-usable', `${path} is not a socket`)
  try {
    const connection = await connectAdmin(path)
    connection.close()
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'service-not-running') throw error
    await rm(path, { force: true })
    return
  }
  throw new OpsError('socket-in-use', `another process listens on ${path}`)
}

async function listen(server: Server, path: string, group: number | undefined): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    // Until here the umask decides, which leaves writing, and so connecting, to the owner.
    if (group === undefined) await chmod(path, 0o660)
    else await giveToGroup(path, group, 0o660)
  } catch (error) {
    server.close()
    throw asOpsError(error, path)
  }
}

function asOpsError(error: unknown, path: string): OpsError {
  if (error instanceof OpsError) return error
  const detail = messageOf(error)
  return new OpsError('socket-not-usable', `${path}: ${detail}`, { cause: error })
}
