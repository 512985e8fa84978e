import { expect } from 'chai'
import { createMemoryRegistry, type SignInRegistry } from '../../src/signin/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
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
      ...['received', 'user-found', 'policy', 'first-factor', 'challenge'],
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

  it('has a row for a challenge without an answer, when it has ended', async () => {
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

  for (const [what, isAnswered] of [
    ['has that row once a registry that was away is back', false],
    ['has none where it was answered at another node meanwhile', true],
  ] as const) {
    it(what, async () => {
      const memory = createMemoryRegistry(createManualClock())
      let isAway = false
      const registry: SignInRegistry = {
        ...memory,
        isShared: true,
        async takeTimeline(id) {
          if (isAway) throw new Error('away')
          return isAnswered ? undefined : memory.takeTimeline(id)
        },
      }
      const world = createWorld({ parts: { registry } })
      await world.enrol('alice', totp)
      await world.ask()
      isAway = true
      await world.advance(600_000)
      expect(world.rows).to.have.length(0)
      isAway = false
      await world.advance(20_000)
      expect(world.rows).to.have.length(isAnswered ? 0 : 1)
      if (!isAnswered) expect(world.rows[0]?.timeline.at(-1)?.what).to.equal('unanswered')
      await world.advance(60_000)
      expect(world.rows).to.have.length(isAnswered ? 0 : 1)
    })
  }

  it('keeps the time line for the one who may use the State, no matter who else shows it', async () => {
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

  it('shortens an unknown name, and no other', async () => {
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
    pending.resent = 3
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
