import { expect } from 'chai'
import { describeSharedStores, freshUser } from '../stores.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

describeSharedStores('limits', (current) => {
  let user = ''
  beforeEach(() => {
    user = freshUser()
  })

  it('lets through what is allowed in a window, and more as the window slides', async () => {
    const { limits } = current.store()
    const use = [{ key: user, limit: 2, windowMs: minuteMs }]
    expect(await limits.take(use, 1_000)).to.deep.equal({ ok: true })
    expect(await limits.take(use, 31_000)).to.deep.equal({ ok: true })
    expect(await limits.take(use, 60_999)).to.deep.equal({ ok: false, key: user })
    // The first is exactly one window ago, the second is not.
    expect(await limits.take(use, 61_000)).to.deep.equal({ ok: true })
    expect(await limits.take(use, 61_001)).to.deep.equal({ ok: false, key: user })
  })

  it('looks without counting, and says what taking would', async () => {
    const { limits } = current.store()
    const use = [{ key: user, limit: 1, windowMs: minuteMs }]
    for (let looks = 0; looks < 3; looks += 1) {
      expect(await limits.look(use, 1_000)).to.deep.equal({ ok: true })
    }
    expect(await limits.take(use, 1_000)).to.deep.equal({ ok: true })
    expect(await limits.look(use, 60_999)).to.deep.equal({ ok: false, key: user })
    expect(await limits.look(use, 61_000)).to.deep.equal({ ok: true })
    expect(await limits.look([], 1_000)).to.deep.equal({ ok: true })
  })

  it('releases the keys it is given, in every window, and no others', async () => {
    const { limits } = current.store()
    const uses = [
      { key: user, limit: 1, windowMs: minuteMs },
      { key: user, limit: 1, windowMs: dayMs },
      { key: `${user}:other`, limit: 1, windowMs: dayMs },
    ]
    await limits.take(uses, 1_000)
    await limits.release([])
    await limits.release([user, 'nothing was counted here'])
    for (const use of uses.slice(0, 2)) {
      expect(await limits.look([use], 2_000)).to.deep.equal({ ok: true })
    }
    expect(await limits.look(uses, 2_000)).to.deep.equal({ ok: false, key: `${user}:other` })
  })

  it('counts every key or none', async () => {
    const { limits } = current.store()
    const number = { key: 'number:+49', limit: 1, windowMs: minuteMs }
    const person = { key: user, limit: 2, windowMs: minuteMs }
    await limits.take([number], 1_000)
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await limits.take([person, number], 2_000)).to.deep.equal({
        ok: false,
        key: 'number:+49',
      })
    }
    expect(await limits.take([person], 3_000)).to.deep.equal({ ok: true })
    expect(await limits.take([person], 3_000)).to.deep.equal({ ok: true })
  })

  it('names the first full key in the order given', async () => {
    const { limits } = current.store()
    const none = (key: string) => ({ key, limit: 0, windowMs: minuteMs })
    expect(await limits.take([none('b'), none('a')], 1_000)).to.deep.equal({ ok: false, key: 'b' })
  })

  it('keeps one key in two windows apart', async () => {
    const { limits } = current.store()
    const uses = [
      { key: user, limit: 1, windowMs: minuteMs },
      { key: user, limit: 2, windowMs: dayMs },
    ]
    expect(await limits.take(uses, 0)).to.deep.equal({ ok: true })
    expect(await limits.take(uses, minuteMs)).to.deep.equal({ ok: true })
    expect(await limits.take(uses, 2 * minuteMs)).to.deep.equal({ ok: false, key: user })
    expect(await limits.take(uses, dayMs)).to.deep.equal({ ok: true })
  })

  it('counts a key that is named twice twice', async () => {
    const { limits } = current.store()
    const use = { key: 'budget', limit: 3, windowMs: minuteMs }
    expect(await limits.take([use, use], 1_000)).to.deep.equal({ ok: true })
    expect(await limits.take([use, use], 1_000)).to.deep.equal({ ok: false, key: 'budget' })
    expect(await limits.take([use], 1_000)).to.deep.equal({ ok: true })
  })

  it('counts many uses in parts of the window: none too many, and room again a part later', async () => {
    const { limits } = current.store()
    const use = [{ key: user, limit: 1_000, windowMs: dayMs }]
    const partMs = dayMs / 200
    for (let uses = 0; uses < 1_000; uses += 1) {
      expect(await limits.take(use, uses * 1_000)).to.deep.equal({ ok: true })
    }
    expect(await limits.take(use, dayMs - 1)).to.deep.equal({ ok: false, key: user })
    // Those of the first two parts, each of 432 s, have left by then.
    expect(await limits.take(use, dayMs + 2 * partMs)).to.deep.equal({ ok: true })
  })

  it('lets exactly as many through of 50 at the same time', async () => {
    const { limits } = current.store()
    const results = await Promise.all(
      Array.from({ length: 50 }, () =>
        limits.take([{ key: user, limit: 7, windowMs: minuteMs }], 1_000),
      ),
    )
    expect(results.filter((result) => result.ok)).to.have.length(7)
  })

  it('is still counted after a restart', async () => {
    const use = [{ key: user, limit: 1, windowMs: dayMs }]
    await current.store().limits.take(use, 1_000)
    const { limits } = await current.reopen()
    expect(await limits.take(use, 2_000)).to.deep.equal({ ok: false, key: user })
    expect(await limits.take([], 2_000)).to.deep.equal({ ok: true })
  })
})
