import { createPatienceWatch, type PatienceWatch } from '../../src/patience/index.ts'
import type { GatewayModel } from './gateways.ts'

/** A server under test: what it takes a gateway's patience for, and what it does with a second packet. */
export type Policy = {
  readonly watch: PatienceWatch
  /** False: every new packet rings again, and no approval outlives its request. */
  readonly keepsPrompts: boolean
}

export type PolicyName =
  | 'plain 10 s'
  | 'plain 30 s'
  | 'fixed 10 s'
  | 'fixed 30 s'
  | 'learnt'
  | 'possible'

/** Margin of a server that knows the gateway: the tick of a timer and the way of a packet. */
const knownMarginMs = 75

export function createPolicy(name: PolicyName, { givesUp }: GatewayModel): Policy {
  switch (name) {
    case 'plain 10 s':
      return { watch: fixed(10_000, 0), keepsPrompts: false }
    case 'plain 30 s':
      return { watch: fixed(30_000, 0), keepsPrompts: false }
    case 'fixed 10 s':
      return { watch: fixed(10_000, 1_000), keepsPrompts: true }
    case 'fixed 30 s':
      return { watch: fixed(30_000, 1_000), keepsPrompts: true }
    case 'possible':
      return { watch: fixed(givesUp * 1_000, knownMarginMs), keepsPrompts: true }
    case 'learnt':
      return { watch: createPatienceWatch(), keepsPrompts: true }
  }
}

/** Watches nothing and always says the same. */
function fixed(patienceMs: number, marginMs: number): PatienceWatch {
  return { ...createPatienceWatch(), begin: () => ({ patienceMs, marginMs }) }
}
