import { expect } from 'chai'
import { createRateLimit } from '../../../src/support/time/rate-limit.ts'
import { createManualClock } from '../manual-clock.ts'

describe('rate limit', () => {
  function setUp(maxKeys = 3) {
    const clock = createManualClock()
    return { clock, limit: createRateLimit(clock, { intervalMs: 60_000, maxKeys }) }
  }

  it('admits the first of each key and interval and counts the rest', () => {
    const { clock, limit } = setUp()
    expect(limit.admit('a')).to.equal(0)
    expect(limit.admit('a')).to.equal(undefined)
    expect(limit.admit('a')).to.equal(undefined)
    expect(limit.admit('b')).to.equal(0)
    clock.advance(59_999)
    expect(limit.admit('a')).to.equal(undefined)
    clock.advance(1)
    expect(limit.admit('a')).to.equal(3)
    expect(limit.admit('a')).to.equal(undefined)
    expect(limit.admit('b')).to.equal(0)
  })

  it('admits one line an interval for all keys beyond the cap, and stays small', () => {
    const { limit } = setUp(3)
    const admitted = Array.from({ length: 10_000 }, (_, index) => limit.admit(`k${index}`))
    expect(admitted.filter((count) => count !== undefined)).to.have.length(4)
    expect(limit.size).to.equal(4)
  })

  it('gives the places of ended keys to new ones', () => {
    const { clock, limit } = setUp(3)
    for (const key of ['a', 'b', 'c']) limit.admit(key)
    clock.advance(60_000)
    expect(limit.admit('d')).to.equal(0)
    expect(limit.admit('e')).to.equal(0)
    expect(limit.size).to.equal(2)
  })

  it('does not go silent when the clock is set back', () => {
    const { clock, limit } = setUp()
    limit.admit('a')
    clock.set(clock.nowMs() - 3_600_000)
    expect(limit.admit('a')).to.equal(0)
  })
})
