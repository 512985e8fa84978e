import { expect } from 'chai'
import {
  createWorld,
  email,
  flush,
  gatewayRules,
  laptop,
  password,
  reasonOf,
  sms,
  stateOf,
  totp,
} from './harness.ts'

const auto = gatewayRules({ flow: 'auto' })

describe('guessing codes after a password that is known (RULES 5)', () => {
  for (const at of ['one after the other', 'all at once'] as const) {
    it(`slows down and locks in auto, ${at}: then the right code does not count either`, async () => {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      const right = world.code(app)
      const wrong = [...Array(40).keys()]
        .map((n) => String(100_000 + n))
        .filter((code) => code !== right)
      const guess = (code: string) =>
        world.start({ gateway: auto, password: `${password},${code}` })
      for (const code of wrong) {
        guess(code)
        if (at === 'one after the other') await flush()
      }
      const last = guess(right)
      await flush()
      expect(reasonOf(last.outcome)).to.equal(at === 'all at once' ? 'locked' : 'slowed')
      expect(new Set(world.local.passwords)).to.deep.equal(new Set([password]))
      expect(world.rows.filter(({ outcome }) => outcome === 'accept')).to.have.length(0)
    })
  }

  it('forgives a few mistakes, and forgets them with time', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    for (let n = 0; n < 3; n += 1) {
      await world.ask({ gateway: auto, password: `${password},00000${n}` })
    }
    const first = await world.ask({ gateway: auto, password: `${password},${world.code(app)}` })
    expect(reasonOf(first)).to.equal('accepted')
    for (let n = 0; n < 25; n += 1) {
      await world.ask({ gateway: auto, password: `${password},0000${10 + n}` })
    }
    await world.advance(900_000)
    const later = await world.ask({ gateway: auto, password: `${password},${world.code(app)}` })
    expect(reasonOf(later)).to.equal('accepted')
  })
})

describe('a code that was sent by a method that is taken away (RULES 5)', () => {
  it('is refused, though another method has its number in the menu now', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    await world.enrol('alice', email)
    const both = gatewayRules({ flow: 'challenge', methods: ['sms', 'email'] })
    const menu = await world.ask({ device: laptop, gateway: both })
    const asked = await world.ask({
      device: laptop,
      gateway: both,
      state: stateOf(menu),
      password: '1',
    })
    const code = world.sms.sent[0]?.code ?? ''
    const less = { ...both, methods: ['email'] as const }
    const ask = { device: laptop, state: stateOf(asked), password: code }
    expect(reasonOf(await world.ask({ ...ask, gateway: less }))).to.equal('code-expired')
  })
})
