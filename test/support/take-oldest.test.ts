import { expect } from 'chai'
import { takeOldest } from '../../src/support/index.ts'

describe('what is oldest in a Map', () => {
  it('is taken in the order it came, as much as there is', () => {
    const map = new Map([1, 2, 3, 4].map((number) => [`key-${number}`, number]))
    expect(takeOldest(map, 1)).to.deep.equal([1])
    expect(takeOldest(map, 2)).to.deep.equal([2, 3])
    expect([...map.keys()]).to.deep.equal(['key-4'])
    expect(takeOldest(map, 9)).to.deep.equal([4])
    expect(takeOldest(map, 9)).to.deep.equal([])
  })
})
