import { expect } from 'chai'
import {
  type Ask,
  call,
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
