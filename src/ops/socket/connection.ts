import { createConnection, type Socket } from 'node:net'
import type { HoldfastError } from '../../support/index.ts'
import { AdminOperationError, OpsError } from '../errors.ts'
import { type AdminRequest, createLineReader, maxLineBytes, parseJson } from './protocol.ts'

/** A command’s connection to the running service. */
export type AdminConnection = {
  /**
   * Runs an operation of the service and gives its result. `onEvent` gets what it streams meanwhile.
   * Throws AdminOperationError with the operation’s own code, or OpsError `connection-lost`.
   */
  call(operation: string, args: unknown, onEvent?: (event: unknown) => void): Promise<unknown>
  /** Ends the connection; operations that still run are aborted. */
  close(): void
}

type Waiting = {
  resolve(result: unknown): void
  reject(error: Error): void
  onEvent(event: unknown): void
}

/**
 * Connects to the service. Throws OpsError: `service-not-running` when nothing listens there,
 * `permission-denied` when this user may not.
 */
export async function connectAdmin(path: string, shownPath = path): Promise<AdminConnection> {
  const socket = await connect(path, shownPath)
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let lost: HoldfastError | undefined

  const lose = (detail: string) =>
    end(new OpsError('connection-lost', `the service at ${shownPath} ${detail}`))
  const end = (why: HoldfastError) => {
    lost ??= why
    socket.destroy()
    for (const { reject } of waiting.values()) reject(lost)
    waiting.clear()
  }
  socket.on(
    'data',
    createLineReader(
      (line) => {
        const ending = readEnding(line)
        if (ending !== undefined) end(ending)
        else if (!takeAnswer(line, waiting)) lose('sent something that is not an answer')
      },
      maxLineBytes,
      () => lose('sent too long an answer'),
    ),
  )
  socket.on('error', () => lose('broke the connection'))
  socket.on('close', () => lose('closed the connection'))

  return {
    call: (operation, args, onEvent = () => {}) =>
      new Promise((resolve, reject) => {
        if (lost !== undefined) {
          reject(lost)
          return
        }
        lastId += 1
        waiting.set(lastId, { resolve, reject, onEvent })
        const request: AdminRequest = { id: lastId, operation, arguments: args }
        socket.write(`${JSON.stringify(request)}\n`)
      }),
    close: () => socket.destroy(),
  }
}

function connect(path: string, shownPath: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error) => reject(refusedBySystem(error, shownPath)))
  })
}

/** Why a socket, or its folder, cannot be opened. */
export function refusedBySystem(cause: unknown, path: string): OpsError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'EACCES' || code === 'EPERM'
    ? new OpsError('permission-denied', `this user may not open ${path}`, { cause })
    : new OpsError('service-not-running', `nothing listens on ${path}`, { cause })
}

/** Why the service ends the connection, where it says so. */
function readEnding(line: string): AdminOperationError | undefined {
  const answer = Object(parseJson(line))
  if (answer.id !== null || typeof answer.error?.code !== 'string') return undefined
  const { code, message } = readError(answer.error)
  return new AdminOperationError(code, message)
}

/** Hands one line to its owner. False where it is not an answer to anything that was asked. */
function takeAnswer(line: string, waiting: Map<number, Waiting>): boolean {
  const answer = parseJson(line)
  if (typeof answer !== 'object' || answer === null || !('id' in answer)) return false
  const asked = typeof answer.id === 'number' ? waiting.get(answer.id) : undefined
  if (asked === undefined || typeof answer.id !== 'number') return false
  if ('event' in answer) {
    asked.onEvent(answer.event)
    return true
  }
  waiting.delete(answer.id)
  if ('error' in answer) {
    const { code, message } = readError(answer.error)
    asked.reject(new AdminOperationError(code, message))
  } else asked.resolve('result' in answer ? answer.result : undefined)
  return true
}

function readError(error: unknown): { code: string; message: string } {
  const { code, message } = { code: 'internal-error', message: 'no reason given', ...Object(error) }
  return { code: String(code), message: String(message) }
}
