import type { Timer } from '../../support/index.ts'
import { answerByMs } from '../attempt.ts'
import { type Context, reject } from '../context.ts'
import { canBeJoined } from '../evidence.ts'
import type { Outcome } from '../outcome.ts'
import { packTimeline } from '../timeline.ts'
import type { Stop, StopCode, Stoppable } from './stop.ts'

/** Why a request stops waiting: its time is up, the gateway has forgotten it, or the service stops. */
export type Interruption = 'patience-ended' | 'abandoned' | 'stopping'

/**
 * Waits until `untilMs` at the latest, milliseconds since 1970, and only while someone waits for the outcome
 * of this request. `begin` starts what is waited for, which tells the waiter when it has come. `keepsPassword`: the request
 * may have to go on by itself, from the beginning.
 */
export function waitFor<Result extends object>(
  context: Context,
  untilMs: number,
  begin: (waiter: Waiter<Result>) => void,
  keepsPassword = false,
): Promise<Result | Interruption> {
  const { credential } = context.attempt
  const { stop } = context.live
  if (stop.code !== undefined) return Promise.resolve(interruptionOf(stop.code))
  context.timeline = packTimeline(context.timeline)
  // It has been checked, and a phone may ring for minutes. What recognises it again is a keyed hash (RULES 22).
  if (!keepsPassword) {
    if (credential.kind === 'pap') credential.password.forget()
    context.read?.password.forget()
  }
  return new Promise((resolve) => {
    const waiter = new Waiter(stop, resolve)
    waiter.timer = context.parts.wheel.at(untilMs, endPatience, waiter)
    stop.tell(waiter)
    begin(waiter)
  })
}

/**
 * One object that learns of all three ends, and takes the first: three functions would be three times as large (RULES
 * 32).
 */
class Waiter<Result> implements Stoppable {
  timer: Timer | undefined = undefined
  #isOver = false
  readonly #stop: Stop
  readonly #resolve: (waited: Result | Interruption) => void

  constructor(stop: Stop, resolve: (waited: Result | Interruption) => void) {
    this.#stop = stop
    this.#resolve = resolve
  }

  /** What it waits for has come. */
  ended(result: Result): void {
    this.#end(result)
  }

  stopped(code: StopCode): void {
    this.#end(interruptionOf(code))
  }

  patienceEnded(): void {
    this.#end('patience-ended')
  }

  #end(waited: Result | Interruption): void {
    if (this.#isOver) return
    this.#isOver = true
    this.timer?.cancel()
    this.#stop.tell(undefined)
    this.#resolve(waited)
  }
}

function endPatience(waiter: { patienceEnded(): void }): void {
  waiter.patienceEnded()
}

function interruptionOf(code: StopCode): Interruption {
  return code === 'stopping' ? 'stopping' : 'abandoned'
}

/** How a request ends that waited for another's work and was interrupted. */
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
  const { attempt, live, parts } = context
  if (parts.clock.nowMs() >= answerByMs(attempt)) return endInterrupted(context, 'patience-ended')
  const { code } = live.stop
  if (code === undefined) return undefined
  const interruption = interruptionOf(code)
  // An abandoned request may still ask where its successor can join (RULES 18).
  if (interruption === 'abandoned' && canBeJoined(attempt)) return undefined
  return endInterrupted(context, interruption)
}
