import { getHeapStatistics } from 'node:v8'

/** What the service needs of the heap with nothing open, room for garbage included. */
const restBytes = 100 * 1024 * 1024
/** A held sign-in takes less than 4 kB (RULES 32); the rest is room for the collector to work in. */
const signInBytes = 5 * 1024

/**
 * How many sign-ins fit into the memory that this process may take: V8 derives its limit from the memory of
 * the machine or of the control group. Beyond it the process would first crawl, and then be ended.
 */
export function signInsThatFit(
  heapLimitBytes: number = getHeapStatistics().heap_size_limit,
): number {
  return Math.max(1_000, Math.floor((heapLimitBytes - restBytes) / signInBytes))
}

/** How many may be open, and what to tell where that is fewer than configured. */
export function openSignInsAllowed(
  configured: number,
  fitting: number = signInsThatFit(),
): { readonly maxOpen: number; readonly danger?: string } {
  if (configured <= fitting) return { maxOpen: configured }
  const danger = `${configured} open sign-ins do not fit into the memory of this process; ${fitting} are taken and more are dropped. Give it more memory (MemoryMax of the unit), or lower the setting`
  return { maxOpen: fitting, danger }
}
