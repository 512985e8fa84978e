import { expect } from 'chai'
import { createSlots, type Slot } from '../../../src/ops/socket/slots.ts'
import { createTokenBucket } from '../../../src/ops/socket/token-bucket.ts'
import { createManualClock } from '../../support/manual-clock.ts'

describe('slots for connections', () => {
  function setUp() {
    const slots = createSlots({ total: 6, forRoot: 2, perUser: 3 })
    const ended: string[] = []
    const enter = (name: string): Slot => {
      const slot = slots.enter(() => ended.push(name))
      if (slot === undefined) throw new Error(`no slot for ${name}`)
      return slot
    }
    const proven = (name: string, uid: number): Slot => {
      const slot = enter(name)
      slot.prove(uid)
      return slot
    }
    return { slots, ended, enter, proven }
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
    const { slots, enter, proven, ended } = setUp()
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
      slots.enter(() => undefined),
      'root has the last ones',
    ).to.equal(undefined)
    last.leave()
    expect(slots.enter(() => undefined)).to.not.equal(undefined)
  })

  it('are at most so many for each user', () => {
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
    const slot = enter('a')
    slot.prove(1000)
    slot.prove(0)
    for (const name of ['b', 'c']) proven(name, 1000)
    expect(() => proven('d', 1000)).to.throw(/one user/)
  })
})

describe('the bucket of requests', () => {
  it('is used up, and comes again with time', () => {
    const clock = createManualClock()
    const bucket = createTokenBucket(clock, { burst: 3, perSecond: 2 })
    const take = (count: number) => Array.from({ length: count }, () => bucket.take())
    expect(take(4)).to.deep.equal([true, true, true, false])
    clock.advance(500)
    expect(take(2)).to.deep.equal([true, false])
    clock.advance(3_600_000)
    expect(take(4)).to.deep.equal([true, true, true, false])
  })
})
