import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import {
  decodePacket,
  type EncodedRequest,
  type Packet,
  RadiusError,
  verifyReply,
} from '../../radius/index.ts'
import type { Clock } from '../../support/index.ts'
import { CliError, interrupted } from '../errors.ts'

/** What went over the wire, as it happens. */
export type ExchangeEvent =
  | { readonly kind: 'sent'; readonly atMs: number; readonly bytes: number; readonly tries: number }
  | { readonly kind: 'received'; readonly atMs: number; readonly packet: Packet }
  /** Came, but is no reply of a server that knows the secret. */
  | { readonly kind: 'ignored'; readonly atMs: number; readonly reason: string }
  | { readonly kind: 'given-up'; readonly atMs: number }

export type Schedule = {
  /** How long to wait before each resend, and after the last one. */
  readonly timeoutMs: number
  /** Resends after the first packet; 0 = none. */
  readonly retries: number
}

/** A gateway's socket towards one server, good for one request at a time. */
export type Exchange = {
  /** Sends, resends by the schedule, gives the first valid reply or undefined when none came. */
  ask(request: EncodedRequest, schedule: Schedule): Promise<Packet | undefined>
  close(): void
}

/**
 * Opens a UDP socket and keeps it, as a gateway does: all requests of a sign-in come from one port.
 * `ask` rejects with CliError `interrupted` when `signal` aborts, and `server-unreachable`.
 */
export async function openExchange(options: {
  readonly server: { readonly address: string; readonly port: number }
  readonly clock: Clock
  readonly signal: AbortSignal
  onEvent(event: ExchangeEvent): void
}): Promise<Exchange> {
  const { server, clock, signal, onEvent } = options
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
  // A connected socket hears of a port where nobody listens.
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause) => reject(unreachable(server, cause)))
    socket.connect(server.port, server.address, () => {
      socket.removeAllListeners('error')
      resolve()
    })
  })
  return {
    ask: (request, schedule) =>
      new Promise((resolve, reject) => {
        let tries = 0
        let timer = clock.after(0, attempt)
        // The open socket keeps the process alive; timers of the clock do not.
        function attempt(): void {
          if (tries > schedule.retries) {
            onEvent({ kind: 'given-up', atMs: clock.nowMs() })
            finish(() => resolve(undefined))
            return
          }
          tries += 1
          socket.send(request.bytes)
          onEvent({ kind: 'sent', atMs: clock.nowMs(), bytes: request.bytes.length, tries })
          timer = clock.after(schedule.timeoutMs, attempt)
        }
        const onMessage = (datagram: Buffer) => {
          const atMs = clock.nowMs()
          const read = readReply(datagram, request)
          if (typeof read === 'string') onEvent({ kind: 'ignored', atMs, reason: read })
          else {
            onEvent({ kind: 'received', atMs, packet: read })
            finish(() => resolve(read))
          }
        }
        const onError = (cause: Error) => finish(() => reject(unreachable(server, cause)))
        const onAbort = () => finish(() => reject(interrupted()))
        function finish(settle: () => void): void {
          timer.cancel()
          socket.off('message', onMessage)
          socket.off('error', onError)
          signal.removeEventListener('abort', onAbort)
          settle()
        }
        socket.on('message', onMessage)
        socket.on('error', onError)
        signal.addEventListener('abort', onAbort, { once: true })
      }),
    close: () => socket.close(),
  }
}

function unreachable(server: { address: string; port: number }, cause: Error): CliError {
  return new CliError(
    'server-unreachable',
    `Nothing answers at ${server.address} port ${server.port} (${cause.message}).`,
    { cause },
  )
}

/** The packet if it is the reply, else what is wrong with it. */
function readReply(datagram: Buffer, request: EncodedRequest): Packet | string {
  try {
    const packet = decodePacket(datagram)
    const verified = verifyReply(packet, request, { requireMessageAuthenticator: true })
    return verified.ok ? packet : verified.reason
  } catch (error) {
    if (error instanceof RadiusError) return error.code
    throw error
  }
}
