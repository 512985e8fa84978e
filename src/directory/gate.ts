import type { Clock } from '../support/index.ts'
import { DirectoryError } from './errors.ts'

export type GateOptions = {
  /** How many may be inside at once. */
  readonly places: number
  /** How many may wait; one more is told `busy` at once. */
  readonly queue: number
  /** How long one may wait. */
  readonly waitMs: number
  /** Which of `count` callers that wait goes in next, from 0. Default: the first who came. */
  readonly pick?: (count: number) => number
}

/** Lets a limited number of jobs run at once and keeps a short, bounded queue before it. */
export type Gate = {
  /**
   * Waits for a place, first come, first served unless `pick` says otherwise. The function it gives puts the place back; calling
   * it twice does nothing.
   * @throws {DirectoryError} `busy`, or `aborted` when the signal aborts first
   */
  enter(signal: AbortSignal): Promise<() => void>
  /** Everyone who waits gets this error now. */
  rejectWaiting(error: Error): void
}

type Waiter = { admit(): void; reject(error: Error): void }

export function createGate(options: GateOptions, clock: Clock): Gate {
  const waiting = new Set<Waiter>()
  let free = options.places

  function leave(): void {
    const next = nextOf(waiting, options.pick)
    if (next === undefined) free += 1
    else next.admit()
  }

  function place(): () => void {
    let held = true
    return () => {
      if (held) leave()
      held = false
    }
  }

  function wait(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const settle = (run: () => void) => {
        waiting.delete(waiter)
        timer.cancel()
        signal.removeEventListener('abort', onAbort)
        run()
      }
      const waiter: Waiter = {
        admit: () => settle(() => resolve(place())),
        reject: (error) => settle(() => reject(error)),
      }
      const onAbort = () => waiter.reject(abortedError())
      const timer = clock.after(options.waitMs, () =>
        waiter.reject(new DirectoryError('busy', `no place within ${options.waitMs} ms`)),
      )
      signal.addEventListener('abort', onAbort)
      waiting.add(waiter)
    })
  }

  return {
    async enter(signal) {
      if (signal.aborted) throw abortedError()
      if (free > 0) {
        free -= 1
        return place()
      }
      if (waiting.size >= options.queue) {
        throw new DirectoryError('busy', `${waiting.size} wait already`)
      }
      return wait(signal)
    },
    rejectWaiting(error) {
      for (const waiter of [...waiting]) waiter.reject(error)
    },
  }
}

function nextOf(waiting: ReadonlySet<Waiter>, pick: GateOptions['pick']): Waiter | undefined {
  if (waiting.size === 0) return undefined
  return pick === undefined ? waiting.values().next().value : [...waiting][pick(waiting.size)]
}

/**
 * The result of `work`, unless the signal aborts first. The work itself goes on: what it holds is
 * given back when it ends by its own time limit.
 * @throws {DirectoryError} `aborted`
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortedError())
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function abortedError(): DirectoryError {
  return new DirectoryError('aborted', 'no one waits for the answer any longer')
}
