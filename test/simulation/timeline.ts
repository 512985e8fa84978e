/** Events in virtual time: runs what was planned, in order, until nothing is left. */
export type Timeline = {
  nowMs(): number
  at(ms: number, run: () => void): void
  runAll(): void
}

export function createTimeline(startMs: number): Timeline {
  const planned: { ms: number; run: () => void }[] = []
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    at(ms, run) {
      const dueMs = Math.max(ms, nowMs)
      const place = planned.findIndex((other) => other.ms > dueMs)
      planned.splice(place === -1 ? planned.length : place, 0, { ms: dueMs, run })
    },
    runAll() {
      for (let next = planned.shift(); next !== undefined; next = planned.shift()) {
        nowMs = next.ms
        next.run()
      }
    },
  }
}
