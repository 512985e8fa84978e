import { expect } from 'chai'
import { createPatienceEstimator, memoryKey, parseMemory } from '../../src/patience/index.ts'

const start = { patienceMs: 10_000, marginMs: 1_000, challenges: false }

function learnt() {
  const estimator = createPatienceEstimator({ start })
  for (let count = 0; count < 6; count++) {
    estimator.observe({ kind: 'sign-in' })
    estimator.observe({ kind: 'interval', ms: 5_000 })
    estimator.observe({ kind: 'waiting', afterMs: 10_000 + count, by: 'resend' })
    estimator.observe({ kind: 'gave-up', afterMs: 15_000 + count, packets: 3 })
    estimator.observe({ kind: 'gone', afterMs: 16_500, by: 'silence' })
    estimator.observe({ kind: 'lost', atMs: count * 86_400_000 })
  }
  return estimator
}

describe('what is kept of a gateway', () => {
  it('comes back from JSON the same, and goes on learning', () => {
    const before = learnt()
    const memory = parseMemory(JSON.stringify(before.memory))
    expect(memory).to.deep.equal(before.memory)
    if (memory === undefined) return
    const after = createPatienceEstimator({ start, memory })
    expect(after.estimate()).to.deep.equal(before.estimate())
    for (const estimator of [before, after]) {
      estimator.observe({ kind: 'gone', afterMs: 12_000, by: 'again-held' })
    }
    expect(after.memory).to.deep.equal(before.memory)
  })

  it('stays small, however long it learns', () => {
    const estimator = createPatienceEstimator({ start })
    for (let count = 0; count < 1_000; count++) {
      estimator.observe({ kind: 'waiting', afterMs: (count * 7_919) % 600_000, by: 'nobody-again' })
      estimator.observe({ kind: 'gone', afterMs: (count * 104_729) % 600_000, by: 'again-held' })
      estimator.observe({ kind: 'interval', ms: count })
      estimator.observe({ kind: 'gave-up', afterMs: count, packets: count })
      estimator.observe({ kind: 'lost', atMs: count * 86_400_000 })
    }
    expect(JSON.stringify(estimator.memory).length).to.be.lessThan(16_000)
  })

  const good = JSON.stringify(learnt().memory)
  const garbage: readonly (readonly [what: string, text: string])[] = [
    ['nothing', ''],
    ['no JSON', good.slice(0, -1)],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '7'],
    ['another version', good.replace('"version":1', '"version":2')],
    ['a missing field', good.replace('"packets"', '"parcels"')],
    ['text for a number', good.replace('"signIns":6', '"signIns":"6"')],
    ['a negative number', good.replace('"signIns":6', '"signIns":-6')],
    ['a huge number', good.replace('"signIns":6', '"signIns":1e999')],
    ['a pile of three', good.replace('"waiting":[[', '"waiting":[[1,2,3],[')],
    ['a pile that is none', good.replace('"gone":[[', '"gone":[7,[')],
    ['a pair among numbers', good.replace('"intervalsMs":[', '"intervalsMs":[[1,2],')],
    ['an object for a list', good.replace(/"lost":\[.*\]/, '"lost":{}')],
  ]
  for (const [what, text] of garbage) {
    it(`counts as nothing when it is ${what}`, () => {
      expect(text).to.not.equal(good)
      expect(parseMemory(text)).to.equal(undefined)
    })
  }

  it('stands under the name of its gateway', () => {
    expect(memoryKey('vpn')).to.equal('patience:vpn')
  })
})
