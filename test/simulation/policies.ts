import { createPatienceWatch, type PatienceWatch } from '../../src/patience/index.ts'
import type { GatewayModel } from './gateways.ts'

/** A server under test: what it takes a gateway's patience for, and what it does with a second packet. */
export type Policy = {
  readonly watch: PatienceWatch
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
  switch (name) {
    case 'fixed 10 s':
      return { watch: fixed(10_000, 0), keepsPrompts: false }
    case 'fixed 30 s':
      return { watch: fixed(30_000, 0), keepsPrompts: false }
    case 'ours at 10 s':
      return { watch: fixed(10_000, 1_000), keepsPrompts: true }
    case 'ours at 30 s':
      return { watch: fixed(30_000, 1_000), keepsPrompts: true }
    case 'possible':
      return {
        watch: fixed(givesUp * 1_000 * (secondServer ? 2 : 1), knownMarginMs),
        keepsPrompts: true,
      }
    case 'ours, learnt':
      return { watch: createPatienceWatch(), keepsPrompts: true }
  }
}

/** Watches nothing and always says the same. */
function fixed(patienceMs: number, marginMs: number): PatienceWatch {
  return { ...createPatienceWatch(), begin: () => ({ patienceMs, marginMs }) }
}
