import { type Clock, systemClock } from './clock.ts'

/** What a steady clock reads: the clock of the machine, which people and NTP move, and a time that only goes on. */
export type Machine = Pick<Clock, 'nowMs' | 'after'> & {
  /** Milliseconds since some moment, on which no change of the clock has any effect. */
  elapsedMs(): number
}

/** Seconds by which the machine's clock is off, and whether that is taken over or left alone. */
export type ClockMoved = { readonly seconds: number; readonly isFollowed: boolean }

/**
 * A clock for a service. It goes on evenly: where the clock of the machine jumps, what is under way neither ends nor
 * lasts longer. A jump is believed once it has lasted for a minute. What drifts is followed slowly.
 */
export type SteadyClock = Clock & {
  /** What the clock of the machine shows. */
  machineMs(): number
  /** Says what time it is by most of several machines. It counts instead of this machine's clock where that is far off. */
  trust(mostMs: number): void
}

export const systemMachine: Machine = { ...systemClock, elapsedMs: () => performance.now() }

/** A jump must last for so long to be believed. Longer than people are asked for. */
export const jumpBelievedAfterMs = 60_000
/** More is a jump, less is drift. */
const jumpMs = 1_000
/** A machine that is off by more than this is warned of, and the others are believed instead. */
export const farClockMs = 5_000
/** What others said is forgotten after this time: no two clocks go at the same rate. */
const trustedForMs = 600_000
const lookEveryMs = 500
/** Of the time that passes; NTP needs a twentieth of it. */
const mostDrift = 0.01

/** `onMoved` is told of each jump once when it is seen, and again when it is followed. */
export function createSteadyClock(
  machine: Machine = systemMachine,
  onMoved: (moved: ClockMoved) => void = () => undefined,
): SteadyClock {
  /** What is added to the time that goes on. */
  let addedMs = machine.nowMs() - machine.elapsedMs()
  let lookedAtMs = machine.elapsedMs()
  /** A jump that is not believed yet. */
  let jump: { readonly sinceMs: number; readonly offMs: number } | undefined
  let trusted: { readonly addedMs: number; readonly atMs: number } | undefined

  /** The clock of this machine, or most of all where it is far from them. */
  function wantedMs(elapsedMs: number): number {
    const shownMs = machine.nowMs() - elapsedMs
    if (trusted === undefined || elapsedMs - trusted.atMs > trustedForMs) return shownMs
    return Math.abs(shownMs - trusted.addedMs) <= farClockMs ? shownMs : trusted.addedMs
  }

  function look(elapsedMs: number): void {
    const passedMs = elapsedMs - lookedAtMs
    lookedAtMs = elapsedMs
    const offMs = wantedMs(elapsedMs) - addedMs
    if (Math.abs(offMs) <= jumpMs) {
      jump = undefined
      const mostMs = passedMs * mostDrift
      addedMs += Math.max(-mostMs, Math.min(mostMs, offMs))
      return
    }
    const isNew = jump === undefined || Math.abs(offMs - jump.offMs) > jumpMs
    const sinceMs = isNew ? elapsedMs : (jump?.sinceMs ?? elapsedMs)
    jump = { sinceMs, offMs }
    // Where no one has asked for the time since, nothing is under way.
    const lastedMs = Math.max(passedMs, elapsedMs - sinceMs)
    if (lastedMs >= jumpBelievedAfterMs) follow(offMs)
    else if (isNew) tell(offMs, false)
  }

  function follow(offMs: number): void {
    jump = undefined
    addedMs += offMs
    tell(offMs, true)
  }

  function tell(offMs: number, isFollowed: boolean): void {
    onMoved({ seconds: Math.round(offMs / 1000), isFollowed })
  }

  return {
    nowMs() {
      const elapsedMs = machine.elapsedMs()
      if (elapsedMs - lookedAtMs >= lookEveryMs) look(elapsedMs)
      return Math.floor(addedMs + elapsedMs)
    },
    after: (delayMs, run) => machine.after(delayMs, run),
    machineMs: () => machine.nowMs(),
    trust(mostMs) {
      const elapsedMs = machine.elapsedMs()
      const isFirst = trusted === undefined
      trusted = { addedMs: mostMs - elapsedMs, atMs: elapsedMs }
      // Of a start with a clock that was wrong already, nothing is under way.
      const offMs = wantedMs(elapsedMs) - addedMs
      if (isFirst && Math.abs(offMs) > farClockMs) follow(offMs)
    },
  }
}
