import type { Socket } from 'node:net'
import { type Clock, type CommandCaller, HoldfastError, type Timer } from '../../support/index.ts'
import { OpsError } from '../errors.ts'
import type { CallerFolder, Challenge } from './caller-folder.ts'
import {
  type AdminAnswer,
  type AdminRequest,
  createLineReader,
  maxLineBytes,
  parseRequest,
} from './protocol.ts'
import type { Slot } from './slots.ts'
import type { TokenBucket } from './token-bucket.ts'

/**
 * One thing a command can ask for. `args` are unchecked. `send` streams an event to the command;
 * `signal` aborts when the command goes away. A HoldfastError reaches the command with its code and
 * text, anything else only as `internal-error`.
 */
export type AdminOperation = (args: unknown, context: OperationContext) => Promise<unknown>

export type OperationContext = {
  send(event: unknown): void
  readonly signal: AbortSignal
  readonly caller: CommandCaller
}

/** What one connection may take. */
export type ConnectionLimits = {
  readonly requestBytes: number
  readonly requestsAtOnce: number
  /** Until the first request. */
  readonly silentMs: number
  /** Between requests, of callers who have not proven who they are and of those who have. */
  readonly idleMs: { readonly unproven: number; readonly proven: number }
}

export type ServedSocket = {
  readonly socket: Socket
  readonly via: Exclude<CommandCaller['via'], 'store'>
  readonly limits: ConnectionLimits
  readonly slot: Slot
  readonly callers: CallerFolder | undefined
  readonly clock: Clock
  operation(name: string): AdminOperation | undefined
  /** What this caller may still ask; undefined: all. */
  bucketOf(uid: number | undefined): TokenBucket | undefined
  userName(uid: number): Promise<string | undefined>
  onInternalError(operation: string, error: unknown): void
}

/** A command that does not read what it asked for is cut off at this many bytes. */
const maxUnreadBytes = 16 * 1024 * 1024
const maxSaysCharacters = 64

/** Ends the connection, after an error that says why. */
export type EndConnection = (why: { readonly code: string; readonly message: string }) => void

/** Answers one connection until it ends. */
export function serveConnection(served: ServedSocket): EndConnection {
  const { socket, limits, clock } = served
  const gone = new AbortController()
  let caller: CommandCaller = { via: served.via }
  let challenge: Challenge | undefined
  let running = 0
  let isOver = false
  let bucket = served.bucketOf(undefined)
  let idle: Timer = clock.after(limits.silentMs, endIdle)

  function answer(message: AdminAnswer): void {
    const line = `${JSON.stringify(message)}\n`
    if (Buffer.byteLength(line) > maxLineBytes) {
      throw new OpsError('answer-too-large', 'the answer is over 1 MB; ask for less')
    }
    if (!socket.writable) return
    socket.write(line)
    if (socket.writableLength > maxUnreadBytes) socket.destroy()
  }

  function refuse(id: number | string | null, code: string, message: string): void {
    answer({ id, error: { code, message } })
  }

  function end({ code, message }: Parameters<EndConnection>[0]): void {
    if (isOver) return
    isOver = true
    idle.cancel()
    refuse(null, code, message)
    socket.destroySoon()
  }

  function endIdle(): void {
    end({ code: 'connection-idle', message: 'nothing was asked for too long' })
  }

  function waitForMore(): void {
    idle.cancel()
    if (isOver || running > 0) return
    const { unproven, proven } = limits.idleMs
    idle = clock.after(caller.uid === undefined ? unproven : proven, endIdle)
  }

  function onLine(line: string): void {
    if (isOver) return
    const request = parseRequest(line)
    if (request === undefined) {
      end({
        code: 'request-malformed',
        message: 'a request is {"id", "operation", "arguments"} in one line',
      })
      return
    }
    if (bucket?.take() === false) {
      end({ code: 'too-many-requests', message: 'too many requests in a short time; try again' })
      return
    }
    if (running >= limits.requestsAtOnce) {
      refuse(request.id, 'too-many-requests', `at most ${limits.requestsAtOnce} at once`)
      return
    }
    void run(request)
  }

  async function run(request: AdminRequest): Promise<void> {
    const { id } = request
    running += 1
    idle.cancel()
    try {
      answer({ id, ok: true, result: (await carryOut(request)) ?? null })
    } catch (error) {
      if (error instanceof HoldfastError) refuse(id, error.code, error.message)
      else {
        served.onInternalError(request.operation, error)
        refuse(id, 'internal-error', 'a mistake in Holdfast itself; its log has the details')
      }
    } finally {
      running -= 1
      waitForMore()
    }
  }

  async function carryOut(request: AdminRequest): Promise<unknown> {
    if (request.operation === 'caller.begin') return begin(request.arguments)
    if (request.operation === 'caller.prove') return prove()
    const operation = served.operation(request.operation)
    if (operation === undefined) {
      throw new OpsError(
        'operation-unknown',
        'the service knows no operation of this name; compare the versions of command and service',
      )
    }
    const send = (event: unknown) => answer({ id: request.id, event: event ?? null })
    return operation(request.arguments, { send, signal: gone.signal, caller })
  }

  /** Once a connection: who a caller is does not change, and no name is good twice. */
  async function begin(args: unknown): Promise<unknown> {
    if (served.callers === undefined || challenge !== undefined) return {}
    const says = Object(args).says
    if (typeof says === 'string') caller = { ...caller, says: says.slice(0, maxSaysCharacters) }
    challenge = await served.callers.challenge()
    return { name: challenge.name, content: challenge.content }
  }

  async function prove(): Promise<unknown> {
    const begun = challenge
    if (begun === undefined || caller.uid !== undefined) return {}
    challenge = { ...begun, atMs: Number.NEGATIVE_INFINITY }
    const uid = await served.callers?.verify(begun)
    if (uid === undefined) throw new OpsError('caller-unproven', 'who you are could not be proven')
    try {
      served.slot.prove(uid)
    } catch (error) {
      if (error instanceof HoldfastError) end(error)
      return {}
    }
    const name = await served.userName(uid)
    caller = { ...caller, uid, ...(name === undefined ? {} : { name }) }
    bucket = served.bucketOf(uid)
    return { uid }
  }

  socket.on(
    'data',
    createLineReader(onLine, limits.requestBytes, () =>
      end({
        code: 'request-too-large',
        message: `a request has at most ${limits.requestBytes} bytes`,
      }),
    ),
  )
  socket.on('close', () => {
    isOver = true
    idle.cancel()
    gone.abort()
    served.slot.leave()
  })
  // A connection that breaks is closed right after; there is nothing else to do about it.
  socket.on('error', () => gone.abort())
  return end
}
