import { expect } from 'chai'
import fc from 'fast-check'
import { findThreshold, median } from '../../src/patience/estimate.ts'
import type { Vote } from '../../src/patience/learn.ts'

const waiting = (ms: number, weight = 1): Vote => ({ says: 'waiting', ms, weight })
const gone = (ms: number, weight = 1): Vote => ({ says: 'gone', ms, weight })

describe('threshold of votes', () => {
  it('lies between the last wait and the first end', () => {
    const found = findThreshold([waiting(5), gone(16), waiting(10), gone(20)])
    expect(found).to.deep.equal({ fromMs: 10, untilMs: 16, agreement: 1 })
  })

  const odd: readonly (readonly [
    what: string,
    votes: readonly Vote[],
    from: number,
    until: number,
  ])[] = [
    ['nothing known', [], 0, Number.POSITIVE_INFINITY],
    ['no end seen', [waiting(7)], 7, Number.POSITIVE_INFINITY],
    ['no wait seen', [gone(7)], 0, 7],
    ['one impatient person', [waiting(10, 3), gone(2), gone(16, 3)], 10, 16],
    ['one stray resend', [waiting(10, 3), gone(16, 3), waiting(60)], 10, 16],
    ['a wait and an end at once', [waiting(10), gone(10)], 10, 10],
    ['as much for as against: the earlier', [gone(5), waiting(9)], 0, 5],
  ]
  for (const [what, votes, fromMs, untilMs] of odd) {
    it(`with ${what}`, () => {
      expect(findThreshold(votes)).to.include({ fromMs, untilMs })
    })
  }

  it('contradicts no more weight than any other moment would, in whatever order they came', () => {
    const votes = fc.array(
      fc.record({
        says: fc.constantFrom('waiting' as const, 'gone' as const),
        ms: fc.integer({ min: 1, max: 50 }),
        weight: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    const against = (list: readonly Vote[], ms: number) =>
      list
        .filter((vote) => (vote.says === 'waiting' ? vote.ms > ms : vote.ms <= ms))
        .reduce((sum, { weight }) => sum + weight, 0)
    fc.assert(
      fc.property(votes, (list) => {
        const { fromMs, untilMs, agreement } = findThreshold(list)
        expect(findThreshold(list.toReversed())).to.deep.equal({ fromMs, untilMs, agreement })
        const total = list.reduce((sum, { weight }) => sum + weight, 0)
        const least = Math.min(
          ...Array.from({ length: 52 }, (_, half) => against(list, half + 0.5)),
          against(list, 0),
        )
        expect((1 - agreement) * total).to.be.at.most(least + 1e-6)
        expect(fromMs).to.be.at.most(untilMs)
      }),
    )
  })
})

describe('median', () => {
  it('is the middle value, or the mean of two', () => {
    expect(median([3, 1, 9])).to.equal(3)
    expect(median([4, 1, 9, 2])).to.equal(3)
    expect(median([])).to.equal(undefined)
  })
})
