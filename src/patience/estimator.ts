import { estimatePatience, type PatienceEstimate, type StartingValue } from './estimate.ts'
import { emptyMemory, type PatienceMemory } from './memory.ts'
import type { Observation } from './observation.ts'
import type { Vote } from './threshold.ts'
import { addVote, wearDown } from './votes.ts'

/** Learns how long one gateway waits. Holds no clock and no timer. */
export interface PatienceEstimator {
  observe(observation: Observation): void
  estimate(): PatienceEstimate
  /** Whether the next sign-in is to be held past the margin, to see when the gateway stops (RULES 24). */
  mayHoldOn(): boolean
  /** Plain JSON; hand it to the next estimator. */
  readonly memory: PatienceMemory
}

export type PatienceEstimatorOptions = {
  readonly start: StartingValue
  readonly memory?: PatienceMemory
}

const valuesKept = 32
/** An answer within this share of the patience is an early one. */
const earlyShare = 0.3
/**
 * What a sign weighs. Resends come from the machine; that another packet follows when a try has ended
 * is two signs that agree; that an answer was used or not is only guessed from what people do.
 */
const weights = {
  resend: 1,
  'follow-up': 3,
  'challenge-answered': 1,
  'nobody-again': 0.5,
  silence: 1,
  stopped: 1,
  'again-held': 0.5,
  'again-answered': 0.5,
} as const
/** Of those that reach the margin one in so many is held on, so never one of a new gateway's first. */
const heldOnOneIn = 10
/** So many packets that follow by themselves are a second server, or a gateway that starts anew. */
const followUpsOfAServer = 3
const daysKept = 8
const dayMs = 86_400_000

export function createPatienceEstimator(options: PatienceEstimatorOptions): PatienceEstimator {
  const { start } = options
  let memory = options.memory ?? emptyMemory
  let estimate: PatienceEstimate | undefined

  function change(changed: Partial<PatienceMemory>): void {
    memory = { ...memory, ...changed }
  }

  function vote(vote: Vote): void {
    const { observations, votes } = memory
    change({
      observations: observations + 1,
      votes: addVote(votes, vote),
      start: wearDown(memory.start, start.patienceMs, vote),
    })
    estimate = undefined
  }

  function countEarly(afterMs: number, what: 'used' | 'again'): void {
    if (afterMs > current().patienceMs * earlyShare) return
    change({ early: { ...memory.early, [what]: memory.early[what] + 1 } })
  }

  function current(): PatienceEstimate {
    estimate ??= estimatePatience(memory, start)
    return estimate
  }

  return {
    observe(observation) {
      switch (observation.kind) {
        case 'sign-in':
          return change({ signIns: memory.signIns + 1 })
        case 'waiting': {
          const { afterMs: ms, by } = observation
          if (by === 'nobody-again') countEarly(ms, 'used')
          return vote({ says: 'waiting', ms, weight: weights[by] })
        }
        case 'gone': {
          const { afterMs: ms, by } = observation
          if (by === 'again-answered') {
            change({ tooLate: memory.tooLate + 1 })
            countEarly(ms, 'again')
          }
          return vote({ says: 'gone', ms, weight: weights[by] })
        }
        case 'interval':
          return change({
            intervalsMs: keepLast(memory.intervalsMs, Math.round(observation.ms), valuesKept),
          })
        case 'gave-up': {
          const { afterMs, packets } = observation
          change({
            gaveUpMs: keepLast(memory.gaveUpMs, Math.round(afterMs), valuesKept),
            packets: keepLast(memory.packets, packets, valuesKept),
          })
          // A gateway waits behind its last packet as long as behind the others, as far as is known.
          return vote({ says: 'waiting', ms: afterMs, weight: weights.stopped })
        }
        case 'late-resend':
          return change({ lateResends: memory.lateResends + 1 })
        case 'challenge': {
          const { challenges } = memory
          const { event } = observation
          return change({ challenges: { ...challenges, [event]: challenges[event] + 1 } })
        }
        case 'followed': {
          const { followed } = memory
          const { by } = observation
          return change({ followed: { ...followed, [by]: followed[by] + 1 } })
        }
        case 'margin': {
          const { reached, heldOn } = memory.margin
          const more = observation.heldOn ? 1 : 0
          return change({ margin: { reached: reached + 1, heldOn: heldOn + more } })
        }
        case 'lost':
          return change({ lost: countDay(memory.lost, Math.floor(observation.atMs / dayMs)) })
      }
    },
    estimate: current,
    mayHoldOn() {
      const { reached, heldOn } = memory.margin
      const { server, port, identifier } = memory.followed
      const hasSecondServer = server > 0 || port + identifier >= followUpsOfAServer
      if (start.challenges || hasSecondServer) return false
      return (heldOn + 1) * heldOnOneIn <= reached + 1
    },
    get memory() {
      return memory
    },
  }
}

function keepLast<Value>(list: readonly Value[], value: Value, kept: number): readonly Value[] {
  return [...list.slice(1 - kept), value]
}

function countDay(lost: PatienceMemory['lost'], day: number): PatienceMemory['lost'] {
  const count = lost.find(([known]) => known === day)?.[1] ?? 0
  return [
    ...lost.filter(([known]) => known !== day && known > day - daysKept),
    [day, count + 1] as const,
  ]
}
