import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** A full collection, now. */
export const collectGarbage: () => void = runInNewContext('gc')

/** Bytes in use, on the heap and outside it, once what no one needs is gone. */
export function usedBytes(): number {
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
