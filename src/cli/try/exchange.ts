import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { type EncodedRequest, type Packet, readReply } from '../../radius/index.ts'
import type { Clock, Timer } from '../../support/index.ts'
import { CliError, interrupted } from '../errors.ts'

/** What went over the wire, as it happens. */
export type ExchangeEvent =
  | { readonly kind: 'sent'; readonly atMs: number; readonly bytes: number; readonly tries: number }
  | { readonly kind: 'received'; readonly atMs: number; readonly packet: Packet }
  /** The right reply, for a gateway that does not wait for it any more. */
  | { readonly kind: 'late'; readonly atMs: number; readonly packet: Packet }
  /** It came, but is not a reply of a server that knows the secret. */
  | { readonly kind: 'ignored'; readonly atMs: number; readonly reason: string }
  /** Of a link that loses packets: the one that `sent` was about, or a reply of this code. */
  | { readonly kind: 'lost'; readonly atMs: number; readonly code?: number }
  | { readonly kind: 'given-up'; readonly atMs: number }

/** In milliseconds from the first packet of a request; that one goes out at 0. */
export type Schedule = { readonly sendAtMs: readonly number[]; readonly giveUpAtMs: number }

/** What happens to a packet between gateway and server. */
export type NetworkLink = { isLost(): boolean; delayMs(): number }

/** What Holdfast keeps to in every reply (CVE-2024-3596). */
const signed = { requireMessageAuthenticator: true }

const perfectLink: NetworkLink = { isLost: () => false, delayMs: () => 0 }

/** A gateway's socket towards one server, good for one request at a time. */
export type Exchange = {
  /** Sends, resends by the schedule, gives the first valid reply or undefined when none came. */
  ask(request: EncodedRequest, schedule: Schedule): Promise<Packet | undefined>
  close(): void
}

type Asked = {
  readonly request: EncodedRequest
  reply(packet: Packet): void
  fail(error: CliError): void
}

/**
 * Opens a UDP socket and keeps it, as a gateway does: all requests of a sign-in come from one port.
 * `ask` rejects with CliError `interrupted` when `signal` aborts, and `server-unreachable`.
 */
export async function openExchange(options: {
  readonly server: { readonly address: string; readonly port: number }
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly link?: NetworkLink
  onEvent(event: ExchangeEvent): void
}): Promise<Exchange> {
  const { server, clock, signal, link = perfectLink, onEvent } = options
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
  let isOpen = true
  let asked: Asked | undefined
  let givenUp: EncodedRequest | undefined

  // A connected socket is told of a port where nothing listens.
  await new Promise<void>((resolve, reject) => {
    // Node tells the callback, and not `error`, that there is no link there.
    socket.connect(server.port, server.address, (cause?: Error) => {
      if (cause === undefined) resolve()
      else {
        socket.close()
        reject(unreachable(server, cause))
      }
    })
  })
  socket.on('error', (cause) => asked?.fail(unreachable(server, cause)))
  socket.on('message', (datagram: Buffer) => {
    if (link.isLost()) onEvent({ kind: 'lost', atMs: clock.nowMs(), code: datagram[0] ?? 0 })
    else travel(() => arrive(datagram))
  })

  function travel(arrived: () => void): void {
    const delayMs = link.delayMs()
    if (delayMs === 0) arrived()
    else clock.after(delayMs, () => isOpen && arrived())
  }

  function arrive(datagram: Buffer): void {
    const atMs = clock.nowMs()
    const late = givenUp && readReply(datagram, givenUp, signed)
    if (typeof late === 'object') {
      givenUp = undefined
      onEvent({ kind: 'late', atMs, packet: late })
    } else if (asked) {
      const read = readReply(datagram, asked.request, signed)
      if (typeof read === 'string') onEvent({ kind: 'ignored', atMs, reason: read })
      else {
        onEvent({ kind: 'received', atMs, packet: read })
        asked.reply(read)
      }
    }
  }

  return {
    ask(request, { sendAtMs, giveUpAtMs }) {
      const { promise, resolve, reject } = Promise.withResolvers<Packet | undefined>()
      const beganMs = clock.nowMs()
      let tries = 0
      // The open socket keeps the process alive; timers of the clock do not.
      let timer: Timer = clock.after(0, proceed)
      function proceed(): void {
        const atMs = clock.nowMs()
        if (tries >= sendAtMs.length) {
          givenUp = request
          onEvent({ kind: 'given-up', atMs })
          resolve(undefined)
          return
        }
        tries += 1
        onEvent({ kind: 'sent', atMs, bytes: request.bytes.length, tries })
        if (link.isLost()) onEvent({ kind: 'lost', atMs })
        else travel(() => socket.send(request.bytes))
        timer = clock.after(beganMs + (sendAtMs[tries] ?? giveUpAtMs) - atMs, proceed)
      }
      const onAbort = () => reject(interrupted())
      signal.addEventListener('abort', onAbort, { once: true })
      asked = { request, reply: resolve, fail: reject }
      return promise.finally(() => {
        asked = undefined
        timer.cancel()
        signal.removeEventListener('abort', onAbort)
      })
    },
    close() {
      isOpen = false
      socket.close()
    },
  }
}

function unreachable(server: { address: string; port: number }, cause: Error): CliError {
  return new CliError(
    'server-unreachable',
    `Nothing answers at ${server.address} port ${server.port} (${cause.message}).`,
    { cause },
  )
}
