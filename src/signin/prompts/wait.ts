import type { Timer } from '../../support/index.ts'
import { answerByMs } from '../attempt.ts'
import { type Context, reject } from '../context.ts'
import { canBeJoined } from '../evidence.ts'
import type { Outcome } from '../outcome.ts'
import { packTimeline } from '../timeline.ts'
import type { StopCode, Stoppable } from './stop.ts'

/** Why a request stops waiting: its time is up, the gateway has forgotten it, or the service stops. */
export type Interruption = 'patience-ended' | 'abandoned' | 'stopping'

/**
 * A request that waits, for one thing: what it waits for, the moment its answer must leave, or that
 * nobody waits for it any more. Whichever comes first ends it, once. A hundred thousand of these
 * may be open, so it is one object, told by others, and neither promises nor closures (RULES 32).
 */
export class Waiting<For, Result extends object> implements Stoppable {
  #context: Context | undefined
  readonly #waitsFor: For
  readonly #end: (context: Context, waitsFor: For, waited: Result | Interruption) => void
  #timer: Timer | undefined = undefined

  constructor(
    context: Context,
    waitsFor: For,
    end: (context: Context, waitsFor: For, waited: Result | Interruption) => void,
  ) {
    this.#context = context
    this.#waitsFor = waitsFor
    this.#end = end
  }

  /** Waits until `untilMs` at the latest, milliseconds since 1970. */
  start(untilMs: number): void {
    if (this.#context === undefined) return
    const { attempt, parts, timeline } = this.#context
    if (attempt.stop.code !== undefined) {
      this.stopped(attempt.stop.code)
      return
    }
    this.#context.timeline = packTimeline(timeline)
    this.#timer = parts.wheel.at(untilMs, endPatience, this)
    attempt.stop.tell(this)
  }

  /** What it waits for has come. */
  ended(result: Result): void {
    this.#over(result)
  }

  stopped(code: StopCode): void {
    this.#over(interruptionOf(code))
  }

  patienceEnded(): void {
    this.#over('patience-ended')
  }

  #over(waited: Result | Interruption): void {
    const context = this.#context
    if (context === undefined) return
    // A prompt may outlive its request by a minute, and must not keep it.
    this.#context = undefined
    this.#timer?.cancel()
    context.attempt.stop.tell(undefined)
    this.#end(context, this.#waitsFor, waited)
  }
}

function endPatience(waiting: { patienceEnded(): void }): void {
  waiting.patienceEnded()
}

function interruptionOf(code: StopCode): Interruption {
  return code === 'stopping' ? 'stopping' : 'abandoned'
}

/** How a request ends that waited for somebody else's work and was interrupted. */
export function endInterrupted(context: Context, interruption: Interruption): Outcome {
  switch (interruption) {
    case 'stopping':
      return context.parts.settings.silentStop
        ? { kind: 'drop', reason: 'stopping' }
        : reject(context, 'shutting-down')
    case 'abandoned':
      return { kind: 'drop', reason: 'abandoned' }
    case 'patience-ended':
      return { kind: 'drop', reason: 'no-time-left' }
  }
}

/** Why it is too late to ask the person anything: no answer could reach the gateway. */
export function tooLateToAsk(context: Context): Outcome | undefined {
  const { attempt, parts } = context
  const { code } = attempt.stop
  if (parts.clock.nowMs() >= answerByMs(attempt)) return endInterrupted(context, 'patience-ended')
  if (code === undefined) return undefined
  const interruption = interruptionOf(code)
  // An abandoned request may still ask where its successor can join (RULES 18).
  if (interruption === 'abandoned' && canBeJoined(attempt)) return undefined
  return endInterrupted(context, interruption)
}
