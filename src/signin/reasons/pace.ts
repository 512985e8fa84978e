const earliestMs = 1_000
const stepMs = 500

/**
 * When a Reject may leave that must not tell which check failed: a second after receipt or, where the
 * work took longer, at the next full half second; never after the deadline (RULES 9).
 */
export function rejectLeavesAtMs(receivedAtMs: number, nowMs: number, deadlineMs: number): number {
  const steps = Math.ceil((nowMs - receivedAtMs) / stepMs)
  const leavesAtMs = receivedAtMs + Math.max(earliestMs, steps * stepMs)
  return Math.max(nowMs, Math.min(leavesAtMs, deadlineMs))
}
