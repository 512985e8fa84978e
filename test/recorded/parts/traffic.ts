import { Worker } from 'node:worker_threads'

/** What is under way between this thread and its workers, of which the store is one, and over HTTP. */
export type Traffic = {
  /** Questions that have no answer yet. */
  open(): number
  /** The next answer. Rejects when none comes for long. */
  answered(): Promise<void>
  /** Questions and answers so far. */
  count(): number
  /** Something else is under way until this is settled. */
  during<T>(work: Promise<T>): Promise<T>
  stop(): void
}

const longestMs = 20_000

/**
 * Counts the messages of all workers, where questions and answers have an `id`, and what is fetched. A service under a
 * clock that stands still is at rest when its store and its providers have answered, and nothing else of it shows that.
 */
export function watchTraffic(): Traffic {
  const { postMessage, emit } = Worker.prototype
  const { fetch } = globalThis
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
  async function during<T>(work: Promise<T>): Promise<T> {
    asked += 1
    try {
      return await work
    } finally {
      answers += 1
      wake?.()
    }
  }
  globalThis.fetch = (...args) => during(fetch(...args))
  return {
    during,
    open: () => asked - answers,
    answered() {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      wake = resolve
      const late = setTimeout(
        () => reject(new Error('the store, or a provider, answers no more')),
        longestMs,
      )
      return promise.finally(() => clearTimeout(late))
    },
    count: () => asked + answers,
    stop() {
      Worker.prototype.postMessage = postMessage
      Worker.prototype.emit = emit
      globalThis.fetch = fetch
    },
  }
}

function hasId(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'id' in message
}
