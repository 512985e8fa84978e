import type { Verified } from '../../../signin/index.ts'
import { type Clock, dayMs } from '../../../support/index.ts'
import { createFactCache } from '../fact-cache.ts'
import { createKeyedMutex, type KeyedMutex } from './keyed-mutex.ts'
import type { OwnCount, WrongPasswords } from './wrong-passwords.ts'

/** A count belongs to the controller that gave it, by its URL. */
export type Reading = { readonly server: string; readonly wrongPasswords: WrongPasswords }

/** `tries`: how many passwords had been tried by then; a millisecond is too long to tell before from after. */
export type Moment = { readonly atMs: number; readonly tries: number }

/**
 * What a lockout shield knows of people, by `User.key`. It outlives the reading of a configuration: who
 * is checked by the old one and by the new one at once is still checked one after the other.
 */
export type ShieldMemory = {
  readonly oneAtATime: KeyedMutex
  now(): Moment
  /** What a search has shown that began at that moment; nothing, where a password was tried since. */
  learn(userKey: string, reading: Reading, began: Moment): void
  reading(userKey: string): Reading | undefined
  /** Wrong passwords since the last right one, as far as they came through here. */
  own(userKey: string): OwnCount
  /** A password was tried; undefined: nobody knows with what result. */
  noteTry(userKey: string, result: Verified['kind'] | undefined): void
}

/** How long a reading counts. Nobody else's tries are seen meanwhile. */
const readingMs = 1_000
/** Longer than any search. */
const tryMs = 10 * 60_000
/** Longer than any observation window that makes sense. */
const ownMs = dayMs
/** People remembered at a time. */
const maxPeople = 10_000

export function createShieldMemory(clock: Clock): ShieldMemory {
  const readings = createFactCache<Reading>(readingMs, maxPeople, clock)
  const lastTries = createFactCache<number>(tryMs, maxPeople, clock)
  const owns = createFactCache<OwnCount>(ownMs, maxPeople, clock)
  const own = (userKey: string) => owns.get(userKey) ?? { count: 0, lastMs: 0 }
  let tries = 0
  return {
    oneAtATime: createKeyedMutex(),
    now: () => ({ atMs: clock.nowMs(), tries }),
    learn(userKey, reading, began) {
      const lastTry = lastTries.get(userKey) ?? 0
      if (began.tries >= lastTry) readings.set(userKey, reading, began.atMs)
    },
    reading: readings.get,
    own,
    noteTry(userKey, result) {
      if (result === 'right') owns.delete(userKey)
      if (result === 'wrong') {
        owns.set(userKey, { count: own(userKey).count + 1, lastMs: clock.nowMs() })
      }
      // Whatever was read before has not seen this one.
      readings.delete(userKey)
      tries += 1
      lastTries.set(userKey, tries)
    },
  }
}
