import { expect } from 'chai'
import type { Bypass } from '../../src/accounts/index.ts'
import {
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  reasonOf,
  totp,
  type World,
  type WorldOptions,
} from './harness.ts'

/** A world in which Alice has a phone, and a bypass of 15 minutes. */
async function bypassed(change: Partial<Bypass> = {}, options?: WorldOptions): Promise<World> {
  const world = createWorld(options)
  await world.enrol('alice', call)
  const untilMs = world.clock.nowMs() + 900_000
  const bypass = { reason: 'phone at home', untilMs, once: false, ...change }
  await world.stores.accounts.giveBypass('local:alice', bypass)
  return world
}

describe('a bypass', () => {
  for (const flow of ['auto', 'hold', 'challenge', 'append'] as const) {
    it(`accepts the right password alone: flow ${flow}`, async () => {
      const world = await bypassed()
      const gateway = gatewayRules({ flow })
      expect(reasonOf(await world.ask({ gateway }))).to.equal('accepted')
      expect(reasonOf(await world.ask({ gateway, credential: chap('wrong') }))).to.equal(
        'password-wrong',
      )
      expect(reasonOf(await world.ask({ gateway, password: 'wrong' }))).to.equal('password-wrong')
      expect(world.phone.calls).to.have.length(0)
    })
  }

  it('is in the audit of each sign-in that used it', async () => {
    const world = await bypassed()
    await world.ask()
    expect(world.rows[0]?.timeline.map(({ what }) => what)).to.include('bypass')
    expect(world.rows[0]).not.to.have.property('method')
  })

  it('ends by itself', async () => {
    const world = await bypassed()
    await world.advance(899_900)
    expect(reasonOf(await world.ask())).to.equal('accepted')
    await world.advance(200)
    const pending = world.start()
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('held')
  })

  it('for one sign-in is gone with it; a wrong password leaves it', async () => {
    const world = await bypassed({ once: true })
    expect(reasonOf(await world.ask({ password: 'wrong' }))).to.equal('password-wrong')
    expect(reasonOf(await world.ask())).to.equal('accepted')
    const pending = world.start()
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('held')
    expect(world.phone.ringing()).to.have.length(1)
  })

  it('for one sign-in lets one in of two at the same moment; the other is asked', async () => {
    const world = await bypassed({ once: true })
    const pending = [laptop, otherLaptop].map((device) => world.start({ device }))
    await flush()
    expect(pending.map(({ outcome }) => reasonOf(outcome)).sort()).to.deep.equal([
      'accepted',
      'held',
    ])
  })

  it('for one sign-in still answers when the reply was lost', async () => {
    const world = await bypassed({ once: true })
    expect(reasonOf(await world.ask({ device: laptop }))).to.equal('accepted')
    expect(reasonOf(await world.ask({ device: laptop }))).to.equal('accepted')
    expect(world.local.verified).to.equal(1)
  })

  it('does not reach anyone else', async () => {
    const world = await bypassed()
    await world.enrol('bob', totp)
    expect((await world.ask({ user: 'bob' })).kind).to.equal('challenge')
  })

  it('opens nothing where no password is checked', async () => {
    const world = await bypassed()
    await world.enrol('alice', totp)
    for (const flow of ['auto', 'challenge', 'code-only'] as const) {
      const firstFactor = {
        kind: 'none',
        directories: ['local'],
        promptWithoutPassword: false,
      } as const
      const outcome = await world.ask({ gateway: gatewayRules({ flow, firstFactor }) })
      expect(outcome.kind, flow).not.to.equal('accept')
    }
  })

  it('lets no one in whom a rule, a group, a block or a lock refuses', async () => {
    const deny = { name: 'd', outcome: { kind: 'deny', text: 'No.' } } as const
    const ruled = await bypassed({}, { parts: { rules: [deny] } })
    expect(reasonOf(await ruled.ask())).to.equal('denied')
    const world = await bypassed()
    const gateway = gatewayRules({ denyGroups: ['staff'] })
    expect(reasonOf(await world.ask({ gateway }))).to.equal('denied')
    await world.stores.accounts.block('local:alice', 'stolen', world.clock.nowMs())
    expect(reasonOf(await world.ask())).to.equal('blocked')
  })

  it('is not used up where a rule asks for no second factor anyway', async () => {
    const none = { name: 'n', outcome: { kind: 'no-second-factor' } } as const
    const world = await bypassed({ once: true }, { parts: { rules: [none] } })
    await world.ask()
    expect(await world.stores.accounts.load('local:alice')).to.have.property('bypass')
  })

  it('refuses when the store cannot say whether it is still there', async () => {
    const world = await bypassed({ once: true })
    world.stores.failing.add('accounts.useBypass')
    expect(reasonOf(await world.ask())).to.equal('store-failed')
  })
})
