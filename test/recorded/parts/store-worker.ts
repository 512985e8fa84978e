import { Worker } from 'node:worker_threads'

/** What is under way between this thread and its workers, of which the store is one. */
export type WorkerTraffic = {
  /** Questions that have no answer yet. */
  open(): number
  /** The next message of a worker. Rejects when none comes for long. */
  answered(): Promise<void>
  /** Messages so far, in both directions. */
  count(): number
  stop(): void
}

const longestMs = 20_000

/**
 * Counts the messages of all workers, where questions and answers have an `id`. A service under a clock that stands
 * still is at rest when its store has answered everything, and nothing else of it shows that.
 */
export function watchWorkers(): WorkerTraffic {
  const { postMessage, emit } = Worker.prototype
  let asked = 0
  let answers = 0
  let wake: (() => void) | undefined
  Worker.prototype.postMessage = function (...args) {
    asked += hasId(args[0]) ? 1 : 0
    postMessage.apply(this, args)
  }
  Worker.prototype.emit = function (this: Worker, event: string | symbol, ...args: unknown[]) {
    const heard: boolean = Reflect.apply(emit, this, [event, ...args])
    if (event === 'message') {
      answers += hasId(args[0]) ? 1 : 0
      wake?.()
    }
    return heard
  }
  return {
    open: () => asked - answers,
    answered() {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      wake = resolve
      const late = setTimeout(() => reject(new Error('the store answers no more')), longestMs)
      return promise.finally(() => clearTimeout(late))
    },
    count: () => asked + answers,
    stop() {
      Worker.prototype.postMessage = postMessage
      Worker.prototype.emit = emit
    },
  }
}

function hasId(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'id' in message
}
