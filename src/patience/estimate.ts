import type { KeptVote, PatienceMemory } from './memory.ts'
import { findThreshold, median, type Threshold, type Vote } from './threshold.ts'

/** What to believe of a gateway before, or without, learning: configured, or of its preset. */
export type StartingValue = {
  readonly patienceMs: number
  readonly marginMs: number
  /** Whether it is able to show an Access-Challenge. */
  readonly challenges: boolean
}

export type PatienceEstimate = {
  /** How long the gateway waits, from the first packet of the sign-in. */
  readonly patienceMs: number
  /** How long before that the answer must leave. */
  readonly marginMs: number
  /** `starting-value`: too little was seen, or it fits what was seen. */
  readonly from: 'starting-value' | 'resends' | 'answers'
  /** Votes about the end of its patience. */
  readonly observations: number
  /** 0 to 1: how many votes there are, and how far they agree. */
  readonly sureness: number
}

/** The starting value counts as this many votes, so that one or two wrong ones do not overrule it. */
const startingWeight = 2.5
/** After this many votes an earlier one weighs half: a gateway may be changed. */
const halfLife = 24
/** That an answer was used is only known from nobody asking again. */
const usedWeight = 0.5
/** Series seen to end before their moment counts. */
const fewestSeries = 3
/** Answers are sent by a timer that may be this late, and travel. */
const smallestMarginMs = 75
const largestMarginMs = 5_000
const shortestPatienceMs = 300

/** Judges what was seen: pure, the same memory gives the same estimate. */
export function estimatePatience(memory: PatienceMemory, start: StartingValue): PatienceEstimate {
  const votes = weighVotes(memory)
  const threshold = findThreshold([...votes, ...votesFor(start.patienceMs, weightOf(0, memory))])
  const observations = votes.length
  const common = { observations, sureness: surenessOf(observations, threshold) }
  const ends = memory.gaveUpMs.filter((ms) => isWithin(ms, threshold))
  const end = ends.length < fewestSeries ? undefined : median(ends)
  if (end !== undefined) {
    const marginMs = marginOf(ends, end)
    return { ...common, from: 'resends', marginMs, patienceMs: atLeastShortest(end) }
  }
  if (observations === 0 || isWithin(start.patienceMs, threshold)) {
    return { ...common, ...pick(start), from: 'starting-value' }
  }
  const proven = provenMs(votes, threshold)
  // Nothing shows that it waits at all: half of what is too long.
  const patienceMs = atLeastShortest(proven ?? threshold.untilMs / 2)
  return { ...common, from: 'answers', patienceMs, marginMs: smallestMarginMs }
}

function pick({ patienceMs, marginMs }: StartingValue) {
  return { patienceMs, marginMs }
}

/** One interval behind the last resend is where most gateways give up; a little more is within the scatter. */
function isWithin(ms: number, { fromMs, untilMs }: Threshold): boolean {
  return ms >= fromMs && ms <= untilMs
}

function weighVotes(memory: PatienceMemory): Vote[] {
  const weigh = (says: Vote['says'], factor: number) => {
    return ([ms, number]: KeptVote): Vote => ({
      says,
      ms,
      weight: factor * weightOf(number, memory),
    })
  }
  return [
    ...memory.resent.map(weigh('waiting', 1)),
    ...memory.used.map(weigh('waiting', usedWeight)),
    ...(signsInAgainAnyway(memory) ? [] : memory.gone.map(weigh('gone', 1))),
  ]
}

/**
 * Some gateways sign in twice by themselves. Where even answers that left at once are often followed
 * by the same sign-in, that proves nothing.
 */
function signsInAgainAnyway({ early }: PatienceMemory): boolean {
  return early.again >= 3 && early.again > early.used / 2
}

function weightOf(number: number, { votes }: PatienceMemory): number {
  return 0.5 ** ((votes - number) / halfLife)
}

function votesFor(patienceMs: number, share: number): Vote[] {
  const weight = startingWeight * share
  return [
    { says: 'waiting', ms: patienceMs, weight },
    { says: 'gone', ms: patienceMs, weight },
  ]
}

/** The longest wait that three votes agree on. */
function provenMs(votes: readonly Vote[], { untilMs }: Threshold): number | undefined {
  const waits = votes.filter(({ says, ms }) => says === 'waiting' && ms <= untilMs)
  return waits.map(({ ms }) => ms).toSorted((a, b) => b - a)[2]
}

/** Four times the median deviation holds all but stray values. */
function marginOf(ends: readonly number[], middle: number): number {
  const deviation = median(ends.map((ms) => Math.abs(ms - middle))) ?? 0
  return Math.min(Math.round(smallestMarginMs + 4 * deviation), largestMarginMs)
}

function atLeastShortest(ms: number): number {
  return Math.max(Math.round(ms), shortestPatienceMs)
}

function surenessOf(observations: number, { agreement }: Threshold): number {
  return Math.round((100 * agreement * observations) / (observations + 5)) / 100
}
