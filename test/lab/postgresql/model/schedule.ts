import fc from 'fast-check'

/** What happens next, at some node, to some request. Where it makes no sense at the moment, nothing does. */
export type Deed =
  /** A new sign-in from one of two devices: one that rings, one with a code appended, one that asks for a code. */
  | { readonly kind: 'ring' | 'code' | 'question'; readonly device: number }
  /** The answer to a question, or an equal request with a new Request Authenticator. */
  | { readonly kind: 'answer' | 'again'; readonly which: number }
  | { readonly kind: 'press'; readonly says: 'approved' | 'refused' }
  | { readonly kind: 'wait'; readonly seconds: number }
  /** `commits`: what the node has asked of the database is still done there; only the answer does not reach it. */
  | { readonly kind: 'kill' | 'stop'; readonly commits: boolean }
  /** A stopped node goes on. The first that is gone is declared dead, stopped or killed. Another node starts. An administrator blocks. */
  | { readonly kind: 'wake' | 'declare' | 'start' | 'block' }

/** `turns`: how often a node may ask the database before the next step; `all`: until no node has anything to ask. */
export type Step = Deed & { readonly node: number; readonly turns: number | 'all' }

export type Schedule = {
  /** Chooses which node may ask the database next. */
  readonly order: number
  /** By how much the clocks of nodes differ from the true time. */
  readonly shiftsMs: readonly number[]
  /** Whether nodes tell each other nothing, so that each has to look for itself. */
  readonly losesHints: boolean
  readonly steps: readonly Step[]
}

/** Most often the same one. */
const device = fc.constantFrom(0, 0, 1)
const which = fc.nat(9)
const kind = <const Kind extends string>(...kinds: readonly Kind[]) => fc.constantFrom(...kinds)

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({ kind: kind('ring', 'ring', 'ring', 'code', 'question'), device }),
  },
  { weight: 12, arbitrary: fc.record({ kind: kind('again', 'again', 'answer'), which }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: kind('press'),
      says: fc.constantFrom('approved' as const, 'approved' as const, 'refused' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: kind('wait'), seconds: fc.constantFrom(1, 3, 11) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: kind('kill', 'kill', 'stop'), commits: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: kind('declare', 'declare', 'start', 'wake') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('block') }) },
)

const steps: fc.Arbitrary<Step> = fc
  .tuple(
    deeds,
    fc.nat(2),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('all' as const) },
      { weight: 2, arbitrary: fc.nat(24) },
    ),
  )
  .map(([deed, node, turns]) => ({ ...deed, node, turns }))

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  order: fc.nat(),
  shiftsMs: fc.array(fc.constantFrom(0, 0, 2_000, -2_000, 5_000, -5_000), {
    minLength: 4,
    maxLength: 4,
  }),
  losesHints: fc.boolean(),
  steps: fc.array(steps, { minLength: 8, maxLength: 20 }),
})
