import type { Clock } from '../../support/index.ts'
import type { Asker } from '../ask.ts'
import { interrupted } from '../errors.ts'
import { askPerson } from '../try/play.ts'
import type { Question } from '../try/request.ts'

/** Who signs in at the gateway. */
export type Person = {
  readonly password: string
  /** What is typed where the gateway shows this; '' is only Enter. */
  answer(question: Question): Promise<string>
  /** When the prompt that is still open will be answered, as far as that is known. */
  answersAtMs(): number | undefined
  /** Rejects when what the person needs fails; never resolves. */
  readonly trouble: Promise<never>
  stop(): Promise<void>
}

/** Someone at this terminal, with a phone of their own. */
export function createRealPerson(password: string, asker: Asker): Person {
  return {
    password,
    answer: (question) => askPerson(question, asker),
    answersAtMs: () => undefined,
    trouble: new Promise(() => undefined),
    stop: async () => undefined,
  }
}

/** Waits; rejects with CliError `interrupted` when `signal` aborts. */
export function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // Timers of the clock do not keep the process alive, and there may be nothing but a pause.
    const alive = setInterval(() => undefined, 60_000)
    const end = (settle: () => void) => {
      clearInterval(alive)
      timer.cancel()
      signal.removeEventListener('abort', stop)
      settle()
    }
    const stop = () => end(() => reject(interrupted()))
    const timer = clock.after(Math.max(0, ms), () => end(resolve))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
}
