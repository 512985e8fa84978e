import { expect } from 'chai'
import { createCounters } from '../../src/ops/index.ts'

describe('counters', () => {
  it('count by name and reason, and list what is not 0 in order', () => {
    const counters = createCounters()
    expect(counters.snapshot()).to.deep.equal([])
    counters.count('rejects', 'user-unknown')
    counters.count('requests')
    counters.count('rejects', 'password-wrong')
    counters.count('rejects', 'user-unknown')
    expect(counters.snapshot()).to.deep.equal([
      { name: 'rejects', reason: 'password-wrong', value: 1 },
      { name: 'rejects', reason: 'user-unknown', value: 2 },
      { name: 'requests', reason: '', value: 1 },
    ])
  })
})
