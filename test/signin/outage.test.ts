import { expect } from 'chai'
import { StoreError } from '../../src/store/index.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  password,
  reasonOf,
  sms,
  stateOf,
  totp,
} from './harness.ts'

describe('a store that fails', () => {
  const everyCall = [
    'accounts.load',
    'authenticators.list',
    'authenticators.spend',
    'accounts.noteUser',
    'audit.record',
    'all',
  ]
  for (const name of everyCall) {
    it(`refuses with store-failed when ${name} fails: never an Accept without a durable row`, async () => {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      world.stores.failing.add(name)
      const ask = { device: laptop, password: `${password},${world.code(app)}` }
      const both = [world.start(ask), world.start(ask)]
      await flush()
      for (const { outcome } of both) {
        expect(outcome).to.include({ kind: 'reject', reason: 'store-failed' })
        expect(outcome).not.to.have.property('notBeforeMs')
      }
      expect(world.troubles.map(({ what }) => what)).to.include('store-failed')
      expect(world.rows.filter(({ outcome }) => outcome === 'accept')).to.have.length(0)
    })
  }

  it('gives no Accept to a request that comes later to an outcome that has no row', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    world.stores.failing.add('audit.record')
    const ask = { device: laptop, password: `${password},${world.code(app)}` }
    await world.ask(ask)
    expect(reasonOf(await world.ask(ask))).to.equal('store-failed')
    world.stores.failing.clear()
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    expect(world.rows.map(({ outcome }) => outcome)).to.deep.equal(['accept'])
  })

  it('neither rings nor blocks the person when the prompt cannot be stored or counted', async () => {
    for (const name of ['prompts.open', 'limits.take']) {
      const world = createWorld()
      await world.enrol('alice', call)
      world.stores.failing.add(name)
      expect(reasonOf(await world.ask())).to.equal('store-failed')
      expect(world.phone.calls).to.have.length(0)
      world.stores.failing.clear()
      world.start()
      await flush()
      expect(world.phone.ringing()).to.have.length(1)
    }
  })

  it('does not send a code that cannot be counted, and refuses one that cannot be spent', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    world.stores.failing.add('limits.take')
    expect(reasonOf(await world.ask())).to.equal('store-failed')
    expect(world.sms.sent).to.have.length(0)
    world.stores.failing.clear()
    const state = stateOf(await world.ask())
    world.stores.failing.add('spent.spend')
    expect(reasonOf(await world.ask({ password: world.sms.lastCode(), state }))).to.equal(
      'store-failed',
    )
  })

  it('ends a call all the same when its end cannot be stored', async () => {
    for (const name of [
      'prompts.close',
      'accounts.block',
      'audit.alert',
      'prompts.setProviderId',
    ]) {
      const world = createWorld()
      await world.enrol('alice', call)
      world.stores.failing.add(name)
      const pending = world.start()
      await flush()
      world.phone.only().answer({ kind: 'fraud' })
      await flush()
      expect(reasonOf(pending.outcome), name).to.equal('prompt-fraud')
      expect(world.troubles, name).not.to.have.length(0)
    }
  })

  it('says so when the row of an unanswered challenge cannot be written', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    await world.ask()
    world.stores.failing.add('audit.record')
    await world.advance(301_000)
    expect(world.troubles.map(({ what }) => what)).to.deep.equal(['audit'])
  })

  it('is silent, and complains of no mistake, once the other nodes have declared it dead', async () => {
    const world = createWorld()
    world.local.instead.verify = async () => {
      throw new StoreError('node-dead', 'process p1 may no longer write')
    }
    const outcome = await world.ask({ device: laptop })
    expect(outcome).to.deep.equal({ kind: 'drop', reason: 'declared-dead' })
    expect(world.troubles).to.deep.equal([])
  })

  it('leaves a mistake of ours unanswered, with its stack in the log', async () => {
    const world = createWorld()
    world.local.instead.verify = async () => {
      throw new TypeError('undefined is not a function')
    }
    const ask = { device: laptop }
    const both = [world.start(ask), world.start(ask)]
    await flush()
    for (const { outcome } of both) {
      expect(outcome).to.deep.equal({ kind: 'drop', reason: 'internal-error' })
    }
    expect(world.troubles[0]?.detail).to.equal('undefined is not a function')
    expect(world.troubles[0]?.stack).to.contain('outage.test.ts')
  })
})

describe('a directory that does not answer (RULES 23)', () => {
  const answers = [
    ['busy', { kind: 'busy' }, 'directory-busy'],
    ['down', { kind: 'down', detail: 'timeout' }, 'directory-down'],
    ['closed to us', { kind: 'down', detail: '49', refused: true }, 'directory-refuses-us'],
  ] as const
  for (const [what, answer, reason] of answers) {
    it(`that is ${what} refuses, whatever else is right`, async () => {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      world.local.instead.verify = async () => answer
      const typed = `${password},${world.code(app)}`
      expect(reasonOf(await world.ask({ password: typed }))).to.equal(reason)
      world.local.instead.resolve = async () => answer
      expect(reasonOf(await world.ask({ password: typed }))).to.equal(reason)
    })
  }

  it('lets no later directory answer for one that is down', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    const down = {
      ...world.local.directory,
      name: 'corp',
      resolve: async () => ({ kind: 'down', detail: 'timeout' }) as const,
    }
    const both = createWorld({
      parts: {
        directories: new Map([
          ['corp', down],
          ['local', world.local.directory],
        ]),
      },
    })
    const gateway = gatewayRules({ firstFactor: { kind: 'directories', names: ['corp', 'local'] } })
    expect(reasonOf(await both.ask({ gateway }))).to.equal('directory-down')
  })
})
