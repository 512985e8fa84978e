import { expect } from 'chai'
import { answerMs, createChance } from './chance.ts'
import { gatewayModels } from './gateways.ts'
import { type PolicyName, policyNames } from './policies.ts'
import { simulate } from './simulate.ts'

/** Small enough for the quick loop; docs/reference/gateways.md has the full one. */
const size = { warmUp: 200, signIns: 150, seed: 2 }

/** Of 150 sign-ins, three. */
const chanceOfFew = 0.02

describe('simulated gateways', () => {
  for (const gateway of gatewayModels) {
    it(`${gateway.name}: learning is worth it`, () => {
      const success = (name: PolicyName) => simulate(gateway, name, size).score.success
      const { score, report } = simulate(gateway, 'ours, learnt', size)
      for (const name of policyNames) {
        expect(score.success, name).to.be.at.least(success(name) - chanceOfFew)
      }
      expect(score.rangTwice).to.be.at.most(0.03)
      const { reached, heldOn } = report.margin
      expect(heldOn).to.be.at.most(reached / 10)
    })
  }

  it('give the same result for the same seed, and another for another', () => {
    const [pfSense] = gatewayModels.filter(({ name }) => name === 'pfSense')
    if (pfSense === undefined) return expect.fail('no pfSense')
    const scores = [1, 1, 3].map(
      (seed) => simulate(pfSense, 'ours, learnt', { warmUp: 0, signIns: 200, seed }).score,
    )
    expect(scores[0]).to.deep.equal(scores[1])
    expect(scores[0]).to.not.deep.equal(scores[2])
  })

  it('have people who answer after 2 to 40 s, half of them within 9', () => {
    const chance = createChance(1)
    const answers = Array.from({ length: 4_000 }, (_, person) =>
      answerMs(chance.draw(person, 'a'), chance.draw(person, 'b')),
    ).toSorted((a, b) => a - b)
    expect(answers[0]).to.be.at.least(2_000)
    expect(answers.at(-1)).to.be.at.most(40_000)
    expect(answers[2_000]).to.be.within(8_500, 9_400)
    expect(answers.filter((ms) => ms > 2_000 && ms < 40_000).length / 4_000).to.be.within(
      0.93,
      0.97,
    )
  })
})
