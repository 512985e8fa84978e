import { heaviest, lightest, valuesKept } from './learn.ts'
import { newMemory, type PatienceMemory } from './memory.ts'

type Votes = PatienceMemory['votes']['waiting']

/**
 * What two processes have learnt about one gateway: theirs, and what `mine` has learnt since both had `base`. Votes wear
 * each other down only within a process, so that the order of two that came in the same minute does not matter.
 */
export function mergeMemories(
  mine: PatienceMemory,
  base: PatienceMemory | undefined,
  theirs: PatienceMemory,
): PatienceMemory {
  const before = base ?? newMemory()
  const sum = (read: (memory: PatienceMemory) => number) =>
    Math.max(0, read(theirs) + read(mine) - read(before))
  const worn = (read: (memory: PatienceMemory) => number) =>
    read(before) === 0 ? 0 : (read(theirs) * read(mine)) / read(before)
  const values = (read: (memory: PatienceMemory) => number[]) =>
    [...read(theirs), ...added(read(before), read(mine))].slice(-valuesKept)
  return {
    version: 1,
    signIns: sum(({ signIns }) => signIns),
    observations: sum(({ observations }) => observations),
    votes: {
      waiting: mergeVotes(mine.votes.waiting, before.votes.waiting, theirs.votes.waiting),
      gone: mergeVotes(mine.votes.gone, before.votes.gone, theirs.votes.gone),
    },
    start: { waiting: worn(({ start }) => start.waiting), gone: worn(({ start }) => start.gone) },
    early: { used: sum(({ early }) => early.used), again: sum(({ early }) => early.again) },
    intervalsMs: values(({ intervalsMs }) => intervalsMs),
    gaveUpMs: values(({ gaveUpMs }) => gaveUpMs),
    packets: values(({ packets }) => packets),
    lateResends: sum(({ lateResends }) => lateResends),
    tooLate: sum(({ tooLate }) => tooLate),
    challenges: {
      sent: sum(({ challenges }) => challenges.sent),
      answered: sum(({ challenges }) => challenges.answered),
    },
    followed: {
      identifier: sum(({ followed }) => followed.identifier),
      port: sum(({ followed }) => followed.port),
      server: sum(({ followed }) => followed.server),
    },
    margin: {
      reached: sum(({ margin }) => margin.reached),
      heldOn: sum(({ margin }) => margin.heldOn),
    },
    lost: mergeLost(mine.lost, before.lost, theirs.lost),
  }
}

function mergeVotes(mine: Votes, base: Votes, theirs: Votes): Votes {
  const steps = [...new Set([...theirs, ...mine].map(([step]) => step))]
  return steps
    .map((step): Votes[number] => {
      const [now, before, other] = [mine, base, theirs].map((votes) => weightOf(votes, step))
      const weight = merged(now, before, other)
      return [step, Math.round(weight * 100) / 100]
    })
    .filter(([, weight]) => weight >= lightest)
}

/** What grew is added; what was worn down takes the same share of theirs. */
function merged(mine = 0, base = 0, theirs = 0): number {
  return mine < base ? (theirs * mine) / base : Math.min(theirs + mine - base, heaviest)
}

function weightOf(votes: Votes, wanted: number): number {
  return votes.find(([step]) => step === wanted)?.[1] ?? 0
}

/** What came after the earlier ones, of which the oldest may be gone. */
function added(before: readonly number[], now: readonly number[]): readonly number[] {
  for (let gone = 0; gone <= before.length; gone += 1) {
    const left = before.slice(gone)
    if (left.every((value, index) => now[index] === value)) return now.slice(left.length)
  }
  return now
}

function mergeLost(
  mine: PatienceMemory['lost'],
  base: PatienceMemory['lost'],
  theirs: PatienceMemory['lost'],
): PatienceMemory['lost'] {
  const days = [...new Set([...theirs, ...mine].map(([day]) => day))].sort((one, two) => one - two)
  const countOf = (lost: PatienceMemory['lost'], wanted: number) =>
    lost.find(([day]) => day === wanted)?.[1] ?? 0
  return days
    .map((day): [number, number] => [
      day,
      countOf(theirs, day) + Math.max(0, countOf(mine, day) - countOf(base, day)),
    ])
    .filter(([, count]) => count > 0)
}
