import type { PatienceReport } from '../../src/patience/index.ts'
import { reportPatience, startingValue } from '../../src/patience/index.ts'
import { createChance } from './chance.ts'
import type { GatewayModel } from './gateways.ts'
import { createPolicy, type PolicyName } from './policies.ts'
import { rulesOf } from './server.ts'
import { simulateSignIn } from './sign-in.ts'

export type Size = {
  /** Sign-ins before those that count. */
  readonly warmUp: number
  readonly signIns: number
  readonly seed: number
}

export const fullSize: Size = { warmUp: 200, signIns: 1_000, seed: 1 }

/** Over both tries of each sign-in. */
export type Score = {
  /** Shares of sign-ins, 0 to 1: who got in, and for whom the phone rang more than once. */
  readonly success: number
  readonly rangTwice: number
  /** Mean. */
  readonly prompts: number
}

/** One sign-in every ten minutes. */
const betweenMs = 600_000

/** The same people with the same lost packets, whatever the policy. */
export function simulate(
  gateway: GatewayModel,
  name: PolicyName,
  { warmUp, signIns, seed }: Size,
): { readonly score: Score; readonly report: PatienceReport } {
  const chance = createChance(seed)
  const policy = createPolicy(name, gateway)
  const rules = rulesOf(gateway)
  const results = Array.from({ length: warmUp + signIns }, (_, number) =>
    simulateSignIn(gateway, rules, policy, chance, number, number * betweenMs),
  ).slice(warmUp)
  const share = (count: number) => count / signIns
  const memory = policy.memories.get(gateway.name)
  const nowMs = (warmUp + signIns) * betweenMs
  return {
    score: {
      success: share(results.filter(({ success }) => success).length),
      rangTwice: share(results.filter(({ prompts }) => prompts > 1).length),
      prompts: share(results.reduce((sum, { prompts }) => sum + prompts, 0)),
    },
    report: reportPatience(memory, startingValue(rules), nowMs),
  }
}
