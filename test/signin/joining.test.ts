import { expect } from 'chai'
import {
  type Ask,
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  password,
  reasonOf,
  sms,
  stateOf,
  totp,
  type World,
} from './harness.ts'

const gateway = gatewayRules({ flow: 'hold' })

/** Two requests, the second while the phone rings for the first; then the person approves. */
async function approveBoth(world: World, first: Ask, second: Ask) {
  await world.enrol('alice', call)
  const one = world.start({ gateway, ...first })
  await world.advance(3_000)
  const two = world.start({ gateway, ...second })
  await world.advance(1_000)
  const heldSecond = two.outcome === undefined
  world.phone.approve()
  await flush()
  return { one, two, heldSecond }
}

describe('joining an open sign-in (RULES 2)', () => {
  const refused: readonly [string, Ask, Ask][] = [
    ['no device in either', {}, {}],
    ['no device in the second', { device: laptop }, {}],
    ['no device in the first', {}, { device: laptop }],
    ['another device', { device: laptop }, { device: otherLaptop }],
    ['the same value of another kind', { device: laptop }, { device: { ...laptop, kind: 'text' } }],
    [
      'the address of the gateway itself',
      { device: { kind: 'address', value: '192.0.2.1' } },
      { device: { kind: 'address', value: '192.0.2.1' } },
    ],
    ['another port', { port: '1/0//a' }, { port: '2/0//a' }],
    ['the same port of another address', { port: '1' }, { port: '1', source: '192.0.2.2' }],
    [
      'a device the gateway does not vouch for',
      { device: laptop, gateway: gatewayRules({ flow: 'hold', personSpecificDevice: false }) },
      { device: laptop, gateway: gatewayRules({ flow: 'hold', personSpecificDevice: false }) },
    ],
    [
      'another gateway',
      { device: laptop },
      { device: laptop, gateway: gatewayRules({ name: 'wifi', flow: 'hold' }) },
    ],
  ]
  for (const [what, first, second] of refused) {
    it(`refuses the right password with ${what}: no Accept, no second ring`, async () => {
      const world = createWorld()
      const { one, two, heldSecond } = await approveBoth(world, first, second)
      expect(heldSecond).to.equal(false)
      expect(two.outcome).to.include({ kind: 'reject', reason: 'another-sign-in-open' })
      expect(reasonOf(one.outcome)).to.equal('accepted')
      expect(world.phone.calls).to.have.length(1)
      const later = world.start({ gateway, ...second })
      await flush()
      expect(later.outcome, 'no Accept from what is kept').to.equal(undefined)
    })
  }

  const joined: readonly [string, Ask][] = [
    ['the same device', { device: laptop }],
    ['the same device from another port of the gateway', { device: laptop, source: '192.0.2.9' }],
    ['the same port of the same gateway', { port: '1/0//session-1' }],
  ]
  for (const [what, evidence] of joined) {
    it(`joins ${what}: one ring, one bind, one approval, both named in the audit`, async () => {
      const world = createWorld()
      const { one, two, heldSecond } = await approveBoth(
        world,
        { ...evidence, source: '192.0.2.1' },
        evidence,
      )
      expect(heldSecond).to.equal(true)
      expect(reasonOf(one.outcome)).to.equal('accepted')
      expect(reasonOf(two.outcome)).to.equal('accepted')
      expect(world.phone.calls).to.have.length(1)
      expect(world.local.verified).to.equal(1)
      const [first, second] = world.rows
      const joinedTo = second?.timeline.find(({ what: name }) => name === 'joined')
      expect(joinedTo?.detail).to.deep.equal({ signIn: first?.signInId })
      expect(second?.signInId).not.to.equal(first?.signInId)
    })
  }

  it('counts a port only while the sign-in is open', async () => {
    const world = createWorld()
    await approveBoth(world, { port: '1' }, { port: '1' })
    const again = world.start({ gateway, port: '1' })
    await flush()
    expect(again.outcome).to.equal(undefined)
    expect(world.phone.ringing()).to.have.length(1)
  })

  it('joins another gateway of the same group, not one whose rules differ', async () => {
    const first = gatewayRules({ name: 'vpn-1', group: 'vpn', flow: 'hold' })
    const world = createWorld()
    await world.enrol('alice', call)
    const one = world.start({ gateway: first, device: laptop })
    const two = world.start({ gateway: { ...first, name: 'vpn-2' }, device: laptop })
    await flush()
    world.phone.approve()
    await flush()
    expect([one, two].map(({ outcome }) => reasonOf(outcome))).to.deep.equal([
      'accepted',
      'accepted',
    ])
    const closed = { ...first, name: 'vpn-3', requireGroups: ['admins'] }
    expect(reasonOf(await world.ask({ gateway: closed, device: laptop }))).to.equal('denied')
    const codes = { ...first, name: 'vpn-4', flow: 'challenge', methods: ['totp'] } as const
    expect(reasonOf(await world.ask({ gateway: codes, device: laptop }))).to.equal('not-enrolled')
  })

  it('never takes a password unproven at one gateway for proven at another of its group', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const open = gatewayRules({
      name: 'pam',
      group: 'vpn',
      flow: 'append',
      firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: false },
    })
    const ask = { password: `anything,${world.code(app)}`, device: laptop }
    expect(reasonOf(await world.ask({ ...ask, gateway: open }))).to.equal('accepted')
    const checked = gatewayRules({ group: 'vpn', flow: 'append' })
    expect(reasonOf(await world.ask({ ...ask, gateway: checked }))).to.equal('code-reused')
  })

  it('answers a follower by its own deadline, whatever its owner waits for', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const patient = gatewayRules({ name: 'a', group: 'g', flow: 'hold', patienceMs: 60_000 })
    world.start({ gateway: patient, device: laptop })
    const hasty = world.start({ gateway: { ...patient, patienceMs: 10_000 }, device: laptop })
    await world.advance(9_600)
    expect(hasty.outcome).to.deep.equal({ kind: 'drop', reason: 'no-time-left' })
    expect(world.phone.ringing()).to.have.length(1)
  })

  it('shares a code that was sent instead of sending another', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const challenge = gatewayRules({ flow: 'challenge' })
    await world.ask({ gateway: challenge, device: laptop })
    const asked = await world.ask({ gateway: challenge, device: laptop })
    expect(world.sms.sent).to.have.length(1)
    const other = await world.ask({ gateway: challenge, device: otherLaptop })
    expect(reasonOf(other)).to.equal('another-sign-in-open')
    expect(
      reasonOf(
        await world.ask({
          gateway: challenge,
          password: world.sms.lastCode(),
          state: stateOf(asked),
        }),
      ),
    ).to.equal('accepted')
  })
})

describe('one prompt a person', () => {
  const challenge = gatewayRules({ name: 'vpn', flow: 'challenge' })

  it('does not take a text for a call, nor one number for another, even from the same device', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    await world.enrol('alice', { ...sms, phone: '+31612345699' })
    await world.enrol('alice', call)
    const ask = { gateway: challenge, device: laptop }
    const first = stateOf(await world.ask(ask))
    const second = stateOf(await world.ask(ask))
    const third = stateOf(await world.ask(ask))
    await world.ask({ ...ask, password: 'sms', state: first })
    for (const [typed, state] of [
      ['sms2', second],
      ['call', third],
    ] as const) {
      expect(reasonOf(await world.ask({ ...ask, password: typed, state }))).to.equal(
        'another-sign-in-open',
      )
    }
    expect(world.sms.sent).to.have.length(1)
    expect(world.phone.calls).to.have.length(0)
  })
})

describe('joining with credentials that are never equal (RULES 3)', () => {
  it('lets each CHAP attempt pass its own first factor, then join', async () => {
    const world = createWorld()
    const { one, two, heldSecond } = await approveBoth(
      world,
      { device: laptop, credential: chap(password) },
      { device: laptop, credential: chap(password) },
    )
    expect(heldSecond).to.equal(true)
    expect(world.local.verified).to.equal(2)
    expect(reasonOf(one.outcome)).to.equal('accepted')
    expect(reasonOf(two.outcome)).to.equal('accepted')
    expect(world.phone.calls).to.have.length(1)
    const joinedTo = world.rows[1]?.timeline.find(({ what }) => what === 'joined')
    expect(joinedTo?.detail).to.deep.equal({ signIn: world.rows[0]?.signInId })
  })

  it('rings on for the owner when a request that shares its prompt has to end', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const ask = { gateway, device: laptop }
    const owner = world.start({ ...ask, credential: chap(password) })
    const follower = world.start({ ...ask, credential: chap(password) })
    await flush()
    follower.abort('stopping')
    await flush()
    expect(reasonOf(follower.outcome)).to.equal('shutting-down')
    expect(owner.outcome).to.equal(undefined)
    expect(world.phone.ringing()).to.have.length(1)
  })

  it('never joins a wrong CHAP response', async () => {
    const world = createWorld()
    const { two } = await approveBoth(
      world,
      { device: laptop, credential: chap(password) },
      { device: laptop, credential: chap('guess') },
    )
    expect(reasonOf(two.outcome)).to.equal('password-wrong')
  })

  it('never joins a wrong PAP password, and tells it nothing about the prompt', async () => {
    const world = createWorld()
    const { two } = await approveBoth(
      world,
      { device: laptop },
      { device: laptop, password: 'guess' },
    )
    expect(two.outcome).to.include({ reason: 'password-wrong' })
  })

  it('gives a PAP follower the refusal of its first factor, without a bind of its own', async () => {
    const world = createWorld()
    const gate = Promise.withResolvers<void>()
    world.local.delay = () => gate.promise
    const ask = { gateway, device: laptop, password: 'guess' }
    const both = [world.start(ask), world.start(ask)]
    await flush()
    gate.resolve()
    await flush()
    expect(both.map(({ outcome }) => reasonOf(outcome))).to.deep.equal([
      'password-wrong',
      'password-wrong',
    ])
    expect(world.local.verified).to.equal(1)
  })
})

describe('a lost reply (RULES 10)', () => {
  const append = gatewayRules({ flow: 'append' })

  it('answers an equal attempt for 10 s, and not a second longer', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const ask = { gateway: append, device: laptop, password: `${password},${world.code(app)}` }
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    await world.advance(9_900)
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    await world.advance(200)
    expect(reasonOf(await world.ask(ask))).to.equal('code-reused')
  })

  it('answers nobody else: other device, none, other password, other person', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('bob', totp)
    const code = world.code(app)
    const ask = { gateway: append, device: laptop, password: `${password},${code}` }
    await world.ask(ask)
    const others: Ask[] = [
      { device: otherLaptop },
      { password: `${password}${code}` },
      { password: `guess,${code}` },
    ]
    for (const other of others) {
      expect(reasonOf(await world.ask({ ...ask, ...other }))).to.equal('code-reused')
    }
    const { device: _, ...without } = ask
    expect(reasonOf(await world.ask(without))).to.equal('code-reused')
  })

  it('answers the same State with the same code, and refuses it with another', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask())
    const code = world.code(app)
    expect(reasonOf(await world.ask({ password: code, state }))).to.equal('accepted')
    expect(reasonOf(await world.ask({ password: code, state }))).to.equal('accepted')
    const other = await world.ask({ password: world.code(app, 1), state })
    expect(reasonOf(other)).to.equal('state-invalid')
    await world.advance(10_100)
    expect(reasonOf(await world.ask({ password: code, state }))).to.equal('state-invalid')
  })

  it('answers a State that comes back without a password', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const challenge = gatewayRules({ flow: 'challenge' })
    const state = stateOf(await world.ask({ gateway: challenge }))
    world.phone.approve()
    await flush()
    const ask = { gateway: challenge, state, credential: { kind: 'none' } } as const
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
  })

  it('never hands out a challenge again that was answered', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const first = await world.ask({ device: laptop })
    await world.ask({ device: laptop, password: world.code(app), state: stateOf(first) })
    const second = await world.ask({ device: laptop })
    await world.advance(30_000)
    expect(
      reasonOf(await world.ask({ password: world.code(app), state: stateOf(second) })),
    ).to.equal('accepted')
  })

  it('answers the identical packet after a restart', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const ask = {
      gateway: append,
      password: `${password},${world.code(app)}`,
      requestAuthenticator: new Uint8Array(16).fill(1),
    }
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    world.restart()
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    const { requestAuthenticator: _, ...other } = ask
    expect(reasonOf(await world.ask(other))).to.equal('code-reused')
  })

  it('does not let the identical packet in after a restart when its password was wrong', async () => {
    for (const rules of [append, gatewayRules({ flow: 'append', secondFactorFirst: true })]) {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      const ask = {
        gateway: rules,
        password: `guess,${world.code(app)}`,
        requestAuthenticator: new Uint8Array(16).fill(1),
      }
      expect(reasonOf(await world.ask(ask))).to.equal('password-wrong')
      world.restart()
      expect(reasonOf(await world.ask(ask))).to.equal('password-wrong')
    }
  })

  it('answers the identical packet with a code that was sent, after a restart', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const state = stateOf(await world.ask())
    const ask = {
      password: world.sms.lastCode(),
      state,
      requestAuthenticator: new Uint8Array(16).fill(1),
    }
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    world.restart()
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    world.restart()
    const { requestAuthenticator: _, ...other } = ask
    expect(reasonOf(await world.ask(other))).to.equal('code-reused')
  })
})

describe('a request the gateway has forgotten (RULES 18)', () => {
  it('ends its prompt after 2 s where nobody can join it', async () => {
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

  it('stops ringing at the end of its patience when nobody comes', async () => {
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

  it('rings for nobody when it was forgotten, or its time was up, before the password was proven', async () => {
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
