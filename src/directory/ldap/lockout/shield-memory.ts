import type { Verified } from '../../../signin/index.ts'
import { type Clock, dayMs } from '../../../support/index.ts'
import { createFactCache } from '../fact-cache.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import type { OwnCount, WrongPasswords } from './wrong-passwords.ts'

/** A count belongs to the controller that gave it, by its URL. */
export type Reading = { readonly server: string; readonly wrongPasswords: WrongPasswords }

/** `tries`: how many passwords had been tried by then; a millisecond is too long to tell before from after. */
export type Moment = { readonly atMs: number; readonly tries: number }

/** What the directory has said of people a moment ago. */
export type Readings = {
  now(): Moment
  /** What a search has shown that began at that moment; nothing, where a password was tried since. */
  learn(userKey: string, reading: Reading, began: Moment): void
  reading(userKey: string): Reading | undefined
  /** A password was tried: whatever was read before has not seen it. */
  forget(userKey: string): void
}

/** The turn of one check. */
export type Turn = {
  readonly own: OwnCount
  /** A password was tried at this controller. An undefined result means that no one knows the result. */
  noteTry(result: Verified['kind'] | undefined, server: string | undefined): void
}

/**
 * What a lockout shield knows of people, by `User.key`. It outlives the reading of a configuration: a person who is
 * checked by the old one and by the new one at once is still checked one after the other.
 */
export type ShieldMemory = Omit<Readings, 'forget'> & {
  /** Lets checks of one person run one after the other. The signal ends only the wait for checks of other processes. */
  inTurn<T>(userKey: string, signal: AbortSignal, work: (turn: Turn) => Promise<T>): Promise<T>
  /** Wrong passwords since the last right one, as far as they came through here. */
  own(userKey: string): Promise<OwnCount>
}

/** How long a reading is used. Tries of other processes are not seen meanwhile. */
const readingMs = 1_000
/** Longer than any search. */
const tryMs = 10 * 60_000
/** Longer than any observation window that makes sense. */
const ownMs = dayMs
/** People remembered at a time. */
export const maxPeople = 10_000

/** For one process, which has no others beside it. */
export function createShieldMemory(clock: Clock): ShieldMemory {
  const { forget, ...readings } = createReadings(clock)
  const owns = createFactCache<OwnCount>(ownMs, maxPeople, clock)
  const oneAtATime = createKeyedMutex()
  const own = (userKey: string) => owns.get(userKey) ?? { count: 0, lastMs: 0 }
  return {
    ...readings,
    inTurn: (userKey, _signal, work) =>
      oneAtATime(userKey, () =>
        work({
          own: own(userKey),
          noteTry(result) {
            if (result === 'right') owns.delete(userKey)
            if (result === 'wrong') {
              owns.set(userKey, { count: own(userKey).count + 1, lastMs: clock.nowMs() })
            }
            forget(userKey)
          },
        }),
      ),
    own: async (userKey) => own(userKey),
  }
}

export function createReadings(clock: Clock): Readings {
  const readings = createFactCache<Reading>(readingMs, maxPeople, clock)
  const lastTries = createFactCache<number>(tryMs, maxPeople, clock)
  let tries = 0
  return {
    now: () => ({ atMs: clock.nowMs(), tries }),
    learn(userKey, reading, began) {
      const lastTry = lastTries.get(userKey) ?? 0
      if (began.tries >= lastTry) readings.set(userKey, reading, began.atMs)
    },
    reading: readings.get,
    forget(userKey) {
      readings.delete(userKey)
      tries += 1
      lastTries.set(userKey, tries)
    },
  }
}
