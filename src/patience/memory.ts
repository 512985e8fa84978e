import { noVotes, type Pile, type Votes } from './votes.ts'

/** Everything that is kept about a gateway: plain JSON, a few kB. */
export type PatienceMemory = {
  readonly version: 1
  /** Sign-ins watched. */
  readonly signIns: number
  /** Votes counted so far, and what they weigh now. */
  readonly observations: number
  readonly votes: Votes
  /** What is left of the starting value's own votes. */
  readonly start: { readonly waiting: number; readonly gone: number }
  /** Answers that left early, and how many of those were followed by the same sign-in again. */
  readonly early: { readonly used: number; readonly again: number }
  readonly intervalsMs: readonly number[]
  /** Where resends were seen to stop: the moment, and the packets until then. */
  readonly gaveUpMs: readonly number[]
  readonly packets: readonly number[]
  readonly lateResends: number
  readonly tooLate: number
  readonly challenges: { readonly sent: number; readonly answered: number }
  readonly followed: { readonly identifier: number; readonly port: number; readonly server: number }
  /** Sign-ins whose prompt was open at the margin, and how many of those were held on. */
  readonly margin: { readonly reached: number; readonly heldOn: number }
  /** Sign-ins lost to impatience, by day (days since 1970, UTC), oldest first. */
  readonly lost: readonly (readonly [day: number, count: number])[]
}

/** The starting value counts as this many votes, so that one or two wrong ones do not overrule it. */
const startingWeight = 2.5

export const emptyMemory: PatienceMemory = {
  version: 1,
  signIns: 0,
  observations: 0,
  votes: noVotes,
  start: { waiting: startingWeight, gone: startingWeight },
  early: { used: 0, again: 0 },
  intervalsMs: [],
  gaveUpMs: [],
  packets: [],
  lateResends: 0,
  tooLate: 0,
  challenges: { sent: 0, answered: 0 },
  followed: { identifier: 0, port: 0, server: 0 },
  margin: { reached: 0, heldOn: 0 },
  lost: [],
}

/** Settings of the store that hold memories begin with this. */
export const memoryPrefix = 'patience:'

/** The setting of the store that holds what was learnt about a gateway. */
export function memoryKey(gateway: string): string {
  return `${memoryPrefix}${gateway}`
}

/** Reads what was stored. Anything that is not what this version wrote counts as nothing learnt. */
export function parseMemory(text: string): PatienceMemory | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return hasShape(value, emptyMemory) ? value : undefined
}

/** Whether `value` has every field of `example`, of its type. */
function hasShape<Shape>(value: unknown, example: Shape, name = ''): value is Shape {
  if (Array.isArray(example)) {
    const isItem =
      name === 'gaveUpMs' || name === 'intervalsMs' || name === 'packets' ? isCount : isPair
    return Array.isArray(value) && value.every(isItem)
  }
  if (typeof example === 'number')
    return isCount(value) && (name !== 'version' || value === example)
  if (typeof value !== 'object' || value === null) return false
  const fields: Readonly<Record<string, unknown>> = { ...value }
  return Object.entries(example ?? {}).every(([field, part]) =>
    hasShape(fields[field], part, field),
  )
}

function isPair(value: unknown): value is Pile {
  return Array.isArray(value) && value.length === 2 && value.every(isCount)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
