import type { DropReason } from '../../signin/index.ts'
import { type Clock, createRateLimit, type RateLimit } from '../../support/index.ts'
import type { Drop, TransportObserver } from './observer.ts'

/** Who sent a datagram and what is known about it so far. */
export type DropDetails = Omit<Drop, 'reason' | 'log' | 'suppressed'>

/** Reports a drop; says which of them are due a log line. */
export type ReportDrop = (reason: DropReason, details: DropDetails) => void

const logIntervalMs = 60_000
/** For each reason. Sources may be forged, so their number is bounded: all beyond it share one line. */
const maxLoggedSources = 1_000

/** One log line a minute for each reason and source. */
export function createDropReport(clock: Clock, observer: TransportObserver): ReportDrop {
  // One for each reason, so that a flood from unknown sources hides nothing a gateway does.
  const limits = new Map<DropReason, RateLimit>()
  function limitOf(reason: DropReason): RateLimit {
    const known = limits.get(reason)
    if (known !== undefined) return known
    const limit = createRateLimit(clock, { intervalMs: logIntervalMs, maxKeys: maxLoggedSources })
    limits.set(reason, limit)
    return limit
  }
  return (reason, details) => {
    const suppressed = limitOf(reason).admit(details.source)
    observer.onDrop({
      ...details,
      reason,
      log: suppressed !== undefined,
      suppressed: suppressed ?? 0,
    })
  }
}
