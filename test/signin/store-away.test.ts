import { expect } from 'chai'
import type { StoreReach } from '../../src/accounts/index.ts'
import { StoreError } from '../../src/store/index.ts'
import {
  call,
  createWorld,
  gatewayRules,
  laptop,
  password,
  reasonOf,
  stateOf,
  totp,
  type World,
} from './harness.ts'

const append = gatewayRules({ flow: 'append', challenges: false })
const again = 'Our server did not answer. Please enter that again.'

/** A world whose store is in a database, which is away while `isAway`. */
function createDatabaseWorld(): { readonly world: World; away(isAway: boolean): void } {
  let isAway = false
  const fail = () => {
    if (isAway) throw new StoreError('database-away', 'the test cuts it off')
  }
  const store: StoreReach = {
    mayBeAway: () => isAway,
    awayForMs: () => (isAway ? 1 : 0),
    ask: async () => fail(),
    isAway: (error) => error instanceof StoreError && error.code === 'database-away',
  }
  const world = createWorld({ parts: { store } })
  const { load } = world.stores.accounts
  world.stores.accounts.load = async (userKey) => {
    fail()
    return load(userKey)
  }
  const { record } = world.stores.audit
  world.stores.audit.record = async (row) => {
    fail()
    return record(row)
  }
  return {
    world,
    away(is) {
      isAway = is
    },
  }
}

describe('while the database of the store is away', () => {
  it('a new request waits for it, and tries no password before', async () => {
    const { world, away } = createDatabaseWorld()
    const app = await world.enrol('alice', totp)
    away(true)
    const waiting = world.start({ gateway: append, password: `${password},${world.code(app)}` })
    await world.advance(10_000)
    expect(waiting.outcome).to.equal(undefined)
    expect(world.local.passwords).to.deep.equal([])
    away(false)
    await world.advance(300)
    expect(reasonOf(waiting.outcome)).to.equal('accepted')
  })

  it('one that went in a moment before waits as well', async () => {
    const { world, away } = createDatabaseWorld()
    const app = await world.enrol('alice', totp)
    const user = await world.local.directory.resolve('alice', AbortSignal.timeout(60_000))
    world.local.instead.resolve = async () => {
      away(true)
      return user
    }
    const waiting = world.start({ gateway: append, password: `${password},${world.code(app)}` })
    await world.advance(2_000)
    expect(waiting.outcome).to.equal(undefined)
    expect(world.local.passwords).to.deep.equal([])
  })

  it('one that cannot be asked again is refused before its gateway gives up', async () => {
    const { world, away } = createDatabaseWorld()
    away(true)
    const waiting = world.start({ gateway: append })
    await world.advance(16_000)
    expect(waiting.outcome).to.equal(undefined)
    await world.advance(3_000)
    expect(reasonOf(waiting.outcome)).to.equal('store-failed')
    expect(world.local.passwords).to.deep.equal([])
  })

  it('one that can be asked is asked to enter it again, for every user; the State proves nothing', async () => {
    const { world, away } = createDatabaseWorld()
    const app = await world.enrol('alice', totp)
    away(true)
    const states: Uint8Array[] = []
    for (const user of ['alice', 'nobody']) {
      const waiting = world.start({ user })
      await world.advance(19_000)
      expect(waiting.outcome).to.include({ kind: 'challenge', message: again })
      states.push(stateOf(waiting.outcome))
    }
    away(false)
    const [state = new Uint8Array()] = states
    const code = world.code(app)
    expect(reasonOf(await world.ask({ state, password: code }))).to.equal('password-wrong')
    const both = await world.ask({ state, password: `${password},${code}` })
    expect(reasonOf(both)).to.equal('accepted')
  })

  it('a question that was open stays open, by the same State', async () => {
    const { world, away } = createDatabaseWorld()
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask())
    away(true)
    const waiting = world.start({ state, password: world.code(app) })
    await world.advance(19_000)
    expect(waiting.outcome).to.include({ kind: 'challenge', message: again })
    expect(stateOf(waiting.outcome)).to.equal(state)
    away(false)
    const outcome = await world.ask({ state, password: world.code(app) })
    expect(reasonOf(outcome)).to.equal('accepted')
  })

  it('a held request stays held, and what was pressed on the phone is taken once it is back', async () => {
    const { world, away } = createDatabaseWorld()
    await world.enrol('alice', call)
    const held = world.start({ gateway: gatewayRules({ flow: 'hold' }), device: laptop })
    await world.advance(1_000)
    away(true)
    await world.advance(1_000)
    world.phone.approve()
    await world.advance(5_000)
    expect(reasonOf(held.outcome)).to.equal('held')
    away(false)
    await world.advance(1_000)
    expect(reasonOf(held.outcome)).to.equal('accepted')
    expect(world.phone.calls).to.have.lengthOf(1)
  })

  describe('and a sign-in waits for it in the midst of its steps', () => {
    /** A world of several nodes, in which this call of the registry, or of a store, ends when the test says so. */
    async function stuckAt(where: 'claim' | 'prompts.open' | 'audit.record') {
      const { world, away } = createDatabaseWorld()
      const { promise: isBack, resolve: comeBack } = Promise.withResolvers<void>()
      const stuck = async <Result>(work: () => Promise<Result>): Promise<Result> => {
        await isBack
        return work()
      }
      const { registry, stores } = world
      const { open } = stores.prompts
      const { record } = stores.audit
      if (where === 'audit.record') stores.audit.record = (row) => stuck(() => record(row))
      if (where === 'prompts.open') stores.prompts.open = (prompt) => stuck(() => open(prompt))
      const claim: typeof registry.claim =
        where === 'claim' ? (keys) => stuck(() => registry.claim(keys)) : registry.claim
      world.restart({ registry: { ...registry, isShared: true, claim } })
      return { world, away, comeBack }
    }

    it('it is refused in time, and tries no password when the database is back', async () => {
      const { world, away, comeBack } = await stuckAt('claim')
      await world.enrol('alice', totp)
      const waiting = world.start({ gateway: append, device: laptop })
      await world.advance(1_000)
      away(true)
      await world.advance(17_500)
      expect(waiting.outcome).to.equal(undefined)
      await world.advance(1_000)
      expect(reasonOf(waiting.outcome)).to.equal('store-failed')
      away(false)
      comeBack()
      await world.advance(1_000)
      expect(world.local.passwords).to.deep.equal([])
    })

    it('nor does it ring a phone', async () => {
      const { world, away, comeBack } = await stuckAt('prompts.open')
      await world.enrol('alice', call)
      const waiting = world.start({ gateway: gatewayRules({ flow: 'hold' }), device: laptop })
      await world.advance(1_000)
      away(true)
      await world.advance(19_000)
      expect(reasonOf(waiting.outcome)).to.equal('store-failed')
      away(false)
      comeBack()
      await world.advance(1_000)
      expect(world.phone.calls).to.deep.equal([])
    })

    it('a refusal leaves in time, and its row is written later', async () => {
      const { world, away, comeBack } = await stuckAt('audit.record')
      away(true)
      const waiting = world.start({ gateway: append, device: laptop })
      await world.advance(19_100)
      expect(reasonOf(waiting.outcome)).to.equal('store-failed')
      expect(world.rows).to.deep.equal([])
      away(false)
      comeBack()
      await world.advance(100)
      expect(world.rows.map(({ reason }) => reason)).to.deep.equal(['store-failed'])
    })

    it('where it answers the others, the request waits on', async () => {
      const { world, comeBack } = await stuckAt('claim')
      const app = await world.enrol('alice', totp)
      const both = `${password},${world.code(app)}`
      const waiting = world.start({ gateway: append, device: laptop, password: both })
      await world.advance(19_500)
      expect(waiting.outcome).to.equal(undefined)
      comeBack()
      await world.advance(100)
      expect(reasonOf(waiting.outcome)).to.equal('accepted')
    })
  })

  it('nothing waits once the service stops', async () => {
    const { world, away } = createDatabaseWorld()
    away(true)
    const waiting = world.start()
    await world.advance(1_000)
    waiting.abort('stopping')
    await world.advance(300)
    expect(reasonOf(waiting.outcome)).to.not.equal('held')
  })
})
