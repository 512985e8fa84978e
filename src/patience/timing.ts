/** When the packets of one sign-in came. Times count from the first of them. */
export type Timing = {
  packets: number
  lastMs: number
  /** The two latest intervals between packets; 0 where there was none. */
  intervalMs: number
  earlierIntervalMs: number
  /** Where the present try began, and how long the one before it was, if there was one. */
  tryFromMs: number
  tryMs: number | undefined
}

/** No resend for this many intervals: they have stopped. */
const stoppedIntervals = 1.3
/** How far the gateway's timers scatter. */
const scatterMs = 250

export function newTiming(): Timing {
  const none = { lastMs: 0, intervalMs: 0, earlierIntervalMs: 0 }
  return { packets: 1, ...none, tryFromMs: 0, tryMs: undefined }
}

export function addPacket(timing: Timing, atMs: number): void {
  timing.earlierIntervalMs = timing.intervalMs
  timing.intervalMs = atMs - timing.lastMs
  timing.lastMs = atMs
  timing.packets += 1
}

/** The gateway tries again. That try is expected to last as long as the one before. */
export function addTry(timing: Timing, atMs: number): void {
  addPacket(timing, atMs)
  timing.tryMs = atMs - timing.tryFromMs
  timing.tryFromMs = atMs
}

/**
 * Whether a packet at this time is what the gateway itself sends when a try has ended, and no person:
 * it comes when the try was expected to end.
 */
export function isNextTry(timing: Timing, atMs: number): boolean {
  const endMs = expectedEndMs(timing)
  return endMs !== undefined && Math.abs(atMs - endMs) <= scatterMs
}

/** When the gateway gives up if it sends nothing more; undefined where a single packet tells nothing. */
export function expectedEndMs(timing: Timing): number | undefined {
  const { packets, lastMs, intervalMs, earlierIntervalMs, tryFromMs, tryMs } = timing
  if (tryMs !== undefined) return tryFromMs + tryMs
  if (packets < 2) return undefined
  const growthMs = packets > 2 ? Math.max(intervalMs - earlierIntervalMs, 0) : 0
  return lastMs + intervalMs + growthMs
}

/** When it is plain that no resend comes any more. A single interval tells nothing about how they grow. */
export function stoppedMs({ lastMs, intervalMs, earlierIntervalMs }: Timing): number {
  const growth = earlierIntervalMs === 0 ? 1.7 : intervalMs / earlierIntervalMs
  return lastMs + intervalMs * Math.min(Math.max(growth, 1), 2) * stoppedIntervals
}
