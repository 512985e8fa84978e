import { randomInt } from 'node:crypto'
import { type Clock, Secret } from '../../support/index.ts'
import { DirectoryError } from '../errors.ts'
import { createGate } from '../gate.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'

export type HashGateOptions = {
  /** Slow hashes computed at once; each takes up to 256 MiB and a core. Default 2. */
  readonly hashesAtOnce?: number
  /** Passwords that may wait for a hash. Default 100. */
  readonly queue?: number
  /** How long one may wait. Default 3000 ms. */
  readonly waitMs?: number
}

/** `overloaded`: too many wait already, or it took too long. `given-up`: the signal aborted first. */
type Refused = 'overloaded' | 'given-up'

/** Computes slow hashes on the thread pool, a few at a time, for all local directories. */
export type HashGate = {
  check(password: Secret, hash: string, signal: AbortSignal): Promise<'right' | 'wrong' | Refused>
  /**
   * Waits its turn, and then for as long as the last hash took (RULES 39). It computes nothing,
   * unless no hash has been computed yet: then it computes `like`, to learn how long that takes.
   */
  pretend(like: string, signal: AbortSignal): Promise<'waited' | Refused>
  /** A hash of this password with the current parameters. */
  renew(password: Secret, signal: AbortSignal): Promise<string | Refused>
  /** Refuses all that wait. */
  close(): void
}

/** Any password: every hash takes as long. */
const noPassword = new Secret('')

/** `elapsedMs` is a monotonic clock, which measures how long hashes take. */
export function createHashGate(
  options: HashGateOptions,
  clock: Clock,
  elapsedMs: () => number = () => performance.now(),
): HashGate {
  const { hashesAtOnce: places = 2, queue = 100, waitMs = 3000 } = options
  // At random: an unknown name gets here a moment earlier, and would leave first.
  const gate = createGate({ places, queue, waitMs, pick: randomInt }, clock)
  let lastHashMs: number | undefined

  async function inTurn<Result>(
    signal: AbortSignal,
    work: () => Promise<Result>,
  ): Promise<Result | Refused> {
    let leave: () => void
    try {
      leave = await gate.enter(signal)
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      return error.code === 'aborted' ? 'given-up' : 'overloaded'
    }
    try {
      return await work()
    } finally {
      leave()
    }
  }

  async function verifyTimed(password: Secret, hash: string): Promise<boolean> {
    const startedMs = elapsedMs()
    const isRight = await verifyPassword(password, hash)
    lastHashMs = elapsedMs() - startedMs
    return isRight
  }

  return {
    check: (password, hash, signal) =>
      inTurn(signal, async () => ((await verifyTimed(password, hash)) ? 'right' : 'wrong')),
    pretend: (like, signal) =>
      inTurn(signal, async (): Promise<'waited'> => {
        const hashMs = lastHashMs
        if (hashMs === undefined) await verifyTimed(noPassword, like)
        else await new Promise<void>((resolve) => clock.after(hashMs, resolve))
        return 'waited'
      }),
    renew: (password, signal) => inTurn(signal, () => hashPassword(password)),
    close: () => gate.rejectWaiting(new DirectoryError('busy', 'the directory was closed')),
  }
}
