import { dayMs } from '../support/index.ts'
import { estimatePatience, median, type PatienceEstimate } from './estimate.ts'
import { newMemory, type PatienceMemory, type StartingValue } from './memory.ts'

/** What was seen of a gateway, for people; counts as in its memory. */
export type PatienceReport = PatienceEstimate &
  Pick<
    PatienceMemory,
    'signIns' | 'lateResends' | 'tooLate' | 'challenges' | 'followed' | 'margin'
  > & {
    /** Typical time between two packets of one request; absent where none came twice. */
    readonly intervalMs?: number
    /** Typical number of packets until it gives up; absent where that was not seen. */
    readonly packets?: number
    /** People of the last seven days who did not get in because the gateway would not wait. */
    readonly lostLastWeek: number
  }

/** `memory`: undefined where nothing was seen yet. */
export function reportPatience(
  memory: PatienceMemory | undefined,
  start: StartingValue,
  nowMs: number,
): PatienceReport {
  const seen = memory ?? newMemory()
  const { signIns, lateResends, tooLate, challenges, followed, margin, lost } = seen
  const intervalMs = median(seen.intervalsMs)
  const packets = median(seen.packets)
  const firstDay = Math.floor(nowMs / dayMs) - 6
  return {
    ...estimatePatience({ memory: seen, start }),
    signIns,
    ...(intervalMs === undefined ? {} : { intervalMs: Math.round(intervalMs) }),
    ...(packets === undefined ? {} : { packets: Math.round(packets) }),
    lateResends,
    tooLate,
    challenges,
    followed,
    margin,
    lostLastWeek: lost.reduce((sum, [day, count]) => sum + (day < firstDay ? 0 : count), 0),
  }
}
