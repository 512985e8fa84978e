import type { Clock } from '../../support/index.ts'
import type { LogEvent } from './events.ts'
import type { Logger } from './logger.ts'

/** A logger that remembers the last events, for a support bundle. */
export type RememberingLogger = Logger & {
  /** Oldest first. */
  past(): readonly { readonly atMs: number; readonly event: LogEvent }[]
}

/** Remembers the last `most` events on their way to `logger`. */
export function rememberEvents(logger: Logger, clock: Clock, most: number): RememberingLogger {
  const past: { atMs: number; event: LogEvent }[] = []
  return {
    log(event) {
      past.push({ atMs: clock.nowMs(), event })
      // Cut in pieces, so that moving the rest costs little for each event.
      if (past.length >= 2 * most) past.splice(0, past.length - most)
      logger.log(event)
    },
    setLevel: logger.setLevel,
    past: () => past.slice(-most),
  }
}
