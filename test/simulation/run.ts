import { createChance } from './chance.ts'
import { type GatewayModel, gatewayModels } from './gateways.ts'
import { createPolicy, type PolicyName } from './policies.ts'
import { simulateSignIn } from './sign-in.ts'

export type Score = {
  readonly success: number
  readonly prompts: number
  readonly mostPrompts: number
}
export type Row = {
  readonly gateway: GatewayModel
  readonly scores: Readonly<Record<PolicyName, Score>>
  readonly patienceMs: number
}

const names: readonly PolicyName[] = [
  'plain 10 s',
  'plain 30 s',
  'fixed 10 s',
  'fixed 30 s',
  'learnt',
  'possible',
]
const betweenMs = 600_000

export type Size = { readonly warmUp: number; readonly signIns: number; readonly seed: number }
export const fullSize: Size = { warmUp: 200, signIns: 1_000, seed: 1 }

export function simulate({ warmUp, signIns, seed }: Size): Row[] {
  const chance = createChance(seed)
  return gatewayModels.map((gateway) => {
    let patienceMs = 0
    const scores = Object.fromEntries(
      names.map((name) => {
        const policy = createPolicy(name, gateway)
        let success = 0
        let prompts = 0
        let mostPrompts = 0
        for (let number = 0; number < warmUp + signIns; number++) {
          const result = simulateSignIn(gateway, policy, chance, number, number * betweenMs)
          if (number < warmUp) continue
          success += result.success ? 1 : 0
          prompts += result.prompts
          mostPrompts = Math.max(mostPrompts, result.prompts)
        }
        if (name === 'learnt') {
          const e = policy.watch.estimate(gateway.name, {
            patienceMs: 10_000,
            marginMs: 1_000,
            challenges: gateway.challenges,
          })
          patienceMs = e.patienceMs
          console.error(
            gateway.name,
            JSON.stringify(e),
            process.env.DUMP ? JSON.stringify(policy.watch.memory(gateway.name)) : '',
          )
        }
        return [name, { success: success / signIns, prompts: prompts / signIns, mostPrompts }]
      }),
    ) as Record<PolicyName, Score>
    return { gateway, scores, patienceMs }
  })
}
const t = Date.now()
for (const row of simulate(fullSize)) {
  console.log(
    row.gateway.name.padEnd(26),
    ...names.map(
      (n) =>
        `${(100 * row.scores[n].success).toFixed(1)}/${row.scores[n].prompts.toFixed(3)}/${row.scores[n].mostPrompts}`,
    ),
  )
}
console.log(Date.now() - t, 'ms')
