import type { Clock } from '../../support/index.ts'

export type CallQueue = {
  /**
   * Waits for this call's turn. `full` at once when its turn would come after `deadlineMs`
   * (milliseconds since 1970).
   */
  wait(deadlineMs: number, signal: AbortSignal): Promise<'go' | 'full' | 'aborted'>
}

/** The starts of one account, where several processes share it. */
export type CallTurns = {
  /**
   * Takes the next turn, `gapMs` after the one before, and gives how long it is until then. Undefined, and then none is
   * taken, where that would be longer than `withinMs`. Rejects where no one can be asked.
   */
  take(gapMs: number, withinMs: number): Promise<number | undefined>
}

type Options = {
  readonly clock: Clock
  readonly perSecond: number
  /** Absent: this process has the account alone. */
  readonly turns?: CallTurns
}

/**
 * Lets calls start no faster than the provider does: Twilio starts one a second for each account
 * unless it is asked for more, and what comes faster would wait there, where no one sees it.
 */
export function createCallQueue({ clock, perSecond, turns }: Options): CallQueue {
  const own = createOwnQueue({ clock, perSecond })
  return turns === undefined ? own : createSharedQueue({ clock, perSecond, turns }, own)
}

/** `own`: for the time in which no one can be asked. A call that comes too fast then waits at the provider. */
function createSharedQueue(
  { clock, perSecond, turns }: Required<Options>,
  own: CallQueue,
): CallQueue {
  return {
    async wait(deadlineMs, signal) {
      if (signal.aborted) return 'aborted'
      const waitMs = await turns
        .take(1000 / perSecond, deadlineMs - clock.nowMs())
        .catch(() => 'unknown' as const)
      if (signal.aborted) return 'aborted'
      if (waitMs === 'unknown') return own.wait(deadlineMs, signal)
      if (waitMs === undefined) return 'full'
      if (waitMs <= 0) return 'go'
      const { promise, resolve } = Promise.withResolvers<'go' | 'aborted'>()
      const onAbort = () => resolve('aborted')
      const timer = clock.after(waitMs, () => resolve('go'))
      signal.addEventListener('abort', onAbort, { once: true })
      const turn = await promise
      timer.cancel()
      signal.removeEventListener('abort', onAbort)
      return turn
    },
  }
}

function createOwnQueue({ clock, perSecond }: Omit<Options, 'turns'>): CallQueue {
  const intervalMs = 1000 / perSecond
  const waiting: (() => void)[] = []
  let nextStartMs = 0
  let isTimerSet = false

  function startNext(): void {
    isTimerSet = false
    const go = waiting.shift()
    if (go === undefined) return
    nextStartMs = clock.nowMs() + intervalMs
    go()
    setTimer()
  }

  function setTimer(): void {
    if (isTimerSet || waiting.length === 0) return
    isTimerSet = true
    clock.after(Math.max(0, nextStartMs - clock.nowMs()), startNext)
  }

  return {
    wait(deadlineMs, signal) {
      if (signal.aborted) return Promise.resolve('aborted')
      const nowMs = clock.nowMs()
      if (waiting.length === 0 && nowMs >= nextStartMs) {
        nextStartMs = nowMs + intervalMs
        return Promise.resolve('go')
      }
      const turnMs = Math.max(nowMs, nextStartMs) + waiting.length * intervalMs
      if (turnMs > deadlineMs) return Promise.resolve('full')

      const { promise, resolve } = Promise.withResolvers<'go' | 'aborted'>()
      const onAbort = () => {
        waiting.splice(waiting.indexOf(go), 1)
        resolve('aborted')
      }
      const go = () => {
        signal.removeEventListener('abort', onAbort)
        resolve('go')
      }
      signal.addEventListener('abort', onAbort, { once: true })
      waiting.push(go)
      setTimer()
      return promise
    },
  }
}
