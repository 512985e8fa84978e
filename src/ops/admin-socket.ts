import { chmod, lstat, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { HoldfastError } from '../support/index.ts'
import { connectAdmin } from './admin-connection.ts'
import { type AdminAnswer, createLineReader, maxLineBytes, parseRequest } from './admin-protocol.ts'
import { OpsError } from './errors.ts'
import { prepareOwnFolder } from './own-folder.ts'

/**
 * One thing a command can ask for. `args` are unchecked. `send` streams an event to the command;
 * `signal` aborts when the command goes away. A HoldfastError reaches the command with its code and
 * text, anything else only as `internal-error`.
 */
export type AdminOperation = (
  args: unknown,
  context: { send(event: unknown): void; readonly signal: AbortSignal },
) => Promise<unknown>

export type AdminSocket = {
  /** Ends all connections, aborts what runs, removes the socket. */
  close(): Promise<void>
}

/** More commands at once than people type; each more is refused. */
const maxConnections = 64
const maxRequestsPerConnection = 32
/** A command that does not read what it asked for is cut off at this many bytes. */
const maxUnreadBytes = 16 * 1024 * 1024
/** Room in `sockaddr_un.sun_path`, less the closing zero. */
const maxPathBytes = 107

/**
 * Listens for commands on a Unix stream socket, mode 0660. A socket that nobody listens on is
 * replaced; a missing folder is made. Throws OpsError `socket-in-use` or `socket-not-usable`.
 */
export async function startAdminSocket(options: {
  readonly path: string
  readonly operations: Readonly<Record<string, AdminOperation>>
  /** Told of every failure that is not a HoldfastError. */
  onInternalError(operation: string, error: unknown): void
}): Promise<AdminSocket> {
  await prepareFolder(options.path)
  await removeStaleSocket(options.path)
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    serveConnection(socket, options.operations, options.onInternalError)
  })
  server.maxConnections = maxConnections
  await listen(server, options.path)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of connections) socket.destroy()
      }),
  }
}

async function prepareFolder(path: string): Promise<void> {
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw new OpsError('socket-not-usable', `${path} is longer than ${maxPathBytes} bytes`)
  }
  const folder = dirname(path)
  try {
    await prepareOwnFolder(folder)
  } catch (error) {
    throw asOpsError(error, folder)
  }
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

async function listen(server: Server, path: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
    // Until here the umask rules, which leaves writing, and so connecting, to the owner.
    await chmod(path, 0o660)
  } catch (error) {
    server.close()
    throw asOpsError(error, path)
  }
}

function asOpsError(error: unknown, path: string): OpsError {
  if (error instanceof OpsError) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new OpsError('socket-not-usable', `${path}: ${detail}`, { cause: error })
}

function serveConnection(
  socket: Socket,
  operations: Readonly<Record<string, AdminOperation>>,
  onInternalError: (operation: string, error: unknown) => void,
): void {
  const gone = new AbortController()
  let running = 0
  const answer = (message: AdminAnswer) => {
    const line = `${JSON.stringify(message)}\n`
    if (Buffer.byteLength(line) > maxLineBytes) {
      throw new OpsError('answer-too-large', 'the answer is over 1 MB; ask for less')
    }
    if (!socket.writable) return
    socket.write(line)
    if (socket.writableLength > maxUnreadBytes) socket.destroy()
  }
  const refuse = (id: number | string | null, code: string, message: string) =>
    answer({ id, error: { code, message } })

  const onLine = async (line: string) => {
    const request = parseRequest(line)
    if (request === undefined) {
      refuse(null, 'request-malformed', 'a request is {"id", "operation", "arguments"} in one line')
      return
    }
    const { id } = request
    const operation = Object.hasOwn(operations, request.operation)
      ? operations[request.operation]
      : undefined
    if (operation === undefined) {
      refuse(id, 'operation-unknown', `the service knows no operation ${request.operation}`)
      return
    }
    if (running >= maxRequestsPerConnection) {
      refuse(id, 'too-many-requests', `at most ${maxRequestsPerConnection} at once`)
      return
    }
    running += 1
    try {
      const send = (event: unknown) => answer({ id, event: event ?? null })
      const result = await operation(request.arguments, { send, signal: gone.signal })
      answer({ id, ok: true, result: result ?? null })
    } catch (error) {
      if (error instanceof HoldfastError) refuse(id, error.code, error.message)
      else {
        onInternalError(request.operation, error)
        refuse(id, 'internal-error', 'a mistake in Holdfast itself; its log has the details')
      }
    } finally {
      running -= 1
    }
  }

  const onTooLong = () => {
    refuse(null, 'request-too-large', 'a request is at most 1 MB')
    socket.destroySoon()
  }
  socket.on('data', createLineReader(onLine, onTooLong))
  socket.on('close', () => gone.abort())
  // A connection that breaks is closed right after; there is nothing else to do about it.
  socket.on('error', () => gone.abort())
}
