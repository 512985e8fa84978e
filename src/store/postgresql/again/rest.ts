import type { Request } from './request.ts'

/** Requests that rest before they are tried again. */
export type Rest = {
  readonly size: number
  add(requests: readonly Request[]): void
  /** All of them at once, in their order. */
  takeAll(): readonly Request[]
}

/** A connection that was ended is made again at once. */
const firstPauseMs = 10
const pauseMs = 250
/** What is blocked may stay so for long. */
const longestPauseMs = 2_000

export function createRest(onDue: (requests: readonly Request[]) => void): Rest {
  const groups = new Map<NodeJS.Timeout, readonly Request[]>()

  return {
    get size() {
      return [...groups.values()].reduce((sum, { length }) => sum + length, 0)
    },
    add(requests) {
      for (const [restMs, group] of Map.groupBy(requests, restOf)) {
        const timer = setTimeout(() => {
          groups.delete(timer)
          onDue(group)
        }, restMs)
        groups.set(timer, group)
      }
    },
    takeAll() {
      const all = [...groups.values()].flat()
      for (const timer of groups.keys()) clearTimeout(timer)
      groups.clear()
      return all
    },
  }
}

function restOf({ isBlocked, tries }: Request): number {
  if (tries === 1) return firstPauseMs
  return isBlocked ? Math.min(pauseMs * 2 ** (tries - 2), longestPauseMs) : pauseMs
}
