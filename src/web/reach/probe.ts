import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { normaliseSource } from '../../support/index.ts'

/** What a request looked like when it came in. */
export type Arrival = {
  /** As the Host header says, in lower case. */
  readonly host: string
  /** Who opened the connection: the browser, or the proxy in front. */
  readonly from: string
  /** X-Forwarded-For; undefined: there was none. */
  readonly forwardedFor: string | undefined
}

/** Recognises the requests that this process sends to its own public address. */
export type ReachProbe = {
  /** Sees every request of the listener. */
  watch(request: IncomingMessage): void
  /** Begins a question of our own for a path: where to ask, and how it came in. */
  begin(path: string): { readonly path: string; arrival(): Arrival | undefined; end(): void }
}

/**
 * What came in is kept here and told to no one on the network: whoever learns the path of a question learns
 * nothing by asking it.
 */
export function createReachProbe(): ReachProbe {
  const arrivals = new Map<string, Arrival | undefined>()
  return {
    watch({ url = '', headers, socket }) {
      // Mostly nothing is asked, and then this costs nothing.
      if (arrivals.size === 0) return
      const token = /[?&]probe=([\w-]+)$/.exec(url)?.[1]
      if (token === undefined || !arrivals.has(token)) return
      const { host = '', 'x-forwarded-for': forwarded } = headers
      arrivals.set(token, {
        host: host.toLowerCase(),
        from: normaliseSource(socket.remoteAddress ?? ''),
        forwardedFor: typeof forwarded === 'string' ? forwarded : forwarded?.join(', '),
      })
    },
    begin(path) {
      const token = randomBytes(16).toString('base64url')
      arrivals.set(token, undefined)
      return {
        path: `${path}?probe=${token}`,
        arrival: () => arrivals.get(token),
        end: () => arrivals.delete(token),
      }
    },
  }
}
