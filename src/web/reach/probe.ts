import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { constantTimeEqual, normaliseSource } from '../../support/index.ts'

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
  /** Sees every request of the listener. Gives headers for its answer. */
  watch(request: IncomingMessage): Readonly<Record<string, string>> | undefined
  /** Begins a question of our own for a path: where to ask, and how it came in. */
  begin(path: string): {
    readonly path: string
    arrival(): Arrival | undefined
    /** Whether another node has answered, by the proof in its answer. */
    isOfNode(proof: string | undefined): boolean
    end(): void
  }
}

/** The header by which a node shows the others that it belongs to them. */
export const proofHeader = 'holdfast-node'

/**
 * What came in is kept here and told to no one on the network: anyone who learns the path of a question learns nothing
 * by asking it. `key`: of nodes that share one address, 32 bytes; undefined where there is one.
 */
export function createReachProbe(key?: Uint8Array): ReachProbe {
  const arrivals = new Map<string, Arrival | undefined>()
  return {
    watch({ url = '', headers, socket }) {
      // Most of the time nothing is asked, and then this costs nothing.
      if (arrivals.size === 0 && key === undefined) return undefined
      const token = /[?&]probe=([\w-]{22})$/.exec(url)?.[1]
      if (token === undefined) return undefined
      if (!arrivals.has(token)) return key && { [proofHeader]: proofOf(key, token) }
      const { host = '', 'x-forwarded-for': forwarded } = headers
      arrivals.set(token, {
        host: host.toLowerCase(),
        from: normaliseSource(socket.remoteAddress ?? ''),
        forwardedFor: typeof forwarded === 'string' ? forwarded : forwarded?.join(', '),
      })
      return undefined
    },
    begin(path) {
      const token = randomBytes(16).toString('base64url')
      arrivals.set(token, undefined)
      return {
        path: `${path}?probe=${token}`,
        arrival: () => arrivals.get(token),
        isOfNode: (proof = '') =>
          key !== undefined &&
          constantTimeEqual(Buffer.from(proof), Buffer.from(proofOf(key, token))),
        end: () => arrivals.delete(token),
      }
    },
  }
}

function proofOf(key: Uint8Array, token: string): string {
  return createHmac('sha256', key).update(token).digest('base64url')
}
