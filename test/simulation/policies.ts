import { createPatienceWatch, type PatienceMemory } from '../../src/patience/index.ts'
import type { RequestWatch } from '../../src/transport/index.ts'
import { noWatch } from '../../src/transport/request-watch.ts'
import type { GatewayModel } from './gateways.ts'

/** A server under test: what it takes a gateway's patience for, and what it does with a second packet. */
export type Policy = {
  readonly watch: RequestWatch
  /** What it has learnt, by gateway. */
  readonly memories: ReadonlyMap<string, PatienceMemory>
  /** False: every new packet rings again, and no approval outlives its request. */
  readonly keepsPrompts: boolean
}

export const policyNames = [
  'fixed 10 s',
  'fixed 30 s',
  'ours at 10 s',
  'ours at 30 s',
  'ours, learnt',
  'possible',
] as const
export type PolicyName = (typeof policyNames)[number]

/** Margin of a server that knows the gateway: the tick of a timer and the way of a packet. */
const knownMarginMs = 75

export function createPolicy(name: PolicyName, { givesUp, secondServer }: GatewayModel): Policy {
  const memories = new Map<string, PatienceMemory>()
  switch (name) {
    case 'fixed 10 s':
      return { memories, watch: fixed(10_000, 0), keepsPrompts: false }
    case 'fixed 30 s':
      return { memories, watch: fixed(30_000, 0), keepsPrompts: false }
    case 'ours at 10 s':
      return { memories, watch: fixed(10_000, 1_000), keepsPrompts: true }
    case 'ours at 30 s':
      return { memories, watch: fixed(30_000, 1_000), keepsPrompts: true }
    case 'possible':
      return {
        memories,
        watch: fixed(givesUp * 1_000 * (secondServer ? 2 : 1), knownMarginMs),
        keepsPrompts: true,
      }
    case 'ours, learnt':
      return {
        memories,
        watch: createPatienceWatch({ memories, learns: () => true }),
        keepsPrompts: true,
      }
  }
}

/** Watches nothing and always says the same. */
function fixed(patienceMs: number, marginMs: number): RequestWatch {
  return { ...noWatch, begin: ({ rules }) => ({ ...rules, patienceMs, marginMs }) }
}
