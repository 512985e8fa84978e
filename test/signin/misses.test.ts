import { expect } from 'chai'
import { createMissCounts } from '../../src/signin/sharing/miss-counts.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  type Ask,
  createWorld,
  flush,
  gatewayRules,
  password,
  reasonOf,
  totp,
  type World,
  wrongCodeFor,
} from './harness.ts'

const codesFirst = gatewayRules({ flow: 'append', secondFactorFirst: true })
const bare = gatewayRules({ flow: 'append', append: { delimiter: '', words: false } })

async function withApp() {
  const world = createWorld()
  return { world, app: await world.enrol('alice', totp) }
}

async function ask(world: World, typed: string, more: Ask = {}): Promise<string> {
  return reasonOf(await world.ask({ gateway: codesFirst, password: typed, ...more }))
}

describe('wrong codes before the password is proven (RULES 41)', () => {
  it('of strangers cost the owner nothing, however many', async () => {
    const { world, app } = await withApp()
    for (let n = 0; n < 100; n += 1) {
      expect(await ask(world, `guess${n % 30},${wrongCodeFor(world, app)}`)).to.equal('code-wrong')
    }
    expect(await ask(world, `${password},${world.code(app)}`)).to.equal('accepted')
    const { wrongCodes, lockedUntilMs } = await world.stores.accounts.load('local:alice')
    expect({ wrongCodes, lockedUntilMs }).to.deep.equal({ wrongCodes: 0, lockedUntilMs: 0 })
  })

  for (const [name, gateway, between] of [
    ['codes come first', codesFirst, ','],
    ['no delimiter stands between', bare, ''],
  ] as const) {
    it(`lock where ten came with the right password and the next one is right: ${name}`, async () => {
      const { world, app } = await withApp()
      const wrong = `${password}${between}${wrongCodeFor(world, app)}`
      for (let n = 0; n < 10; n += 1) {
        expect(await ask(world, wrong, { gateway })).to.equal('code-wrong')
      }
      const right = () => `${password}${between}${world.code(app)}`
      expect(await ask(world, right(), { gateway })).to.equal('locked')
      expect(world.rows.filter(({ outcome }) => outcome === 'accept')).to.have.length(0)
      const { lockedUntilMs } = await world.stores.accounts.load('local:alice')
      expect(lockedUntilMs).to.equal(world.clock.nowMs() + 900_000)
    })

    it(`do not lock where nine came, nor when an hour has passed: ${name}`, async () => {
      const { world, app } = await withApp()
      const wrong = `${password}${between}${wrongCodeFor(world, app)}`
      const right = () => `${password}${between}${world.code(app)}`
      for (let n = 0; n < 9; n += 1) await ask(world, wrong, { gateway })
      expect(await ask(world, right(), { gateway })).to.equal('accepted')
      for (let n = 0; n < 20; n += 1) await ask(world, wrong, { gateway })
      await world.advance(3_600_000)
      expect(await ask(world, right(), { gateway })).to.equal('accepted')
    })
  }

  it('let no thief through who sends many at once', async () => {
    const { world, app } = await withApp()
    const right = world.code(app)
    const guesses = [...Array(30).keys()].map((n) => String(400_000 + n)).filter((c) => c !== right)
    const sent = [...guesses, right].map((code) =>
      world.start({ gateway: codesFirst, password: `${password},${code}` }),
    )
    await flush()
    expect(sent.map(({ outcome }) => reasonOf(outcome))).not.to.include('accepted')
  })

  for (const [name, gateway] of [
    ['codes come first', codesFirst],
    ['passwords come first', gatewayRules()],
  ] as const) {
    it(`are counted before the right one among them is judged, however slow the store: ${name}`, async () => {
      const { world, app } = await withApp()
      const right = world.code(app)
      const { list } = world.stores.authenticators
      let isSlow = false
      world.stores.authenticators.list = async (userKey) => {
        if (isSlow) await new Promise(setImmediate)
        return list(userKey)
      }
      const wrong = [...Array(30).keys()].map((n) => String(400_000 + n)).filter((c) => c !== right)
      const sent = [...wrong, right].map((code) =>
        world.start({ gateway, password: `${password},${code}` }),
      )
      isSlow = true
      const reasons = await Promise.all(sent.map(({ done }) => done.then(reasonOf)))
      expect(reasons.at(-1)).to.equal('locked')
    })
  }

  it('are counted together for all spellings of one password', async () => {
    const { world, app } = await withApp()
    world.local.instead.verify = async () => ({ kind: 'right' })
    const spellings = ['pass w\u00f6rd', 'pass\u00a0wo\u0308rd', 'pass\u2003w\u00f6rd']
    for (let n = 0; n < 10; n += 1) {
      await ask(world, `${spellings[n % 2]},${wrongCodeFor(world, app)}`)
    }
    expect(await ask(world, `${spellings[2]},${world.code(app)}`)).to.equal('locked')
  })

  it('count at every gateway for which the code comes with the password', async () => {
    const { world, app } = await withApp()
    for (let n = 0; n < 10; n += 1) await ask(world, `${password},${wrongCodeFor(world, app)}`)
    const auto = gatewayRules({ name: 'other' })
    expect(await ask(world, `${password},${world.code(app)}`, { gateway: auto })).to.equal('locked')
  })

  it('lock at the first wrong codes where the gateway vouches for the password', async () => {
    const { world, app } = await withApp()
    const gateway = gatewayRules({
      flow: 'auto',
      secondFactorFirst: true,
      firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: false },
    })
    for (let n = 0; n < 10; n += 1) {
      await ask(world, `any${n},${wrongCodeFor(world, app)}`, { gateway })
      await world.advance(600_000)
    }
    const last = await ask(world, `any,${wrongCodeFor(world, app)}`, { gateway })
    expect(['locked', 'slowed', 'code-wrong']).to.include(last)
    const { wrongCodes } = await world.stores.accounts.load('local:alice')
    expect(wrongCodes).to.be.at.least(10)
  })
})

describe('counts of misses', () => {
  it('are forgotten an hour after each, one by one', () => {
    const clock = createManualClock(1_000_000)
    const misses = createMissCounts(clock)
    misses.note('a', 'key', 10)
    clock.advance(1_800_000)
    misses.note('a', 'key', 10)
    expect(misses.count('key')).to.equal(2)
    clock.advance(1_800_000)
    expect(misses.count('key')).to.equal(1)
    clock.advance(1_800_000)
    expect(misses.count('key')).to.equal(0)
  })

  it('are forgotten for one person, and for no other', () => {
    const misses = createMissCounts(createManualClock(0))
    misses.note('a', 'one', 10)
    misses.note('a', 'two', 10)
    misses.note('b', 'three', 10)
    misses.forget('a')
    expect(['one', 'two', 'three'].map(misses.count)).to.deep.equal([0, 0, 1])
  })

  it('stay bounded, and no flood of other passwords washes a high one away', () => {
    const misses = createMissCounts(createManualClock(0), 1_000)
    for (let n = 0; n < 9; n += 1) misses.note('alice', 'the right password', 10)
    for (let n = 0; n < 50_000; n += 1) misses.note('alice', `guess ${n}`, 10)
    expect(misses.count('the right password')).to.equal(9)
    const kept = [...Array(50_000).keys()].filter((n) => misses.count(`guess ${n}`) > 0)
    expect(kept.length).to.be.at.most(1_000)
    expect(misses.count('guess 49999')).to.equal(1)
  })

  it('count no further than they need to', () => {
    const misses = createMissCounts(createManualClock(0))
    for (let n = 0; n < 1_000; n += 1) misses.note('a', 'key', 10)
    expect(misses.count('key')).to.equal(10)
  })
})
