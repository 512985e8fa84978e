import { ConfigError } from '../../config/errors.ts'
import { helpdeskSocket } from '../../config/resolved/resolve.ts'
import type { OperationResult, ServiceStatus } from '../../operations/index.ts'
import { OpsError } from '../../ops/errors.ts'
import { connectAsCaller } from '../../ops/socket/connect-as-caller.ts'
import { type AdminConnection, connectAdmin } from '../../ops/socket/connection.ts'
import { CliError, interrupted } from '../errors.ts'
import { isSameFile } from '../files.ts'
import { type CliIo, note } from '../io.ts'
import { candidateSockets, configFileOf, passedOverDemo, type Target } from './find-service.ts'
import type { Session, StoreSessionOptions } from './session-type.ts'

/**
 * Runs `work` with a session: the running service if there is one, otherwise the store itself, with a note on stderr. A
 * service that was named by `--socket` and does not listen is an error.
 */
export async function withSession<Result>(
  target: Target,
  io: CliIo,
  work: (session: Session) => Promise<Result>,
  store: StoreSessionOptions = {},
): Promise<Result> {
  const session = (await connectService(target, io)) ?? (await openStore(target, io, store))
  return await runIn(session, io, work)
}

/** As withSession, but only with a running service. */
export async function withService<Result>(
  target: Target,
  io: CliIo,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await connectService(target, io)
  if (!session) throw notRunning(target, io)
  return await runIn(session, io, work)
}

/**
 * A session with the service, or undefined when none listens. Says which one it is where there could be
 * a doubt. Throws CliError `service-not-running` for one that `--socket` names.
 */
export async function connectService(target: Target, io: CliIo): Promise<Session | undefined> {
  const found = await findService(target, io)
  if (found !== undefined) await sayWhich(found, target, io)
  else if (target.socket !== undefined) throw notRunning(target, io)
  await sayPassedOver(target, io)
  return found?.session
}

/** A service that listens, and where. */
export type FoundService = {
  readonly session: Session
  readonly socket: string
  /** Whether it is the socket of the helpdesk, because this user may not open the other one. */
  readonly isHelpdesk: boolean
}

/** The first service that listens where the target says. Prints nothing. */
export async function findService(target: Target, io: CliIo): Promise<FoundService | undefined> {
  for (const socket of candidateSockets(target, io)) {
    const found = await connectAllowed(socket, io)
    if (found) {
      const { connection, isHelpdesk } = found
      return { session: serviceSession(connection), socket, isHelpdesk }
    }
  }
  return undefined
}

/** By the socket itself, or where this user may not open it, by that of the helpdesk. */
async function connectAllowed(
  socket: string,
  io: CliIo,
): Promise<{ readonly connection: AdminConnection; readonly isHelpdesk: boolean } | undefined> {
  const says = io.env.SUDO_USER
  try {
    return { connection: await connectAsCaller(socket, says), isHelpdesk: false }
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    if (error.code === 'service-not-running') return undefined
    if (error.code !== 'permission-denied') throw error
    const connection = await connectAsCaller(helpdeskSocket(socket), says).catch(() => undefined)
    if (connection === undefined) throw explain(error, socket)
    return { connection, isHelpdesk: true }
  }
}

async function sayWhich(
  { session, socket, isHelpdesk }: FoundService,
  target: Target,
  io: CliIo,
): Promise<void> {
  // There is one, and it does not tell the helpdesk about itself.
  if (isHelpdesk) return
  const sockets = candidateSockets(target, io)
  const [other] = await listening(sockets.slice(sockets.indexOf(socket) + 1))
  if (other !== undefined) {
    note(io, `Speaking to the service at ${socket}; the demo at ${other} runs too (--socket).`)
  }
  const file = configFileOf(target, io)
  const running = file === undefined ? undefined : await runningConfig(session)
  if (file !== undefined && running !== undefined && !isSameFile(running, file)) {
    note(io, `The service at ${socket} runs ${running}, not ${file}.`)
  }
}

/** Says that a demo is left alone because there is an installation. */
export async function sayPassedOver(target: Target, io: CliIo): Promise<void> {
  const demo = passedOverDemo(target, io)
  const [socket] = await listening(demo === undefined ? [] : [demo.socket])
  if (socket !== undefined) {
    note(
      io,
      `A demo runs too. Commands leave it alone because ${io.usualConfig} is installed; --socket ${socket} reaches it.`,
    )
  }
}

/**
 * What a service says of itself. Throws CliError `service-older` while one of 0.1 runs on after an upgrade: it does
 * not say which configuration and which store it has.
 */
export async function statusOf(session: Session): Promise<ServiceStatus> {
  const status = await session.call('status', {})
  const { version, pid, configFile, storeFile, installationId }: Partial<ServiceStatus> = status
  if (configFile !== undefined && storeFile !== undefined && installationId !== undefined) {
    return status
  }
  throw new CliError(
    'service-older',
    `The service that runs (process ${pid}, which calls itself ${version}) was started before the upgrade, and does not say which configuration and store it has. Restart it first: systemctl restart holdfast`,
  )
}

/** The configuration file a service was started with; undefined where it does not say. */
async function runningConfig(session: Session): Promise<string | undefined> {
  try {
    return (await session.call('status', {})).configFile
  } catch {
    // The service's socket may allow fewer operations.
    return undefined
  }
}

/**
 * The configuration file to work on: the one that is named or installed, otherwise that of the running service.
 * Throws CliError `no-configuration`, and `service-not-running` for `--socket`.
 */
export async function workingConfig(target: Target, io: CliIo): Promise<string> {
  const file = configFileOf(target, io)
  if (file !== undefined) return file
  const session = await connectService(target, io)
  const running = session && (await runningConfig(session).finally(() => session.close()))
  if (running !== undefined) return running
  throw new CliError(
    'no-configuration',
    `There is no configuration at ${io.usualConfig}. Name one with --config FILE, or write a first one with holdfast init.`,
  )
}

/** Those sockets where a service listens that this user may speak to. */
export async function listening(sockets: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const socket of sockets) {
    const connection = await tryConnect(socket).catch(() => undefined)
    if (connection) found.push(socket)
    connection?.close()
  }
  return found
}

async function tryConnect(socket: string): Promise<AdminConnection | undefined> {
  try {
    return await connectAdmin(socket)
  } catch (error) {
    if (error instanceof OpsError && error.code === 'service-not-running') return undefined
    throw explain(error, socket)
  }
}

async function openStore(
  target: Target,
  io: CliIo,
  options: StoreSessionOptions,
): Promise<Session> {
  if (target.socket !== undefined) throw notRunning(target, io)
  const { openStoreSession } = await import('./offline.ts')
  const session = await openStoreSession(target, io, options).catch((error: unknown) => {
    if (error instanceof ConfigError) {
      note(io, 'No service is running, so this command needs the configuration and the store.')
    }
    throw error
  })
  if (!session) throw notRunning(target, io)
  note(io, 'No service is running: working on the store itself.')
  return session
}

async function runIn<Result>(
  session: Session,
  io: CliIo,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = () => reject(interrupted())
  io.signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work(session), stopped])
  } finally {
    io.signal.removeEventListener('abort', stop)
    await session.close()
  }
}

function serviceSession(connection: AdminConnection): Session {
  return {
    // Both ends are this program: what an operation returns has the type that it declares. See statusOf for the one
    // exception.
    call: async (operation, args, onEvent) =>
      (await connection.call(operation, args, onEvent)) as OperationResult<typeof operation>,
    close: async () => connection.close(),
  }
}

function notRunning(target: Target, io: CliIo): CliError {
  const tried = candidateSockets(target, io).join(', ')
  return new CliError(
    'service-not-running',
    `No service is running (nothing listens on ${tried}). Start it, or name it with --socket or --config.`,
  )
}

function explain(error: unknown, socket: string): unknown {
  if (!(error instanceof OpsError) || error.code !== 'permission-denied') return error
  return new CliError(
    'socket-refused',
    `A service is running, but this user may not speak to it at ${socket}. Use sudo, or ask an administrator to add you to the helpdesk group (docs/how-to/helpdesk.md).`,
    { cause: error },
  )
}
