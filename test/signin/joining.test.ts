import { expect } from 'chai'
import type { DeviceEvidence } from '../../src/signin/index.ts'
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

const behindNat: DeviceEvidence = { kind: 'address', value: '10.0.0.1' }
const nasAddress = { vendor: 0, type: 4, value: Uint8Array.of(10, 0, 0, 1) }
const webPortal: DeviceEvidence = { kind: 'text', value: 'web-portal' }
const phoneNumber: DeviceEvidence = { kind: 'phone', value: '+31201234567' }
const anyGateway = gatewayRules({ flow: 'hold', personSpecificDevice: false })

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
    [
      'the address of the gateway itself, as its NAS-IP-Address has it',
      { device: behindNat, attributes: [nasAddress] },
      { device: behindNat, attributes: [nasAddress] },
    ],
    // The same for everyone at some gateways (RULES 42).
    ['the same text', { device: webPortal }, { device: webPortal }],
    ['the same telephone number', { device: phoneNumber }, { device: phoneNumber }],
    [
      'the same text and another port',
      { device: webPortal, port: '7' },
      { device: webPortal, port: '8' },
    ],
    [
      'the same port and another device',
      { device: laptop, port: '7', gateway: anyGateway },
      { device: otherLaptop, port: '7', gateway: anyGateway },
    ],
    [
      'the same port and another text',
      { device: webPortal, port: '7' },
      { device: { kind: 'text', value: 'web-portal-2' }, port: '7' },
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
    ['the same MAC address', { device: { kind: 'mac', value: '001122334455' } }],
    ['the same port, whatever text stands for the device', { device: webPortal, port: '7' }],
    ['the same port and device', { device: laptop, port: '7', gateway: anyGateway }],
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
    expect(reasonOf(await world.ask({ ...ask, gateway: checked }))).to.equal('password-wrong')
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
    const wifi = gatewayRules({ name: 'wifi', flow: 'challenge' })
    const other = await world.ask({ gateway: wifi, device: laptop })
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

  it('does not take a text for a call, and one number in place of another (RULES 44), even from the same device', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    await world.enrol('alice', { ...sms, phone: '+31612345699' })
    await world.enrol('alice', call)
    const ask = { gateway: challenge, device: laptop }
    const first = stateOf(await world.ask(ask))
    const second = stateOf(await world.ask(ask))
    const third = stateOf(await world.ask(ask))
    await world.ask({ ...ask, password: 'sms', state: first })
    const rings = await world.ask({ ...ask, password: 'call', state: third })
    expect(reasonOf(rings)).to.equal('another-sign-in-open')
    const byOther = await world.ask({ ...ask, password: 'sms2', state: second })
    expect(byOther.kind).to.equal('challenge')
    expect(world.sms.sent).to.have.length(2)
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

  it('takes no password for an exchange that an attacker has seen on the wire, and typed as one', async () => {
    const credential = chap(password)
    if (credential.kind !== 'chap') throw new Error('no CHAP')
    const world = createWorld()
    const seen = [credential.challenge, credential.response].map((bytes) =>
      Buffer.from(bytes).toString('hex'),
    )
    const typed = { device: laptop, password: seen.join(' ') }
    const { one, two } = await approveBoth(world, { device: laptop, credential }, typed)
    await world.advance(2_000)
    expect([reasonOf(one.outcome), reasonOf(two.outcome)]).to.deep.equal([
      'accepted',
      'password-wrong',
    ])
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
