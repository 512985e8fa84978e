import { expect } from 'chai'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  sms,
  stateOf,
  totp,
  type World,
} from './harness.ts'

const hold = gatewayRules({ flow: 'hold' })
const mute = gatewayRules({ challenges: false })

/** Ways through a sign-in after which nothing may be left. */
const stories: readonly [string, (world: World) => Promise<void>][] = [
  [
    'an approval',
    async (world) => {
      world.start({ gateway: hold })
      await flush()
      world.phone.approve()
    },
  ],
  [
    'a refusal',
    async (world) => {
      world.start({ gateway: hold, device: laptop })
      await flush()
      world.phone.only().answer({ kind: 'refused' })
    },
  ],
  ['nobody answering', async (world) => void world.start({ gateway: hold })],
  [
    'nobody answering, kept for later',
    async (world) => void world.start({ gateway: mute, device: laptop }),
  ],
  ['a challenge nobody answers', async (world) => void world.start()],
  [
    'a request that was forgotten',
    async (world) => {
      const pending = world.start({ gateway: hold })
      await flush()
      pending.abort('abandoned')
    },
  ],
  [
    'a stop while followers wait',
    async (world) => {
      const all = [1, 2, 3].map(() => world.start({ gateway: hold, device: laptop }))
      await flush()
      for (const one of all) one.abort('stopping')
    },
  ],
  [
    'an owner that was forgotten while followers wait',
    async (world) => {
      const [owner, ...followers] = [1, 2, 3].map(() =>
        world.start({ gateway: hold, device: laptop }),
      )
      await flush()
      owner?.abort('abandoned')
      await world.advance(1_000)
      world.phone.approve()
      await flush()
      expect(followers.map(({ outcome }) => outcome?.kind)).to.deep.equal(['accept', 'accept'])
    },
  ],
  [
    'a follower that was forgotten',
    async (world) => {
      const owner = world.start({ gateway: hold, device: laptop })
      const follower = world.start({ gateway: hold, device: laptop })
      await flush()
      follower.abort('abandoned')
      await flush()
      expect(follower.outcome).to.include({ reason: 'abandoned' })
      world.phone.approve()
      await flush()
      expect(owner.outcome).to.include({ kind: 'accept' })
    },
  ],
  [
    'an answer and the deadline at the same moment',
    async (world) => {
      const pending = world.start({ gateway: hold })
      await world.advance(18_900)
      world.clock.advance(100)
      for (const ringing of world.phone.ringing()) {
        ringing.answer({ kind: 'approved', byMachine: false })
      }
      await flush()
      expect(pending.outcome).not.to.equal(undefined)
    },
  ],
  [
    'an approval and a typed code at the same moment',
    async (world) => {
      const app = await world.enrol('alice', totp)
      const first = world.start()
      await world.advance(19_100)
      const second = world.start({ password: world.code(app), state: stateOf(first.outcome) })
      world.phone.approve()
      await flush()
      expect(second.outcome).to.include({ kind: 'accept' })
    },
  ],
  [
    'an approval and a stop at the same moment',
    async (world) => {
      const pending = world.start({ gateway: hold })
      await flush()
      world.phone.approve()
      pending.abort('stopping')
      await flush()
      expect(pending.outcome).not.to.equal(undefined)
    },
  ],
  [
    'a text that is used',
    async (world) => {
      await world.enrol('dave', sms)
      const asked = await world.ask({ user: 'dave' })
      await world.ask({ user: 'dave', password: world.sms.lastCode(), state: stateOf(asked) })
    },
  ],
  [
    'a text that fails',
    async (world) => {
      await world.enrol('dave', sms)
      world.sms.next.push(() => Promise.reject(new Error('broken')))
      await world.ask({ user: 'dave' })
    },
  ],
]

describe('after a sign-in nothing is left', () => {
  for (const [what, tell] of stories) {
    it(`of ${what}`, async () => {
      const world = createWorld()
      await world.enrol('alice', call)
      await tell(world)
      await world.advance(130_000)
      expect(world.phone.ringing(), 'phones that ring').to.have.length(0)
      expect(world.stores.openPrompts.size, 'stored prompts').to.equal(0)
      await world.advance(300_000)
      expect(world.registry.size(), 'entries of the registry').to.equal(0)
      expect(world.wheel.size, 'timers').to.equal(0)
      expect(world.clock.waiting, 'timers of the clock').to.equal(0)
      expect(world.troubles.filter(({ what: name }) => name !== 'prompt-failed')).to.deep.equal([])
    })
  }

  it('of an answered challenge not even a timer, at once', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const asked = await world.ask()
    expect(world.wheel.size).to.equal(1)
    await world.ask({ password: world.code(app), state: stateOf(asked) })
    expect(world.wheel.size).to.equal(0)
  })

  it('of a used text not even a timer, at once, and another device can sign in', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const asked = await world.ask({ device: laptop })
    await world.ask({ password: world.sms.lastCode(), state: stateOf(asked) })
    expect(world.wheel.size).to.equal(0)
    expect(await world.ask()).to.include({ kind: 'challenge' })
  })

  it('of an approval not even a timer, at once', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    world.start({ gateway: hold, device: laptop })
    world.start({ gateway: hold, device: laptop })
    await flush()
    world.phone.approve()
    await flush()
    expect(world.wheel.size).to.equal(0)
  })

  it('of an approval, where the service stops before it is answered', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const pending = world.start({ gateway: hold })
    await flush()
    world.phone.approve()
    await flush()
    pending.abort('stopping')
    await flush()
    expect(world.rows.map(({ reason }) => reason)).to.deep.equal(['accepted'])
    expect(pending.outcome).to.include({ kind: 'accept' })
  })
})
