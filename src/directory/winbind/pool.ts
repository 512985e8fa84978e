import type { Clock } from '../../support/index.ts'
import { DirectoryError } from '../errors.ts'
import { createGate, unlessAborted } from '../gate.ts'
import { type Helper, type HelperAnswer, startHelper } from './helper.ts'

export type HelperPoolOptions = {
  readonly program: string
  /** Of ntlm_auth. */
  readonly protocol: string
  /** How many may run at a time. */
  readonly helpers: number
  /** Questions that may wait for one; more are told `busy`. */
  readonly queue: number
  /** How long one may wait for a helper, and then for its answer. */
  readonly timeoutMs: number
}

/** Helpers that are started when they are needed and then kept open: a new one costs ten times a question. */
export type HelperPool = {
  /** @throws {DirectoryError} `busy`, `aborted`, `no-answer` */
  ask(lines: readonly string[], signal: AbortSignal): Promise<HelperAnswer>
  close(): void
}

export function createHelperPool(options: HelperPoolOptions, clock: Clock): HelperPool {
  const { program, protocol, helpers, queue, timeoutMs } = options
  const gate = createGate({ places: helpers, queue, waitMs: timeoutMs }, clock)
  const running = new Set<Helper>()
  const idle: Helper[] = []
  let isClosed = false

  function take(): Helper {
    for (let helper = idle.pop(); helper !== undefined; helper = idle.pop()) {
      if (helper.isAlive) return helper
      running.delete(helper)
    }
    const helper = startHelper(program, protocol, clock)
    running.add(helper)
    return helper
  }

  async function askOne(lines: readonly string[]): Promise<HelperAnswer> {
    const helper = take()
    try {
      return await helper.ask(lines, timeoutMs)
    } finally {
      if (helper.isAlive && !isClosed) idle.push(helper)
      else running.delete(helper)
    }
  }

  return {
    async ask(lines, signal) {
      if (isClosed) throw new DirectoryError('busy', 'the directory was closed')
      const leave = await gate.enter(signal)
      // The caller may go; the helper is free when it has answered.
      const answer = askOne(lines).finally(leave)
      return unlessAborted(answer, signal)
    },

    close() {
      isClosed = true
      gate.rejectWaiting(new DirectoryError('busy', 'the directory was closed'))
      for (const helper of running) helper.kill()
    },
  }
}
