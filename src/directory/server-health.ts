import type { Clock, Timer } from '../support/index.ts'
import { DirectoryError, describeError } from './errors.ts'

export type HealthOptions = {
  /** Proves that the server works: connects and binds. */
  readonly probe: () => Promise<void>
  readonly retryMs: number
  /** An exchange broke off; the server may be up. */
  readonly onDoubt: () => void
  readonly onDown: (error: DirectoryError) => void
  /** Told how long it was down. */
  readonly onUp: (downMs: number) => void
}

/** Whether a server is worth asking. */
export type ServerHealth = {
  /** Why it is down; undefined while it is up. */
  down(): DirectoryError | undefined
  /** Runs one exchange with the server and learns from how it ends. */
  watch<T>(exchange: () => Promise<T>): Promise<T>
  stop(): void
}

/** A refused bind account is tried so seldom because each try counts towards its lockout. */
const refusedRetryMs = 5 * 60_000

/**
 * Calls a server down when it cannot be reached, or when time ran out and it answered no one meanwhile. One slow search
 * is not an outage, nor is one slow handshake of a server that is busy with others. While it is down a fresh probe
 * starts every `retryMs`, whether or not earlier ones hang, so a server that recovers is used again within that time.
 */
export function createServerHealth(options: HealthOptions, clock: Clock): ServerHealth {
  let answers = 0
  let down: DirectoryError | undefined
  let downSinceMs = 0
  let timer: Timer | undefined
  let stopped = false

  function answered(): void {
    answers += 1
    if (!down || stopped) return
    down = undefined
    timer?.cancel()
    options.onUp(clock.nowMs() - downSinceMs)
  }

  function failed(error: DirectoryError): void {
    if (stopped || down) return
    // Requests that come now have asked nothing yet, so they may ask another server.
    down = new DirectoryError('server-down', error.message, {
      cause: error,
      details: error.details,
    })
    downSinceMs = clock.nowMs()
    options.onDown(down)
    scheduleProbe(down)
  }

  function scheduleProbe(error: DirectoryError): void {
    timer?.cancel()
    const delayMs = error.details.accountRefused ? refusedRetryMs : options.retryMs
    timer = clock.after(delayMs, () => {
      if (stopped) return
      if (!error.details.accountRefused) scheduleProbe(error)
      void options.probe().then(answered, (cause: unknown) => {
        if (!stopped && down) retryAfter(cause)
      })
    })
  }

  /** Only a new finding about the bind account changes the rhythm. */
  function retryAfter(cause: unknown): void {
    const error =
      cause instanceof DirectoryError
        ? cause
        : new DirectoryError('server-down', describeError(cause))
    const wasRefused = down?.details.accountRefused
    down = error
    if (wasRefused || error.details.accountRefused) scheduleProbe(error)
  }

  return {
    down: () => down,
    async watch(exchange) {
      const before = answers
      try {
        const result = await exchange()
        answered()
        return result
      } catch (error) {
        if (error instanceof DirectoryError) {
          if (error.code === 'search-refused') answered()
          if (error.code === 'no-answer') options.onDoubt()
          const isDead = error.details.timedOut ? answers === before : error.code === 'server-down'
          if (isDead) failed(error)
        }
        throw error
      }
    },
    stop() {
      stopped = true
      timer?.cancel()
    },
  }
}
