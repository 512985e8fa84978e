import type { Threshold, Vote } from './threshold.ts'

/** Weight of all votes for one step of time; steps grow by 2 %. */
export type Pile = readonly [step: number, weight: number]

/** Votes for "still waiting" and for "gone", in piles by time: plain JSON that stays small. */
export type Votes = { readonly waiting: readonly Pile[]; readonly gone: readonly Pile[] }

export const noVotes: Votes = { waiting: [], gone: [] }

const stepGrowth = Math.log(1.02)
/** A pile grows no further, so that a thousand equal votes do not take a thousand others to overrule. */
const heaviestPile = 8
/** What a vote leaves of each it contradicts. What nothing contradicts stays as long as it likes. */
const leaves = 0.8
const lightestPile = 0.05

/** Adds a vote, and wears down those that say the opposite: so a gateway that was changed is learnt anew. */
export function addVote(votes: Votes, { says, ms, weight }: Vote): Votes {
  const step = stepOf(ms)
  const other = says === 'waiting' ? 'gone' : 'waiting'
  const contradicts = (theirs: number) => (says === 'waiting' ? theirs <= step : theirs >= step)
  const worn = votes[other].map(
    ([theirs, left]): Pile => [theirs, contradicts(theirs) ? left * leaves ** weight : left],
  )
  const mine = votes[says].find(([theirs]) => theirs === step)?.[1] ?? 0
  const grown: Pile = [step, Math.min(mine + weight, heaviestPile)]
  return {
    waiting: [],
    gone: [],
    [says]: [...votes[says].filter(([theirs]) => theirs !== step), grown],
    [other]: worn.filter(([, left]) => left >= lightestPile).map(round),
  }
}

/** What a vote leaves of the two that a starting value has for itself. */
export function wearDown(
  start: { readonly waiting: number; readonly gone: number },
  startMs: number,
  { says, ms, weight }: Vote,
): { readonly waiting: number; readonly gone: number } {
  const left = leaves ** weight
  if (says === 'waiting') return ms > startMs ? { ...start, gone: start.gone * left } : start
  return ms < startMs ? { ...start, waiting: start.waiting * left } : start
}

/** All votes as they weigh now. */
export function listVotes(votes: Votes): Vote[] {
  const list = (says: Vote['says']) =>
    votes[says].map(([step, weight]): Vote => ({ says, ms: msOf(step), weight }))
  return [...list('waiting'), ...list('gone')]
}

/** The longest wait before the end of the threshold that at least `weight` of votes agree on; undefined where there is none. */
export function provenWaitMs(
  votes: Votes,
  { untilMs }: Threshold,
  weight: number,
): number | undefined {
  const waits = listVotes({ ...votes, gone: [] }).filter(({ ms }) => ms <= untilMs)
  return reach(
    waits.toSorted((a, b) => b.ms - a.ms),
    weight,
  )
}

/** The first end behind the threshold that at least `weight` of votes agree on; Infinity where there is none. */
export function provenEndMs(votes: Votes, { fromMs }: Threshold, weight: number): number {
  const ends = listVotes({ ...votes, waiting: [] }).filter(({ ms }) => ms >= fromMs)
  return (
    reach(
      ends.toSorted((a, b) => a.ms - b.ms),
      weight,
    ) ?? Number.POSITIVE_INFINITY
  )
}

/** Where the votes, in this order, have reached a weight. */
function reach(votes: readonly Vote[], weight: number): number | undefined {
  let found = 0
  return votes.find((vote) => {
    found += vote.weight
    return found >= weight
  })?.ms
}

/** Rounded down: to take patience for a little shorter than it is costs nothing. */
function stepOf(ms: number): number {
  return Math.floor(Math.log(Math.max(ms, 1)) / stepGrowth)
}

function msOf(step: number): number {
  return Math.exp(step * stepGrowth)
}

function round([step, weight]: Pile): Pile {
  return [step, Math.round(weight * 100) / 100]
}
