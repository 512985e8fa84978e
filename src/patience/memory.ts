import * as z from 'zod'
import type { GatewayRules } from '../signin/index.ts'

const count = z.number().min(0)
/** The weight of all votes for one step of time (`learn.ts`). */
const bucket = z.tuple([count, count])

/** What is kept about one gateway: plain JSON of a few kB. Releases read each other's, so its names stay. */
const memorySchema = z.object({
  version: z.literal(1),
  signIns: count,
  /** Votes counted so far; below, what they weigh now. */
  observations: count,
  votes: z.object({ waiting: z.array(bucket), gone: z.array(bucket) }),
  /** What is left of the two votes that the starting value has. */
  start: z.object({ waiting: count, gone: count }),
  /** Answers that left early, and how many of those were followed by the same sign-in again. */
  early: z.object({ used: count, again: count }),
  /** Between the packets of one request. */
  intervalsMs: z.array(count),
  /** Where resends were seen to stop: the moment, and the packets until then. */
  gaveUpMs: z.array(count),
  packets: z.array(count),
  /** Resends that came although an answer had left, and answers that were not used. */
  lateResends: count,
  tooLate: count,
  challenges: z.object({ sent: count, answered: count }),
  /** How often the gateway went on by itself with another identifier, source port or address of ours. */
  followed: z.object({ identifier: count, port: count, server: count }),
  /** Sign-ins whose prompt was open at the margin, and how many of those were held on. */
  margin: z.object({ reached: count, heldOn: count }),
  /** Sign-ins lost to impatience: days since 1970 (UTC), oldest first, each with its count. */
  lost: z.array(z.tuple([count, count])),
})

export type PatienceMemory = z.infer<typeof memorySchema>

/** What to believe of a gateway before, or without, learning: configured, or of its preset. */
export type StartingValue = {
  readonly patienceMs: number
  readonly marginMs: number
  /** Whether it is able to show an Access-Challenge. */
  readonly challenges: boolean
}

/** What is known about one gateway. */
export type Known = { readonly start: StartingValue; readonly memory: PatienceMemory }

export function startingValue({
  patienceMs,
  marginMs,
  challenges,
  flow,
}: Pick<GatewayRules, 'patienceMs' | 'marginMs' | 'challenges' | 'flow'>): StartingValue {
  // These flows end with a Reject at the margin, whatever the gateway can show.
  const canChallenge = challenges && flow !== 'hold' && flow !== 'append'
  return { patienceMs, marginMs, challenges: canChallenge }
}

/** The starting value weighs as much as this many votes, so that one or two wrong ones do not overrule it. */
const startingWeight = 2.5

export function newMemory(): PatienceMemory {
  return {
    version: 1,
    signIns: 0,
    observations: 0,
    votes: { waiting: [], gone: [] },
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
}

/** Reads what was stored. Anything that no release wrote means that nothing is learnt. */
export function parseMemory(text: string): PatienceMemory | undefined {
  try {
    return memorySchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
