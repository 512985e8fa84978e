import { expect } from 'chai'
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
  wrongCodeFor,
} from './harness.ts'

describe('the audit of a sign-in', () => {
  it('has one row with the whole time line over all challenges', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const app = await world.enrol('alice', totp)
    const startedAtMs = world.clock.nowMs()
    const menu = await world.ask({ device: laptop })
    await world.advance(2_000)
    const sent = await world.ask({ password: '1', state: stateOf(menu) })
    await world.advance(3_000)
    const wrong = await world.ask({ password: wrongCodeFor(world, app), state: stateOf(sent) })
    await world.advance(3_000)
    expect(world.rows).to.have.length(0)
    await world.ask({ password: world.sms.lastCode(), state: stateOf(wrong), device: laptop })
    expect(world.rows).to.have.length(1)
    const [row] = world.rows
    expect(row).to.deep.include({
      startedAtMs,
      endedAtMs: startedAtMs + 8_000,
      gateway: 'vpn',
      sourceAddress: '192.0.2.1',
      userName: 'alice',
      userKey: 'local:alice',
      method: 'sms',
      outcome: 'accept',
      reason: 'accepted',
      device: laptop.value,
    })
    expect(row?.timeline.map(({ what }) => what)).to.deep.equal([
      ...['received', 'user-found', 'policy', 'password-read', 'first-factor', 'challenge'],
      ...['received', 'user-found', 'policy', 'prompt', 'challenge'],
      ...['received', 'user-found', 'policy', 'code', 'challenge'],
      ...['received', 'user-found', 'policy', 'code', 'accept'],
    ])
    const times = row?.timeline.map(({ atMs }) => atMs) ?? []
    expect(times).to.deep.equal([...times].sort())
    await world.advance(400_000)
    expect(world.rows).to.have.length(1)
    expect(world.lines).to.deep.equal(world.rows)
  })

  it('has a row for a challenge nobody answered, when it has ended', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    const asked = await world.ask()
    await world.advance(299_900)
    expect(world.rows).to.have.length(0)
    await world.advance(200)
    expect(world.rows).to.have.length(1)
    expect(world.rows[0]).to.include({ outcome: 'challenge', reason: 'challenged' })
    expect(world.rows[0]?.timeline.at(-1)?.what).to.equal('unanswered')
    expect(reasonOf(await world.ask({ password: '1', state: stateOf(asked) }))).to.equal(
      'state-invalid',
    )
  })

  it('keeps the time line for whoever may use the State, whoever else shows it', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('bob', totp)
    const state = stateOf(await world.ask())
    await world.ask({ user: 'bob', password: '000000', state })
    await world.ask({ user: 'nobody', password: '000000', state })
    await world.ask({ password: world.code(app), state, gateway: gatewayRules({ name: 'wifi' }) })
    const stolen = world.rows.map(({ timeline }) => timeline.length)
    await world.ask({ password: world.code(app), state })
    const row = world.rows.at(-1)
    expect(row).to.include({ outcome: 'accept' })
    expect(row?.timeline.filter(({ what }) => what === 'received')).to.have.length(2)
    expect(Math.max(...stolen)).to.be.lessThan(row?.timeline.length ?? 0)
  })

  it('has one row for a policy that refuses the answer, with what came before', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask())
    await world.stores.accounts.block('local:alice', 'by hand', 0)
    await world.ask({ password: world.code(app), state })
    await world.advance(400_000)
    expect(world.rows.map(({ reason }) => reason)).to.deep.equal(['blocked'])
    expect(world.rows[0]?.timeline.filter(({ what }) => what === 'received')).to.have.length(2)
  })

  it('shortens a name nobody has, and no other', async () => {
    const world = createWorld()
    const typed = ['hunter2-my-password', 'ab', '\u{1F600}\u{1F600}\u{1F600}', '', ' ALICE ']
    for (const user of typed) await world.ask({ user, password: 'x' })
    expect(world.rows.map(({ userName }) => userName)).to.deep.equal([
      'hu…',
      'ab',
      '\u{1F600}\u{1F600}…',
      '',
      'alice',
    ])
    expect(JSON.stringify([world.rows, world.lines, world.troubles])).not.to.contain('hunter2')
  })

  it('gives a follower of a challenge a row of its own and leaves the time line to the answer', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const owner = world.start({ device: laptop })
    const follower = world.start({ device: laptop })
    await world.advance(19_100)
    const state = stateOf(owner.outcome)
    expect(stateOf(follower.outcome)).to.deep.equal(state)
    expect(world.rows).to.have.length(1)
    expect(world.rows[0]).to.include({ attemptId: follower.attempt.id, outcome: 'challenge' })
    world.phone.approve()
    await flush()
    await world.ask({ password: '', state })
    expect(world.rows).to.have.length(2)
    expect(world.rows[1]?.timeline.map(({ what }) => what)).to.include.members([
      'first-factor',
      'prompt',
      'prompt-ended',
      'accept',
    ])
    await world.advance(200_000)
    expect(world.rows).to.have.length(2)
  })

  it('says how often the gateway asked again', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const pending = world.start()
    pending.attempt.resends.count = 3
    await flush()
    world.phone.approve()
    await flush()
    expect(world.rows[0]?.timeline).to.deep.include({
      atMs: world.clock.nowMs(),
      what: 'resends',
      detail: { count: 3 },
    })
  })

  it('has a row for what is dropped too', async () => {
    const world = createWorld()
    world.local.instead.resolve = async () => ({ kind: 'down', detail: 'connection refused' })
    const silent = gatewayRules({ onDirectoryDown: 'silent' })
    expect(await world.ask({ gateway: silent })).to.deep.equal({
      kind: 'drop',
      reason: 'directory-down-silent',
    })
    expect(world.rows.map(({ reason }) => reason)).to.deep.equal(['directory-down-silent'])
    expect(world.troubles).to.deep.include({
      attemptId: 'attempt-1',
      what: 'directory-down',
      detail: 'local: connection refused',
      gateway: 'vpn',
    })
  })
})

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
      const ask = { device: laptop, password: `${password}${world.code(app)}` }
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

  it('gives no Accept to who comes later to an outcome that has no row', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    world.stores.failing.add('audit.record')
    const ask = { device: laptop, password: `${password}${world.code(app)}` }
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
    expect(world.troubles[0]?.detail).to.contain('audit.test.ts')
  })
})

describe('a directory that does not answer (RULES 23)', () => {
  const answers = [
    ['busy', { kind: 'busy' }, 'directory-busy'],
    ['down', { kind: 'down', detail: 'timeout' }, 'directory-down'],
  ] as const
  for (const [what, answer, reason] of answers) {
    it(`that is ${what} refuses, whatever else is right`, async () => {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      world.local.instead.verify = async () => answer
      const typed = `${password}${world.code(app)}`
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
