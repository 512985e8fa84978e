import { expect } from 'chai'
import { call, createWorld, flush, gatewayRules, laptop, reasonOf } from './harness.ts'

const gateway = gatewayRules({ flow: 'hold' })

describe('a request the gateway has forgotten (RULES 18)', () => {
  it('ends its prompt after 2 s where no one can join it', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const pending = world.start({ gateway })
    await world.advance(1_000)
    pending.abort('abandoned')
    await world.advance(1_900)
    expect(world.phone.ringing()).to.have.length(1)
    await world.advance(200)
    expect(pending.outcome).to.deep.equal({ kind: 'drop', reason: 'abandoned' })
    expect(world.phone.ringing()).to.have.length(0)
  })

  it('keeps its prompt for the one that comes after it', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start({ gateway, device: laptop })
    await world.advance(5_000)
    first.abort('abandoned')
    await world.advance(3_000)
    const second = world.start({ gateway, device: laptop })
    await world.advance(1_000)
    world.phone.approve()
    await flush()
    expect(reasonOf(second.outcome)).to.equal('accepted')
    expect(world.phone.calls).to.have.length(1)
    expect(world.local.verified).to.equal(1)
  })

  it('answers the one that comes after the approval', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start({ gateway, device: laptop })
    await flush()
    first.abort('abandoned')
    world.phone.approve()
    await world.advance(2_000)
    expect(reasonOf(await world.ask({ gateway, device: laptop }))).to.equal('accepted')
  })

  it('stops ringing at the end of its patience when no request comes', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start({ gateway, device: laptop })
    await flush()
    first.abort('abandoned')
    await world.advance(19_100)
    expect(world.phone.ringing()).to.have.length(0)
    expect(first.outcome?.kind).to.equal('reject')
  })

  it('rings all the same, when it was forgotten before, where the next one can join', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const gate = Promise.withResolvers<void>()
    world.local.delay = () => gate.promise
    const first = world.start({ gateway, device: laptop })
    await flush()
    first.abort('abandoned')
    const second = world.start({ gateway, device: laptop })
    gate.resolve()
    await flush()
    world.phone.approve()
    await flush()
    expect(reasonOf(second.outcome)).to.equal('accepted')
    expect(world.local.verified).to.equal(1)
  })

  it('rings no one when it was forgotten, or its time was up, before the password was proven', async () => {
    for (const end of ['abandoned', 'stopping', 'time'] as const) {
      const world = createWorld()
      await world.enrol('alice', call)
      const gate = Promise.withResolvers<void>()
      world.local.delay = () => gate.promise
      const pending = world.start({ gateway })
      await flush()
      if (end === 'time') await world.advance(20_000)
      else pending.abort(end)
      gate.resolve()
      await flush()
      expect(world.phone.calls).to.have.length(0)
      expect(reasonOf(pending.outcome)).to.equal(
        { abandoned: 'abandoned', stopping: 'shutting-down', time: 'no-time-left' }[end],
      )
    }
  })

  it('refuses when the service stops, and stops ringing', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const owner = world.start({ gateway, device: laptop })
    const follower = world.start({ gateway, device: laptop })
    await flush()
    for (const one of [owner, follower]) one.abort('stopping')
    await flush()
    expect(owner.outcome).to.include({ kind: 'reject', reason: 'shutting-down' })
    expect(follower.outcome).to.include({ kind: 'reject', reason: 'shutting-down' })
    expect(world.phone.ringing()).to.have.length(0)
    expect(world.stores.openPrompts.size).to.equal(0)
  })
})
