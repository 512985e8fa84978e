import { estimatePatience, type PatienceEstimate, type StartingValue } from './estimate.ts'
import { emptyMemory, type KeptVote, type PatienceMemory } from './memory.ts'
import type { Observation } from './observation.ts'

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

/** Votes kept of each kind. */
const votesKept = 48
const valuesKept = 32
/** An answer within this share of the patience is an early one. */
const earlyShare = 0.3
/** Votes for less than this share of the patience say nothing about its end. */
const tellingShare = 0.5
/** Sign-ins that reached the margin before one is held on, and then one in so many. */
const firstNeverHeldOn = 5
const heldOnOneIn = 10
/** So many packets that follow by themselves are a second server, or a gateway that starts anew. */
const followUpsOfAServer = 3
const daysKept = 8
const dayMs = 86_400_000

export function createPatienceEstimator(options: PatienceEstimatorOptions): PatienceEstimator {
  const { start } = options
  let memory = options.memory ?? emptyMemory
  let estimate = estimatePatience(memory, start)

  function change(changed: Partial<PatienceMemory>): void {
    memory = { ...memory, ...changed }
  }

  function vote(list: 'resent' | 'used' | 'gone', ms: number): void {
    const kept: KeptVote = [Math.round(ms), memory.votes + 1]
    change({ votes: memory.votes + 1, [list]: keepLast(memory[list], kept, votesKept) })
    estimate = estimatePatience(memory, start)
  }

  function observeAnswerUsed(afterMs: number): void {
    if (isEarly(afterMs)) {
      change({ early: { ...memory.early, used: memory.early.used + 1 } })
    }
    if (isTelling(afterMs)) vote('used', afterMs)
  }

  function observeGone(observation: Extract<Observation, { kind: 'gone' }>): void {
    const { afterMs, by } = observation
    if (by === 'again-answered') {
      change({ tooLate: memory.tooLate + 1 })
      if (isEarly(afterMs)) change({ early: { ...memory.early, again: memory.early.again + 1 } })
    }
    vote('gone', afterMs)
  }

  function isEarly(afterMs: number): boolean {
    return afterMs < estimate.patienceMs * earlyShare
  }

  function isTelling(afterMs: number): boolean {
    return afterMs >= estimate.patienceMs * tellingShare
  }

  return {
    observe(observation) {
      switch (observation.kind) {
        case 'sign-in':
          return change({ signIns: memory.signIns + 1 })
        case 'waiting':
          if (observation.by === 'answer-used') return observeAnswerUsed(observation.afterMs)
          return isTelling(observation.afterMs) ? vote('resent', observation.afterMs) : undefined
        case 'gone':
          return observeGone(observation)
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
          estimate = estimatePatience(memory, start)
          return
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
    estimate: () => estimate,
    mayHoldOn() {
      const { reached, heldOn } = memory.margin
      const { server, port, identifier } = memory.followed
      const hasSecondServer = server > 0 || port + identifier >= followUpsOfAServer
      if (start.challenges || hasSecondServer) return false
      return reached >= firstNeverHeldOn && (heldOn + 1) * heldOnOneIn <= reached + 1
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
