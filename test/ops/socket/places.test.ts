import { expect } from 'chai'
import { createAllowance } from '../../../src/ops/socket/allowance.ts'
import { createPlaces, type Place } from '../../../src/ops/socket/places.ts'
import { createManualClock } from '../../support/manual-clock.ts'

describe('places for connections', () => {
  function setUp() {
    const places = createPlaces({ total: 6, forRoot: 2, perUser: 3 })
    const ended: string[] = []
    const enter = (name: string): Place => {
      const place = places.enter(() => ended.push(name))
      if (place === undefined) throw new Error(`no place for ${name}`)
      return place
    }
    const proven = (name: string, uid: number): Place => {
      const place = enter(name)
      place.prove(uid)
      return place
    }
    return { places, ended, enter, proven }
  }

  it('are taken from the oldest who has not proven who they are', () => {
    const { enter, ended } = setUp()
    const [first] = ['a', 'b', 'c', 'd', 'e', 'f'].map(enter)
    enter('g')
    enter('h')
    expect(ended).to.deep.equal(['a', 'b'])
    first?.leave()
    enter('i')
    expect(ended).to.deep.equal(['a', 'b', 'c'])
  })

  it('are never all taken by others than root, who may take them all', () => {
    const { places, enter, proven, ended } = setUp()
    proven('a', 1000)
    proven('b', 1000)
    proven('c', 1001)
    const last = proven('d', 1001)
    expect(() => proven('e', 1002)).to.throw(/too many commands at once/)
    for (let name = 0; name < 50; name += 1) enter(`flood ${name}`)
    proven('root', 0)
    proven('root again', 0)
    expect(ended).to.not.include.members(['a', 'b', 'c', 'd', 'root'])
    expect(
      places.enter(() => undefined),
      'root has the last ones',
    ).to.equal(undefined)
    last.leave()
    expect(places.enter(() => undefined)).to.not.equal(undefined)
  })

  it('are so many for each user and no more', () => {
    const { proven } = setUp()
    const first = proven('a', 1000)
    proven('b', 1000)
    proven('c', 1000)
    expect(() => proven('d', 1000)).to.throw(/at most 3 commands of one user/)
    first.leave()
    first.leave()
    proven('e', 1000)
  })

  it('change their owner once at most', () => {
    const { enter, proven } = setUp()
    const place = enter('a')
    place.prove(1000)
    place.prove(0)
    for (const name of ['b', 'c']) proven(name, 1000)
    expect(() => proven('d', 1000)).to.throw(/one user/)
  })
})

describe('the allowance of requests', () => {
  it('is used up, and comes again with time', () => {
    const clock = createManualClock()
    const allowance = createAllowance(clock, { burst: 3, perSecond: 2 })
    const take = (count: number) => Array.from({ length: count }, () => allowance.take())
    expect(take(4)).to.deep.equal([true, true, true, false])
    clock.advance(500)
    expect(take(2)).to.deep.equal([true, false])
    clock.advance(3_600_000)
    expect(take(4)).to.deep.equal([true, true, true, false])
  })
})
