import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import {
  type Clock,
  HoldfastError,
  normaliseSource,
  type Timer,
  type TimerWheel,
} from '../../support/index.ts'
import type { TransportObserver } from './observer.ts'
import {
  hasWildcard,
  type Interfaces,
  type ListenAddress,
  type PlannedSocket,
  planSockets,
} from './socket-plan.ts'

/** Where a datagram came from, and the way back. */
export type Source = {
  /** The socket it came in by; a reply must leave by the same (RFC 2865 section 3). */
  readonly socket: ReplySocket
  /** As the system names it, with the zone of a link-local address. */
  readonly address: string
  /** As gateways are found and shown by: see `normaliseSource`. */
  readonly host: string
  readonly port: number
}

/** What a reply needs of a socket. */
export interface ReplySocket {
  /** Tells sockets apart in keys; never used again. */
  readonly id: number
  /** Sends, or tells the observer why not. Never throws. */
  send(bytes: Uint8Array, port: number, address: string): void
}

export class ListenError extends HoldfastError<'listen-failed'> {
  constructor(planned: ListenAddress, cause: unknown) {
    const { address, port } = planned
    const detail = cause instanceof Error ? cause.message : String(cause)
    super('listen-failed', `cannot listen on ${address} port ${port}: ${detail}`, {
      cause,
      details: { address, port },
    })
    this.name = 'ListenError'
  }
}

export type SocketsOptions = {
  readonly listen: readonly ListenAddress[]
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly observer: TransportObserver
  readonly onDatagram: (bytes: Buffer, source: Source) => void
  /** Default: those of the machine. */
  readonly interfaces?: Interfaces
}

export interface Sockets {
  /** Binds; gives the addresses with the ports the system chose for 0. Throws ListenError. */
  open(): Promise<ListenAddress[]>
  /**
   * Binds what is new in `listen`, and then closes what is not in it any more; the others stay as they are.
   * Gives what is bound. Throws ListenError, and then everything is as it was.
   */
  change(listen: readonly ListenAddress[]): Promise<ListenAddress[]>
  /** Hands out no more datagrams, lets the replies that are under way leave, and closes. */
  close(): Promise<void>
}

type OpenSocket = { readonly socket: Socket; readonly bound: ListenAddress }

/** Addresses come and go: virtual addresses, DHCP, interfaces that start later than we do. */
const recheckMs = 30_000
/** 20,000 requests of 200 bytes while the process does something else. The system may cap it. */
const receiveBufferBytes = 4 * 1024 * 1024

export function createSockets(options: SocketsOptions): Sockets {
  const { clock, wheel, observer, onDatagram } = options
  let { listen } = options
  const sockets = new Map<string, OpenSocket>()
  let lastId = 0
  let sending = 0
  let closed = false
  let recheck: Timer | undefined
  let onSent: (() => void) | undefined
  let changing: Promise<unknown> = Promise.resolve()

  function sent(error: Error | null): void {
    sending -= 1
    if (error) observer.onSendError(error)
    if (sending === 0) onSent?.()
  }

  function replySocket(socket: Socket): ReplySocket {
    lastId += 1
    return {
      id: lastId,
      send(bytes, port, address) {
        sending += 1
        try {
          socket.send(bytes, port, address, sent)
        } catch (error) {
          // Closed since, or a forged source port 0.
          sent(asError(error))
        }
      },
    }
  }

  const sourceOf = createSources()

  async function bind(key: string, planned: PlannedSocket): Promise<void> {
    const socket = await bindSocket(planned)
    const bound = { address: planned.address, port: socket.address().port }
    if (closed) {
      socket.close()
      return
    }
    const reply = replySocket(socket)
    socket.on('error', (error) => observer.onSocket('failed', bound.address, bound.port, error))
    socket.on('message', (bytes: Buffer, { address, port }: RemoteInfo) => {
      const known = sourceOf(address)
      onDatagram(bytes, { socket: reply, address: known.address, host: known.host, port })
    })
    sockets.set(key, { socket, bound })
    observer.onSocket('bound', bound.address, bound.port)
  }

  /** One change of the sockets at a time: each needs time to bind. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = changing.then(change)
    changing = changed.catch(() => undefined)
    return changed
  }

  /** Brings the sockets in line with the machine's current addresses. What fails is tried again next time. */
  async function followAddresses(): Promise<void> {
    try {
      const plan = planSockets(listen, options.interfaces)
      dropUnplanned(plan)
      for (const [key, planned] of plan) if (!sockets.has(key)) await bindOrReport(key, planned)
    } catch (error) {
      observer.onSocket('failed', '*', 0, asError(error))
    }
    watchAddresses()
  }

  function dropUnplanned(plan: ReadonlyMap<string, PlannedSocket>): void {
    for (const [key, open] of sockets) if (!plan.has(key)) drop(key, open)
  }

  function drop(key: string, { socket, bound }: OpenSocket): void {
    sockets.delete(key)
    socket.close()
    observer.onSocket('closed', bound.address, bound.port)
  }

  async function bindOrReport(key: string, planned: PlannedSocket): Promise<void> {
    try {
      await bind(key, planned)
    } catch (error) {
      observer.onSocket('failed', planned.address, planned.port, asError(error))
    }
  }

  function watchAddresses(): void {
    if (closed || !hasWildcard(listen)) return
    recheck?.cancel()
    recheck = wheel.at(clock.nowMs() + recheckMs, () => void inTurn(followAddresses))
  }

  /** An address of the machine that is still being checked for duplicates cannot be bound yet. */
  async function bindAtStart(key: string, planned: PlannedSocket): Promise<void> {
    try {
      await bind(key, planned)
    } catch (error) {
      if (!planned.wildcard || !isNotThereYet(error)) throw error
      observer.onSocket('failed', planned.address, planned.port, asError(error))
    }
  }

  async function close(): Promise<void> {
    closed = true
    recheck?.cancel()
    for (const { socket } of sockets.values()) socket.removeAllListeners('message')
    if (sending > 0) {
      await new Promise<void>((resolve) => {
        onSent = resolve
      })
    }
    for (const { socket } of sockets.values()) socket.close()
    sockets.clear()
  }

  /** Binds what is planned and not bound yet: all of it, or nothing. */
  async function bindPlan(plan: ReadonlyMap<string, PlannedSocket>): Promise<void> {
    const added: string[] = []
    try {
      for (const [key, planned] of plan) {
        if (sockets.has(key)) continue
        await bindAtStart(key, planned)
        added.push(key)
      }
    } catch (error) {
      for (const key of added) {
        const open = sockets.get(key)
        if (open !== undefined) drop(key, open)
      }
      throw error
    }
  }

  function listBound(): ListenAddress[] {
    return [...sockets.values()].map(({ bound }) => bound)
  }

  async function open(): Promise<ListenAddress[]> {
    try {
      await bindPlan(planSockets(listen, options.interfaces))
      if (sockets.size === 0) throw new Error('no local address')
    } catch (error) {
      await close()
      const [first = { address: '', port: 0 }] = listen
      throw error instanceof ListenError ? error : new ListenError(first, error)
    }
    watchAddresses()
    return listBound()
  }

  async function change(next: readonly ListenAddress[]): Promise<ListenAddress[]> {
    const plan = planSockets(next, options.interfaces)
    await bindPlan(plan)
    listen = next
    dropUnplanned(plan)
    watchAddresses()
    return listBound()
  }

  return {
    open: () => inTurn(open),
    change: (next) => inTurn(() => change(next)),
    close,
  }
}

const maxKnownSources = 1_000

/**
 * Datagrams bring their address as a new string each, and a held request keeps it: those of one
 * gateway share theirs (RULES 32). Sources may be forged, so that few are remembered.
 */
function createSources(): (address: string) => Pick<Source, 'address' | 'host'> {
  const known = new Map<string, Pick<Source, 'address' | 'host'>>()
  return (address) => {
    const earlier = known.get(address)
    if (earlier !== undefined) return earlier
    const source = { address, host: normaliseSource(address) }
    if (known.size >= maxKnownSources) known.clear()
    known.set(address, source)
    return source
  }
}

/** Binds one socket; throws ListenError. */
async function bindSocket(planned: PlannedSocket): Promise<Socket> {
  const { family } = planned
  const socket = createSocket({
    type: family === 4 ? 'udp4' : 'udp6',
    ipv6Only: family === 6,
    recvBufferSize: receiveBufferBytes,
    // Replies go to addresses, never names: answering at once saves a turn through the resolver.
    lookup: (hostname, _options, callback) => callback(null, hostname, family),
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('error', reject)
  socket.bind({ address: planned.address, port: planned.port, exclusive: true }, resolve)
  try {
    await promise
  } catch (error) {
    socket.close()
    throw new ListenError(planned, error)
  }
  socket.off('error', reject)
  return socket
}

function isNotThereYet(error: unknown): boolean {
  const cause = error instanceof ListenError ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRNOTAVAIL'
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
