import { dayMs } from '../support/index.ts'
import type { Known, PatienceMemory } from './memory.ts'

/** One piece of evidence: the gateway still waited after so many milliseconds, or had gone by then. */
export type Vote = {
  readonly says: 'waiting' | 'gone'
  readonly ms: number
  readonly weight: number
}

/**
 * What a sign weighs. That another packet follows just when a try has ended is the surest; whether an
 * answer was used is only guessed from what people do.
 */
const weights = {
  waiting: { resend: 1, 'follow-up': 3, 'challenge-answered': 1, 'not-again': 0.5 },
  gone: { silence: 1, 'again-held': 0.5, 'again-answered': 0.5 },
} as const
export type SignOf<Says extends Vote['says']> = keyof (typeof weights)[Says]

/** An answer within this share of the starting value is an early one. */
const earlyShare = 0.3
export const valuesKept = 32
const daysKept = 8

type Bucket = [step: number, weight: number]

/** Votes are kept by steps of time that grow by 2 %. */
const stepGrowth = Math.log(1.02)
/** Equal votes grow no heavier, so that a thousand of them do not take a thousand others to overrule. */
export const heaviest = 8
/** What a vote leaves of each vote that it contradicts. A vote that nothing contradicts stays. */
const leaves = 0.8
export const lightest = 0.05

/** The gateway still waited. Times count from the first packet of the sign-in. */
export function noteWaiting(known: Known, ms: number, sign: SignOf<'waiting'>): void {
  if (sign === 'not-again' && isEarly(known, ms)) known.memory.early.used += 1
  vote(known, { says: 'waiting', ms, weight: weights.waiting[sign] })
}

/** The gateway had given up by then. */
export function noteGone(known: Known, ms: number, sign: SignOf<'gone'>): void {
  const { memory } = known
  if (sign === 'again-answered') {
    memory.tooLate += 1
    if (isEarly(known, ms)) memory.early.again += 1
  }
  vote(known, { says: 'gone', ms, weight: weights.gone[sign] })
}

/** The gateway gave up at that moment, as far as its resends show, after so many packets. */
export function noteEnd(known: Known, ms: number, packets: number): void {
  keepLast(known.memory.gaveUpMs, ms)
  keepLast(known.memory.packets, packets)
  // It waits behind its last packet as long as behind the others, as far as is known.
  vote(known, { says: 'waiting', ms, weight: 1 })
}

/** A person did not get in because the gateway would not wait. */
export function noteLost({ memory }: Known, atMs: number): void {
  const today = Math.floor(atMs / dayMs)
  const count = memory.lost.find(([day]) => day === today)?.[1] ?? 0
  const others = memory.lost.filter(([day]) => day !== today && day > today - daysKept)
  memory.lost = [...others, [today, count + 1]]
}

/** The gateway sent the request again, so long after its last packet. */
export function noteResend({ memory }: Known, intervalMs: number): void {
  keepLast(memory.intervalsMs, intervalMs)
}

function keepLast(values: number[], value: number): void {
  values.push(Math.round(value))
  if (values.length > valuesKept) values.shift()
}

/** All votes as they weigh now. */
export function listVotes({ votes }: PatienceMemory): Vote[] {
  const list = (says: Vote['says']) =>
    votes[says].map(([step, weight]): Vote => ({ says, ms: Math.exp(step * stepGrowth), weight }))
  return [...list('waiting'), ...list('gone')]
}

/** Adds a vote, and wears down those that say the opposite: so a gateway that was changed is learnt again. */
function vote({ start, memory }: Known, { says, ms, weight }: Vote): void {
  const { votes } = memory
  const isWaiting = says === 'waiting'
  const other = isWaiting ? 'gone' : 'waiting'
  const left = leaves ** weight
  const step = stepOf(ms)
  memory.observations += 1
  if (isWaiting ? ms > start.patienceMs : ms < start.patienceMs) memory.start[other] *= left
  votes[other] = votes[other]
    .map(([theirs, weighs]): Bucket => {
      const contradicts = isWaiting ? theirs <= step : theirs >= step
      return [theirs, contradicts ? weighs * left : weighs]
    })
    .filter(([, weighs]) => weighs >= lightest)
    .map(([theirs, weighs]): Bucket => [theirs, Math.round(weighs * 100) / 100])
  const equal = votes[says].find(([theirs]) => theirs === step)
  if (equal === undefined) votes[says].push([step, weight])
  else equal[1] = Math.min(equal[1] + weight, heaviest)
}

function isEarly({ start }: Known, ms: number): boolean {
  return ms <= start.patienceMs * earlyShare
}

/** Rounded down: to take patience for a little shorter than it is costs nothing. */
function stepOf(ms: number): number {
  return Math.floor(Math.log(Math.max(ms, 1)) / stepGrowth)
}
