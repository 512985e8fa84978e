import type { DropReason } from '../signin/index.ts'
import { type Clock, createRateLimit } from '../support/index.ts'
import type { Drop, TransportObserver } from './observer.ts'

/** Who sent a datagram and what is known about it so far. */
export type DropDetails = Omit<Drop, 'reason' | 'log' | 'suppressed'>

/** Reports a drop; says which of them are due a log line. */
export type ReportDrop = (reason: DropReason, details: DropDetails) => void

const logIntervalMs = 60_000
/** Sources may be forged, so their number is bounded: beyond it all share one line a minute. */
const maxLoggedSources = 1_000

/** One log line a minute for each reason and source. */
export function createDropReport(clock: Clock, observer: TransportObserver): ReportDrop {
  const limit = createRateLimit(clock, { intervalMs: logIntervalMs, maxKeys: maxLoggedSources })
  return (reason, details) => {
    const suppressed = limit.admit(`${reason} ${details.source}`)
    observer.onDrop({
      ...details,
      reason,
      log: suppressed !== undefined,
      suppressed: suppressed ?? 0,
    })
  }
}
