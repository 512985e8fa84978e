// Loaded into a service before it starts; the service then tells its parent what it holds after a full collection.
import { isMainThread } from 'node:worker_threads'

export type ToldMemory = {
  /** Heap and what lies outside of it. */
  readonly heldBytes: number
  readonly residentBytes: number
}

if (isMainThread) {
  process.on('message', () => {
    globalThis.gc?.()
    globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    const told: ToldMemory = { heldBytes: heapUsed + external, residentBytes: rss }
    process.send?.(told)
  })
  // The service ends when it wants to.
  process.channel?.unref()
}
