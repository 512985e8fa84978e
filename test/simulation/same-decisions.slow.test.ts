import { expect } from 'chai'
import { createChance } from './chance.ts'
import { gatewayModels } from './gateways.ts'
import { createPolicy } from './policies.ts'
import { runRealSignIn } from './real-server.ts'
import { rulesOf } from './server.ts'
import { simulateSignIn } from './sign-in.ts'

const gateways = ['pfSense', 'FortiGate', 'MikroTik RouterOS', 'HPE Aruba Wi-Fi controllers']
const policies = ['ours at 10 s', 'ours at 30 s', 'possible'] as const
const signIns = 30
/** An answer that falls within a tick of the end may go either way. */
const mostDifferent = 1

describe('the simulated service decides as the real sign-in', () => {
  const chance = createChance(7)
  for (const gateway of gatewayModels.filter(({ name }) => gateways.includes(name))) {
    for (const name of policies) {
      it(`at ${gateway.name}, ${name}`, async () => {
        const different: unknown[] = []
        for (let signIn = 0; signIn < signIns; signIn++) {
          const real = await runRealSignIn(gateway, createPolicy(name, gateway), chance, signIn)
          const model = simulateSignIn(
            gateway,
            rulesOf(gateway),
            createPolicy(name, gateway),
            chance,
            signIn,
            0,
          )
          const isSame = real.success === model.success && real.prompts === model.prompts
          if (!isSame) different.push({ signIn, real, model })
        }
        expect(different.slice(mostDifferent)).to.deep.equal([])
      })
    }
  }
})
