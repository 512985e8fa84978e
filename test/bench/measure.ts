import type { Loader, LoadJob, LoadResult } from './load/loader.ts'
import { cpuSeconds } from './machine/process-cpu.ts'

/** What one server did with one load. */
export type Measured = LoadResult & {
  readonly perSecond: number
  /** CPU of the server's process for each request. */
  readonly cpuMicros: number
}

/** Runs a load and counts the server's CPU meanwhile. */
export async function measure(loader: Loader, serverPid: number, job: LoadJob): Promise<Measured> {
  const before = cpuSeconds(serverPid)
  const result = await loader.run(job)
  const cpu = cpuSeconds(serverPid) - before
  const answered = job.people.length - result.lost
  return {
    ...result,
    perSecond: answered / result.seconds,
    cpuMicros: (cpu * 1e6) / job.people.length,
  }
}

/**
 * Throws unless every request was accepted: figures of refusals would be figures of something else.
 * One in a hundred may get lost, since nothing is sent twice; the tables say how many did. `mayRefuse`:
 * how many more a peer may refuse, one whose database gives up on a busy machine, say.
 */
export function expectAccepts(
  name: string,
  { accepts, ...rest }: Measured,
  wanted: number,
  mayRefuse = 0,
): void {
  const { lost, rejects } = rest
  const isComplete = accepts + lost + rejects === wanted
  if (isComplete && lost <= wanted / 100 && rejects <= mayRefuse) return
  throw new Error(`${name}: ${accepts} of ${wanted} accepted: ${JSON.stringify(rest)}`)
}
