import { cpuSeconds } from '../machine/process-cpu.ts'
import type { Loader, LoadJob } from './loader.ts'
import type { Measured } from './measured.ts'

/**
 * Runs a load and counts the server's CPU meanwhile. Throws unless every request was accepted: figures of refusals
 * would be figures of something else. One in a hundred may get lost, since nothing is sent twice; the tables say
 * how many did.
 *
 * @param server what messages call the server
 * @param pids its process, or all of them
 * @param mayRefuse how many more it may refuse, one whose database gives up on a busy machine, say
 */
export async function measure(
  loader: Loader,
  server: string,
  pids: number | readonly number[],
  job: LoadJob,
  mayRefuse = 0,
): Promise<Measured> {
  const requests = job.people.length
  const cpuNow = () => [pids].flat().reduce((sum, pid) => sum + cpuSeconds(pid), 0)
  const before = cpuNow()
  const { accepts, rejects, lost, seconds, p50Ms, p99Ms, ...rest } = await loader.run(job)
  const cpuMicros = ((cpuNow() - before) * 1e6) / requests
  const isComplete = accepts + lost + rejects === requests
  if (!isComplete || lost > requests / 100 || rejects > mayRefuse) {
    const counts = JSON.stringify({ accepts, rejects, lost, ...rest })
    throw new Error(`${server}: not all of ${requests} requests were accepted: ${counts}`)
  }
  return {
    requests,
    lost,
    seconds,
    perSecond: (requests - lost) / seconds,
    cpuMicros,
    p50Ms,
    p99Ms,
  }
}
