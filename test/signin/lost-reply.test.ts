import { expect } from 'chai'
import type { Authenticator } from '../../src/accounts/index.ts'
import {
  type Ask,
  call,
  createWorld,
  type Enrolment,
  email,
  flush,
  gatewayRules,
  hotp,
  laptop,
  otherLaptop,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  sms,
  stateOf,
  totp,
  type World,
} from './harness.ts'

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

  it('is not given for another request: other device, none, other password, other person', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('bob', totp)
    const code = world.code(app)
    const ask = { gateway: append, device: laptop, password: `${password},${code}` }
    await world.ask(ask)
    const others: readonly (readonly [Ask, string])[] = [
      [{ device: otherLaptop }, 'code-reused'],
      [{ password: `${password}, ${code}` }, 'code-reused'],
      [{ password: `guess,${code}` }, 'password-wrong'],
    ]
    for (const [other, reason] of others) {
      expect(reasonOf(await world.ask({ ...ask, ...other }))).to.equal(reason)
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

  const named: readonly (readonly [string, Ask, Ask, string])[] = [
    ['the same device', { device: laptop }, { device: laptop }, 'accepted'],
    ['no device', { device: laptop }, {}, 'accepted'],
    ['a device, where the first named none', {}, { device: laptop }, 'accepted'],
    ['another device', { device: laptop }, { device: otherLaptop }, 'state-invalid'],
    [
      'another device, whatever the gateway is trusted with',
      { device: laptop, gateway: gatewayRules({ personSpecificDevice: false }) },
      { device: otherLaptop, gateway: gatewayRules({ personSpecificDevice: false }) },
      'state-invalid',
    ],
    [
      'another text',
      { device: { kind: 'text', value: 'tab 1' } },
      { device: { kind: 'text', value: 'tab 2' } },
      'state-invalid',
    ],
    [
      'the gateway in the place of a device',
      { device: laptop },
      { device: { kind: 'address', value: '192.0.2.1' } },
      'accepted',
    ],
  ]
  for (const [what, first, second, reason] of named) {
    it(`answers the same State again to ${what}: ${reason} (RULES 42)`, async () => {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      const answer = { state: stateOf(await world.ask(first)), password: world.code(app) }
      const both = [world.start({ ...answer, ...first }), world.start({ ...answer, ...second })]
      await flush()
      expect(both.map(({ outcome }) => reasonOf(outcome))).to.deep.equal(['accepted', reason])
      expect(reasonOf(await world.ask({ ...answer, ...second }))).to.equal(reason)
    })
  }

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

  type CodeOf = (world: World, enrolled: Authenticator) => string
  const readOff: readonly (readonly [string, Enrolment, CodeOf])[] = [
    ['totp', totp, (world, it) => world.code(it)],
    ['hotp', hotp, (world, it) => world.code(it)],
    ['recovery', recovery('alice'), () => recoveryCode],
    ['recovery without dashes', recovery('alice'), () => recoveryCode.replaceAll('-', '')],
  ]
  const sent: typeof readOff = [
    ['a text', sms, (world) => world.sms.lastCode()],
    ['a mail', email, (world) => world.email.lastCode()],
  ]
  const behindPassword = (code: string): Ask => ({
    gateway: append,
    password: `${password},${code}`,
  })
  const identical = { requestAuthenticator: new Uint8Array(16).fill(1) }

  async function lose(world: World, ask: Ask): Promise<void> {
    const packet = { ...ask, ...identical }
    expect(reasonOf(await world.ask(packet))).to.equal('accepted')
    world.restart()
    await world.advance(59_900)
    expect(reasonOf(await world.ask(packet))).to.equal('accepted')
    world.restart()
    await world.advance(100)
    expect(reasonOf(await world.ask(packet))).to.be.oneOf(['code-reused', 'state-invalid'])
  }

  for (const [name, enrolment, codeOf] of readOff) {
    it(`answers the identical packet for 60 s after a restart: ${name} after the password (RULES 36)`, async () => {
      const world = createWorld()
      const enrolled = await world.enrol('alice', enrolment)
      await lose(world, behindPassword(codeOf(world, enrolled)))
    })

    for (const { where, ask } of [
      { where: 'after the password', ask: async () => behindPassword },
      {
        where: 'at a question',
        ask: async (world: World) => {
          const state = stateOf(await world.ask())
          return (code: string) => ({ state, password: code })
        },
      },
    ]) {
      it(`takes a used code for used and not for wrong: ${name} ${where}`, async () => {
        const world = createWorld()
        const code = codeOf(world, await world.enrol('alice', enrolment))
        expect(reasonOf(await world.ask((await ask(world))(code)))).to.equal('accepted')
        expect(reasonOf(await world.ask((await ask(world))(code)))).to.equal('code-reused')
        world.restart()
        expect(reasonOf(await world.ask((await ask(world))(code)))).to.equal('code-reused')
        const { wrongCodes } = await world.stores.accounts.load('local:alice')
        expect(wrongCodes).to.equal(0)
      })
    }
  }

  for (const [name, enrolment, codeOf] of [...readOff, ...sent]) {
    it(`answers the identical packet for 60 s after a restart: ${name} at a question (RULES 36)`, async () => {
      const world = createWorld()
      const enrolled = await world.enrol('alice', enrolment)
      const state = stateOf(await world.ask())
      await lose(world, { state, password: codeOf(world, enrolled) })
    })
  }

  it('takes a time ahead of the clock for old (RULES 36)', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const code = world.code(app)
    const ask = { ...behindPassword(code), ...identical }
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    world.restart()
    world.clock.set(world.clock.nowMs() - 1)
    expect(reasonOf(await world.ask(ask))).to.equal('code-reused')
  })

  it('ends no count of wrong codes for a packet that gets its answer again (RULES 36)', async () => {
    const world = createWorld()
    const token = await world.enrol('alice', hotp)
    const ask = { ...behindPassword(world.code(token)), ...identical }
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    const guess = behindPassword('000000')
    for (let tries = 0; tries < 3; tries++) {
      expect(reasonOf(await world.ask(guess))).to.equal('code-wrong')
    }
    world.restart()
    expect(reasonOf(await world.ask(ask))).to.equal('accepted')
    const { wrongCodes } = await world.stores.accounts.load('local:alice')
    expect(wrongCodes).to.equal(3)
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
    expect(reasonOf(await world.ask(other))).to.equal('state-invalid')
  })
})
