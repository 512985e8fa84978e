import { randomBytes } from 'node:crypto'
import type { SharedTries, ShieldStore, TriedPassword } from '../../../accounts/index.ts'
import type { Clock } from '../../../support/index.ts'
import { DirectoryError } from '../../errors.ts'
import { createFactCache } from '../fact-cache.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import { createReadings, maxPeople, type ShieldMemory } from './shield-memory.ts'
import type { OwnCount } from './wrong-passwords.ts'

/** How often a turn is asked for that another process has: a check takes some milliseconds. */
const pauseMs = 100
/** Of these the store has at most one. */
const mostLeft = 20
/** Longer than any check. A process that has the turn for so long is gone, and what it has tried counts as wrong. */
const goneMs = 30_000

/**
 * For processes that check passwords side by side: each person has one turn in all of them, and one count. Two separate
 * counts would leave no try to the person's own computer. While the store fails, no password is checked. `elapsedMs`: a
 * time that only goes on, by which the turns of others end (O10).
 */
export function createSharedShieldMemory(
  clock: Clock,
  store: Omit<ShieldStore, 'purge'>,
  elapsedMs: () => number = () => performance.now(),
): ShieldMemory {
  const { forget, ...readings } = createReadings(clock)
  const oneAtATime = createKeyedMutex()
  const steady = { nowMs: elapsedMs }
  /** The mark of the last try that this process knows of: readings from before a later try are useless. */
  const marks = createFactCache<string>(goneMs, maxPeople, steady)
  /** Turns of others that were waited for, with the moment at which they were seen first. */
  const others = createFactCache<{ readonly turn: string; readonly sinceMs: number }>(
    10 * goneMs,
    maxPeople,
    steady,
  )

  /** Own turns of which no one knows whether the store has ended them, since it failed. */
  const left = createFactCache<readonly string[]>(10 * goneMs, maxPeople, steady)

  /** Undefined while another one has it. A turn that stays the same is seen over several requests: each waits only briefly. */
  async function take(userKey: string, turn: string): Promise<SharedTries | undefined> {
    const nowMs = clock.nowMs()
    const waitedMs = elapsedMs()
    const taken = await store.take(userKey, turn, nowMs)
    if (!('busy' in taken)) {
      others.delete(userKey)
      return taken
    }
    if (left.get(userKey)?.includes(taken.busy) === true) {
      return store.takeOver(userKey, taken.busy, turn, nowMs)
    }
    const seen = others.get(userKey)
    if (seen?.turn !== taken.busy) {
      others.set(userKey, { turn: taken.busy, sinceMs: waitedMs })
      return undefined
    }
    if (waitedMs - seen.sinceMs < goneMs) return undefined
    return store.takeOver(userKey, taken.busy, turn, nowMs)
  }

  async function waitForTurn(
    userKey: string,
    turn: string,
    signal: AbortSignal,
  ): Promise<SharedTries> {
    for (;;) {
      if (signal.aborted) throw new DirectoryError('aborted', 'no one waits for it any longer')
      const taken = await take(userKey, turn)
      if (taken !== undefined) return taken
      await new Promise<void>((resolve) => {
        clock.after(pauseMs, resolve)
      })
    }
  }

  async function orLeave<Result>(
    userKey: string,
    turn: string,
    asked: Promise<Result>,
  ): Promise<Result> {
    try {
      return await asked
    } catch (error) {
      // Who gave up was told each time that another one has the turn.
      const isGivenUp = error instanceof DirectoryError && error.code === 'aborted'
      if (!isGivenUp) left.set(userKey, [...(left.get(userKey) ?? []), turn].slice(-mostLeft))
      throw error
    }
  }

  return {
    ...readings,
    inTurn: (userKey, signal, work) =>
      oneAtATime(userKey, async () => {
        const turn = randomBytes(12).toString('base64url')
        const tries = await orLeave(userKey, turn, waitForTurn(userKey, turn, signal))
        left.delete(userKey)
        if (tries.mark !== (marks.get(userKey) ?? '')) forget(userKey)
        let tried: TriedPassword = { kind: 'none' }
        try {
          return await work({
            own: toOwn(tries),
            noteTry(result, server = '') {
              forget(userKey)
              const kind = result === 'wrong' ? 'wrong' : 'unknown'
              tried = result === 'right' ? { kind: 'right' } : { kind, server, atMs: clock.nowMs() }
            },
          })
        } finally {
          marks.set(userKey, await orLeave(userKey, turn, store.end(userKey, turn, tried)))
        }
      }),
    async own(userKey) {
      const tries = await store.look(userKey)
      return tries === undefined ? { count: 0, lastMs: 0 } : toOwn(tries)
    },
  }
}

function toOwn({ lastMs, server, wrong }: SharedTries): OwnCount {
  return { count: wrong, lastMs, server }
}
