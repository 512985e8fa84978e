import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock, Timer } from '../../support/index.ts'

type Collect = (options: {
  type: 'major'
  execution: 'async'
  flavor: 'last-resort'
}) => Promise<void>

const everyMs = 30_000
/** The load of a core over the last half minute: above it, a pause of some 50 ms would be in the way of requests. */
const quietBelow = 0.05
/** Less is not worth the pause. */
const growthBytes = 32 * 1024 * 1024

/**
 * Gives back what starting or a busy time took: V8 keeps the room that garbage needed, and does not return
 * it while little happens. Takes about 50 ms, off the way of any request that is under way.
 */
async function releaseMemory(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: Collect = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  await collect({ type: 'major', execution: 'async', flavor: 'last-resort' })
}

/** Whether the heap has grown by so much since it was last collected, in a time so quiet, that it is worth a collection. */
export function isWorthCollecting(now: {
  /** Share of the time in which the event loop was busy, 0 to 1. */
  readonly utilization: number
  readonly heapBytes: number
  /** What the heap had after the last collection. */
  readonly keptBytes: number
}): boolean {
  return now.utilization < quietBelow && now.heapBytes > now.keptBytes + growthBytes
}

/** Gives memory back a second after the start, and after each busy time. */
export function releaseMemoryWhenIdle(clock: Clock): { stop(): void } {
  let keptBytes = 0
  let before = performance.eventLoopUtilization()
  let timer: Timer = clock.after(1_000, () => void collect())

  async function collect(): Promise<void> {
    await releaseMemory()
    keptBytes = process.memoryUsage().heapTotal
    lookLater()
  }

  function lookLater(): void {
    before = performance.eventLoopUtilization()
    timer = clock.after(everyMs, look)
  }

  function look(): void {
    const { utilization } = performance.eventLoopUtilization(before)
    const heapBytes = process.memoryUsage().heapTotal
    if (isWorthCollecting({ utilization, heapBytes, keptBytes })) void collect()
    else lookLater()
  }

  return { stop: () => timer.cancel() }
}
