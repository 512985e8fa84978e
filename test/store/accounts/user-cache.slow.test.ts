import { expect } from 'chai'
import { createUserCache } from '../../../src/store/accounts/user-cache.ts'
import { usedBytes } from '../../support/heap.ts'

describe('the cache of users', () => {
  it('drops the oldest where there is no room', async () => {
    const cache = createUserCache<number>(3)
    for (let user = 0; user < 5; user += 1) await cache.get(`user-${user}`, async () => user)
    const kept = [0, 1, 2, 3, 4].map((user) => cache.peek(`user-${user}`))
    expect(kept).to.deep.equal([undefined, undefined, 2, 3, 4])
  })

  it('never keeps more than it may, whatever is forgotten in between', async () => {
    const cache = createUserCache<number>(1_000)
    const names = Array.from({ length: 5_000 }, (_, user) => `user-${user}`)
    for (const [user, name] of names.entries()) {
      await cache.get(name, async () => user)
      if (user % 7 === 0) cache.forget(name)
    }
    const kept = names.filter((name) => cache.peek(name) !== undefined)
    expect(kept.length).to.be.within(980, 1_000)
    expect(names.slice(-1_100)).to.include.members(kept.slice(-900))
    expect(cache.peek(names.at(-1) ?? '')).to.equal(4_999)
  })

  it('takes no more memory however often its values change', async () => {
    const cache = createUserCache<number>(1_000)
    const change = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        const name = `user-${time % 100}`
        cache.forget(name)
        await cache.get(name, async () => time)
      }
    }
    await change(10_000)
    const before = usedBytes()
    await change(200_000)
    // An iterator that is never renewed would have kept 50 bytes of each.
    expect(usedBytes() - before).to.be.below(2_000_000)
  })
})
