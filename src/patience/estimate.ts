import { listVotes, type Vote } from './learn.ts'
import type { Known, PatienceMemory } from './memory.ts'

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

/** Where waiting turns into gone: patience lies between `fromMs` and `untilMs`. */
export type Threshold = {
  readonly fromMs: number
  /** Infinity where nothing shows an end. */
  readonly untilMs: number
  /** Share of the weight of all votes that fits, 0 to 1. */
  readonly agreement: number
}

/** Ends seen before their moment counts. */
const fewestEnds = 3
/** A wait is proven by this much weight of votes. */
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
/** One in this many of those that reach the margin is held on, so never one of a new gateway's first. */
const heldOnOneIn = 10
/** This many packets that follow by themselves are a second server, or a gateway that starts again. */
const followUpsOfAServer = 3

/** Judges what was seen: pure, the same memory gives the same estimate. */
export function estimatePatience({ memory, start }: Known): PatienceEstimate {
  const votes = listVotes(memory).filter(
    ({ says }) => says === 'waiting' || !signsInAgainAnyway(memory),
  )
  const threshold = findThreshold([
    ...votes,
    { says: 'waiting', ms: start.patienceMs, weight: memory.start.waiting },
    { says: 'gone', ms: start.patienceMs, weight: memory.start.gone },
  ])
  const { fromMs, untilMs, agreement } = threshold
  const weight = sum(votes)
  const sureness = Math.round((100 * agreement * weight) / (weight + 5)) / 100
  const common = { observations: memory.observations, sureness }
  const ends = memory.gaveUpMs.filter(
    (ms) => ms >= fromMs * (1 - scatter) && ms <= untilMs * (1 + scatter),
  )
  if (ends.length >= fewestEnds) {
    return { ...common, from: 'resends', ...middleOf(ends) }
  }
  if (start.patienceMs >= fromMs && start.patienceMs <= untilMs) {
    const { patienceMs, marginMs } = start
    return { ...common, from: 'starting-value', patienceMs, marginMs }
  }
  const answerMs = longestAnswerMs(votes, threshold, start.challenges)
  const patienceMs = bounded(answerMs + smallestMarginMs)
  return { ...common, from: 'answers', patienceMs, marginMs: smallestMarginMs }
}

/** Whether to hold the next sign-in past the margin, to see when the gateway stops (RULES 24). */
export function mayHoldOn({ memory, start }: Known): boolean {
  const { reached, heldOn } = memory.margin
  const { server, port, identifier } = memory.followed
  const hasSecondServer = server > 0 || port + identifier >= followUpsOfAServer
  if (start.challenges || hasSecondServer) return false
  return (heldOn + 1) * heldOnOneIn <= reached + 1
}

/**
 * The moment that contradicts the least weight of votes. A vote contradicts it that says "gone"
 * before, or "waiting" after it, so a few wrong ones on either side do not move it. Of several equal
 * ones the earliest: to answer early costs less than to answer no one.
 */
export function findThreshold(votes: readonly Vote[]): Threshold {
  // At the same moment, waiting before gone.
  const order = ({ says }: Vote) => (says === 'waiting' ? 0 : 1)
  const sorted = votes.toSorted((a, b) => a.ms - b.ms || order(a) - order(b))
  const total = sum(sorted)
  // From zero on everything that says "waiting" is contradicted, and each vote passed changes sides.
  let cost = sum(sorted.filter(({ says }) => says === 'waiting'))
  let best = { cost, index: 0 }
  sorted.forEach(({ says, weight }, index) => {
    cost += says === 'waiting' ? -weight : weight
    if (cost < best.cost - 1e-9) best = { cost, index: index + 1 }
  })
  const before = sorted.slice(0, best.index).findLast(({ says }) => says === 'waiting')
  const after = sorted.slice(best.index).find(({ says }) => says === 'gone')
  return {
    fromMs: before?.ms ?? 0,
    untilMs: after?.ms ?? Number.POSITIVE_INFINITY,
    agreement: total === 0 ? 0 : 1 - best.cost / total,
  }
}

/**
 * The latest answer known to have been used. Where a challenge that comes too late only costs a second
 * try, a little later than that, so that the end is found.
 */
function longestAnswerMs(
  votes: readonly Vote[],
  { fromMs, untilMs }: Threshold,
  challenges: boolean,
): number {
  const sorted = votes.toSorted((a, b) => a.ms - b.ms)
  const waits = sorted.filter(({ says, ms }) => says === 'waiting' && ms <= untilMs)
  const waitMs = provenMs(waits.toReversed())
  const ends = sorted.filter(({ says, ms }) => says === 'gone' && ms >= fromMs)
  const endMs = provenMs(ends) ?? Number.POSITIVE_INFINITY
  // Where nothing shows that it waits at all: half of what is too long.
  if (waitMs === undefined) return endMs / 2
  return challenges ? Math.min(waitMs * stepOn, endMs / stepOn) : waitMs
}

/** Where the votes, in this order, have reached the weight that proves. */
function provenMs(votes: readonly Vote[]): number | undefined {
  let weight = 0
  return votes.find((vote) => {
    weight += vote.weight
    return weight >= provenWeight
  })?.ms
}

/**
 * Some gateways sign in twice by themselves. Where even answers that left at once are often followed
 * by the same sign-in, that proves nothing.
 */
function signsInAgainAnyway({ early }: PatienceMemory): boolean {
  return early.again >= 3 && early.again > early.used / 2
}

/** The middle of the ends, and a margin: four times the median deviation holds all but stray values. */
function middleOf(ends: readonly number[]): { patienceMs: number; marginMs: number } {
  const endMs = median(ends) ?? 0
  const deviationMs = median(ends.map((ms) => Math.abs(ms - endMs))) ?? 0
  const marginMs = Math.min(Math.round(smallestMarginMs + 4 * deviationMs), largestMarginMs)
  return { patienceMs: bounded(endMs), marginMs }
}

function bounded(ms: number): number {
  return Math.min(Math.max(Math.round(ms), shortestPatienceMs), longestPatienceMs)
}

function sum(votes: readonly Vote[]): number {
  return votes.reduce((total, { weight }) => total + weight, 0)
}

/** The middle value, or the mean of the two in the middle; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const high = sorted[Math.floor(sorted.length / 2)]
  const low = sorted[Math.ceil(sorted.length / 2) - 1]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}
