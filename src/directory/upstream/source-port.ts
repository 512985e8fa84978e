import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/** Where a server listens. */
export type ServerAddress = { readonly address: string; readonly port: number }

/** A request that waits for its reply. */
export interface Flight {
  /** A datagram from the server with the identifier of the request. Nothing else about it is known. */
  received(datagram: Buffer): void
  /** The system says that nothing can be sent, or that no one listens there. */
  failed(cause: Error): void
}

/** One source port towards one server. 256 requests can be in flight from it (RFC 2865 section 3). */
export type SourcePort = {
  /** Whether another request can begin. */
  hasRoom(): boolean
  /** The identifier longest out of use: a late reply is then seldom taken for that of another request. */
  freeIdentifier(): number
  begin(identifier: number, flight: Flight): void
  end(identifier: number): void
  send(bytes: Uint8Array): void
  /** Takes no further requests, and closes when the last of the others is over. */
  retire(): void
  /** Closes now; what is in flight fails. */
  close(): void
  isClosed(): boolean
}

const identifiers = 256
const done = new Error('the socket was closed')

/**
 * Opens a socket that is connected to the server, so that the system passes on nothing from elsewhere,
 * and says when no one listens. `onStray`: a datagram came whose identifier is not in flight.
 */
export function openSourcePort(server: ServerAddress, onStray: () => void): SourcePort {
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
  const flights = new Map<number, Flight>()
  let next = randomInt(identifiers)
  let state: 'open' | 'retired' | 'closed' = 'open'
  const connected = new Promise<void>((resolve) => {
    // Node tells the callback, and not `error`, that there is no way there.
    socket.connect(server.port, server.address, (cause?: Error) =>
      cause === undefined ? resolve() : close(cause),
    )
  })

  socket.on('message', (datagram) => {
    const flight = flights.get(datagram[1] ?? -1)
    if (flight === undefined) onStray()
    else flight.received(datagram)
  })
  socket.on('error', close)

  function close(cause: Error): void {
    if (state === 'closed') return
    state = 'closed'
    socket.close()
    for (const flight of flights.values()) flight.failed(cause)
  }

  return {
    hasRoom: () => state === 'open' && flights.size < identifiers,
    freeIdentifier() {
      while (flights.has(next)) next = (next + 1) % identifiers
      return next
    },
    begin(identifier, flight) {
      flights.set(identifier, flight)
      next = (identifier + 1) % identifiers
    },
    end(identifier) {
      flights.delete(identifier)
      if (state === 'retired' && flights.size === 0) close(done)
    },
    send(bytes) {
      void connected.then(() => {
        if (state !== 'closed') socket.send(bytes)
      })
    },
    retire() {
      if (state === 'open') state = 'retired'
      if (flights.size === 0) close(done)
    },
    close: () => close(done),
    isClosed: () => state === 'closed',
  }
}
