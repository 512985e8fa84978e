import type { Clock } from '../../../support/index.ts'
import { createGate } from '../../gate.ts'
import type { LdapConnection } from './connection.ts'

export type PoolOptions = {
  readonly open: () => Promise<LdapConnection>
  readonly size: number
  readonly queue: number
  readonly waitMs: number
  readonly idleMs: number
}

/** Up to `size` connections, opened when needed, each leased to one piece of work at a time. */
export type ConnectionPool = {
  /**
   * Runs work on a connection of its own. The signal only ends waiting for one; the work itself ends
   * by its own limits, and keeps its connection until then.
   * @throws {DirectoryError} `busy`, `aborted`, what `open` throws, what the work throws
   */
  use<T>(work: (connection: LdapConnection) => Promise<T>, signal: AbortSignal): Promise<T>
  /** Closes connections no one uses: where one broke, the others cannot be trusted either. */
  closeIdle(): void
  /** Callers that wait get the error; idle connections are closed. Leased ones end by their limits. */
  drain(error: Error): void
  /** Drains, closes what comes back later, and gives the error to later callers. */
  close(error: Error): void
}

export function createConnectionPool(options: PoolOptions, clock: Clock): ConnectionPool {
  const gate = createGate({ ...options, places: options.size }, clock)
  const idle: { readonly connection: LdapConnection; readonly sinceMs: number }[] = []
  let closedBecause: Error | undefined

  /** The one used last, if it is fresh; older ones would only be less so. */
  function takeIdle(): LdapConnection | undefined {
    const freshSinceMs = clock.nowMs() - options.idleMs
    for (let last = idle.pop(); last; last = idle.pop()) {
      if (last.connection.isOpen() && last.sinceMs > freshSinceMs) return last.connection
      last.connection.close()
    }
    return undefined
  }

  function putBack(connection: LdapConnection): void {
    if (closedBecause || !connection.isOpen()) connection.close()
    else idle.push({ connection, sinceMs: clock.nowMs() })
  }

  function closeIdle(): void {
    for (const { connection } of idle.splice(0)) connection.close()
  }

  function drain(error: Error): void {
    gate.rejectWaiting(error)
    closeIdle()
  }

  return {
    async use(work, signal) {
      if (closedBecause) throw closedBecause
      const leave = await gate.enter(signal)
      try {
        const connection = takeIdle() ?? (await options.open())
        try {
          return await work(connection)
        } finally {
          putBack(connection)
        }
      } finally {
        leave()
      }
    },
    closeIdle,
    drain,
    close(error) {
      closedBecause = error
      drain(error)
    },
  }
}
