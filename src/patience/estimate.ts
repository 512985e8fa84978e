import type { PatienceMemory } from './memory.ts'
import { findThreshold, median, type Threshold, type Vote } from './threshold.ts'
import { listVotes, provenEndMs, provenWaitMs, type Votes } from './votes.ts'

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

/** Series seen to end before their moment counts. */
const fewestSeries = 3
/** A wait counts as proven by so much weight of votes. */
const provenWeight = 1.5
/** An end may lie this far outside of where the votes put it: the timers of gateways scatter. */
const scatter = 0.03
/** How far beyond a proven wait the next one may go. */
const stepOn = 1.05
/** Answers are sent by a timer that may be this late, and travel. */
const smallestMarginMs = 75
const largestMarginMs = 5_000
/** No gateway waits for less. */
export const shortestPatienceMs = 300
const longestPatienceMs = 600_000

/** Judges what was seen: pure, the same memory gives the same estimate. */
export function estimatePatience(memory: PatienceMemory, start: StartingValue): PatienceEstimate {
  const votes = signsInAgainAnyway(memory) ? { ...memory.votes, gone: [] } : memory.votes
  const threshold = findThreshold([...listVotes(votes), ...startingVotes(memory, start)])
  const { observations } = memory
  const common = { observations, sureness: surenessOf(votes, threshold) }
  const ends = memory.gaveUpMs.filter((ms) => isWithin(ms, threshold, scatter))
  const end = ends.length < fewestSeries ? undefined : median(ends)
  if (end !== undefined) {
    return { ...common, from: 'resends', patienceMs: bounded(end), marginMs: marginOf(ends, end) }
  }
  if (isWithin(start.patienceMs, threshold)) {
    const { patienceMs, marginMs } = start
    return { ...common, from: 'starting-value', patienceMs, marginMs }
  }
  const patienceMs = bounded(longestAnswerMs(votes, threshold, start) + smallestMarginMs)
  return { ...common, from: 'answers', patienceMs, marginMs: smallestMarginMs }
}

/**
 * The latest answer known to have been used. Where a challenge that comes too late only costs a second
 * try, a little later than that, so that the end is found.
 */
function longestAnswerMs(votes: Votes, threshold: Threshold, start: StartingValue): number {
  const untilMs = provenEndMs(votes, threshold, provenWeight)
  // Where nothing shows that it waits at all: half of what is too long.
  const provenMs = provenWaitMs(votes, threshold, provenWeight)
  if (provenMs === undefined) return untilMs / 2
  return start.challenges ? Math.min(provenMs * stepOn, untilMs / stepOn) : provenMs
}

function isWithin(ms: number, { fromMs, untilMs }: Threshold, tolerance = 0): boolean {
  return ms >= fromMs * (1 - tolerance) && ms <= untilMs * (1 + tolerance)
}

/**
 * Some gateways sign in twice by themselves. Where even answers that left at once are often followed
 * by the same sign-in, that proves nothing.
 */
function signsInAgainAnyway({ early }: PatienceMemory): boolean {
  return early.again >= 3 && early.again > early.used / 2
}

function startingVotes({ start }: PatienceMemory, { patienceMs: ms }: StartingValue): Vote[] {
  return [
    { says: 'waiting', ms, weight: start.waiting },
    { says: 'gone', ms, weight: start.gone },
  ]
}

/** Four times the median deviation holds all but stray values. */
function marginOf(ends: readonly number[], middle: number): number {
  const deviation = median(ends.map((ms) => Math.abs(ms - middle))) ?? 0
  return Math.min(Math.round(smallestMarginMs + 4 * deviation), largestMarginMs)
}

function bounded(ms: number): number {
  return Math.min(Math.max(Math.round(ms), shortestPatienceMs), longestPatienceMs)
}

function surenessOf(votes: Votes, { agreement }: Threshold): number {
  const weight = listVotes(votes).reduce((sum, vote) => sum + vote.weight, 0)
  return Math.round((100 * agreement * weight) / (weight + 5)) / 100
}
