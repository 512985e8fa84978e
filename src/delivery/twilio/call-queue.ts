import type { Clock } from '../../support/index.ts'

export type CallQueue = {
  /**
   * Waits for this call's turn. `full` at once when its turn would come after `deadlineMs`
   * (milliseconds since 1970).
   */
  wait(deadlineMs: number, signal: AbortSignal): Promise<'go' | 'full' | 'aborted'>
}

/**
 * Lets calls start no faster than the provider does: Twilio starts one a second for each account
 * unless it is asked for more, and what comes faster would wait there, where nobody sees it.
 */
export function createCallQueue(options: {
  readonly clock: Clock
  readonly perSecond: number
}): CallQueue {
  const { clock } = options
  const intervalMs = 1000 / options.perSecond
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
