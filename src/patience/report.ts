import { estimatePatience, type PatienceEstimate, type StartingValue } from './estimate.ts'
import { emptyMemory, type PatienceMemory } from './memory.ts'
import { median } from './threshold.ts'

/** What was seen of a gateway, for people. */
export type PatienceReport = PatienceEstimate & {
  readonly signIns: number
  /** Typical time between two packets of one request; absent where none came twice. */
  readonly intervalMs?: number
  /** Typical number of packets until it gives up; absent where that was not seen. */
  readonly packets?: number
  /** Resends that came although an answer had left. */
  readonly lateResends: number
  /** Answers that were not used: the same sign-in came again. */
  readonly tooLate: number
  readonly challenges: PatienceMemory['challenges']
  /** How often it went on by itself with another identifier, source port or address of ours. */
  readonly followed: PatienceMemory['followed']
  readonly margin: PatienceMemory['margin']
  /** People of the last seven days who did not get in because the gateway would not wait. */
  readonly lostLastWeek: number
}

const dayMs = 86_400_000

/** `memory`: undefined where nothing was seen yet. */
export function reportPatience(
  memory: PatienceMemory | undefined,
  start: StartingValue,
  nowMs: number,
): PatienceReport {
  const seen = memory ?? emptyMemory
  const { signIns, lateResends, tooLate, challenges, followed, margin, lost } = seen
  const intervalMs = median(seen.intervalsMs)
  const packets = median(seen.packets)
  const firstDay = Math.floor(nowMs / dayMs) - 6
  return {
    ...estimatePatience(seen, start),
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
