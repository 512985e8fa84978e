import { HoldfastError } from '../../support/index.ts'

/**
 * Why a sign-in should end: the gateway has forgotten the request (`abandoned`, RULES 18), the service
 * stops (`stopping`: refuse now), or patience ended without an outcome (`overdue`).
 */
export type StopCode = 'abandoned' | 'stopping' | 'overdue'

// Made once: a hundred thousand attempts may stop at the same moment.
const reasons: Readonly<Record<StopCode, HoldfastError<StopCode>>> = {
  abandoned: new HoldfastError('abandoned', 'the gateway has given up on this request'),
  stopping: new HoldfastError('stopping', 'the service is stopping'),
  overdue: new HoldfastError('overdue', 'the patience of the gateway has ended'),
}

/** Hears once that it should stop. */
export interface Stoppable {
  stopped(code: StopCode): void
}

/**
 * Tells a sign-in that no one waits for its outcome any more, or soon no one will. Work gets an
 * AbortSignal; a request that only waits lets go of it, since a signal with its listener would be a
 * tenth of what it may cost (RULES 32).
 */
export class Stop {
  /** Undefined while someone waits. */
  code: StopCode | undefined = undefined
  #waiting: Stoppable | undefined = undefined
  #controller: AbortController | undefined = undefined

  /** For work that can be ended; its `reason` is a HoldfastError with a StopCode. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.code !== undefined) this.#controller.abort(reasons[this.code])
    }
    return this.#controller.signal
  }

  /** The work is done: from now on `waiting` hears of it, if anyone. */
  tell(waiting: Stoppable | undefined): void {
    this.#controller = undefined
    this.#waiting = waiting
  }

  /** Only the first reason counts. */
  now(code: StopCode): void {
    if (this.code !== undefined) return
    this.code = code
    this.#controller?.abort(reasons[code])
    this.#waiting?.stopped(code)
  }
}
