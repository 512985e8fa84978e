import { expect } from 'chai'
import * as fc from 'fast-check'
import {
  clipRanges,
  countOf,
  firstOutside,
  formatRanges,
  mergeRanges,
  outside,
  parseRanges,
  rangesOf,
} from '../../../src/store/audit/seq-ranges.ts'

const numbers = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 })

describe('ranges of rows', () => {
  it('are written short, and read back', () => {
    const ranges = rangesOf([7, 1, 3, 2, 7, 12, 11])
    expect(formatRanges(ranges)).to.equal('1-3,7,11-12')
    expect(parseRanges('1-3,7,11-12')).to.deep.equal(ranges)
    expect(countOf(ranges)).to.equal(6)
  })

  for (const text of ['', ',', '1-', '-1', '3-1', '1,,2', '1.5', 'x', '1 2', `${'9'.repeat(20)}`]) {
    it(`are not read from ${JSON.stringify(text)}`, () => {
      expect(parseRanges(text)).to.equal(undefined)
    })
  }

  it('say what others lack, as sets do', () => {
    fc.assert(
      fc.property(numbers, numbers, (some, others) => {
        const left = some.filter((one) => !others.includes(one))
        const first = left.length === 0 ? undefined : Math.min(...left)
        const found = outside(rangesOf(some), rangesOf(others))
        expect(mergeRanges(found)).to.deep.equal(rangesOf(left))
        expect(firstOutside(rangesOf(some), rangesOf(others))).to.equal(first)
      }),
    )
  })

  it('join and are cut as sets are', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.nat(60), fc.nat(60), (some, others, low, high) => {
        const merged = mergeRanges([...rangesOf(some), ...rangesOf(others)])
        expect(merged).to.deep.equal(rangesOf([...some, ...others]))
        const within = some.filter((one) => one > low && one <= high)
        expect(clipRanges(rangesOf(some), low, high)).to.deep.equal(rangesOf(within))
      }),
    )
  })
})
