import { expect } from 'chai'
import {
  call,
  chap,
  createWorld,
  email,
  flush,
  gatewayRules,
  laptop,
  pap,
  password,
  reasonOf,
  sms,
  stateOf,
  totp,
  wrongCodeFor,
} from './harness.ts'

describe('flow hold', () => {
  const gateway = gatewayRules({ flow: 'hold' })

  it('keeps the request until the person approves, and rings once', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const pending = world.start({ gateway })
    await world.advance(8_000)
    expect(pending.outcome).to.equal(undefined)
    expect(world.phone.only().request).to.include({ gateway: 'VPN Amsterdam', language: 'nl' })
    world.phone.approve()
    await flush()
    expect(pending.outcome).to.deep.equal({
      kind: 'accept',
      reason: 'accepted',
      attributes: gateway.replyAttributes,
    })
    expect(world.phone.calls).to.have.length(1)
    expect(world.stores.openPrompts.size).to.equal(0)
  })

  const ends = [
    [{ kind: 'refused' }, 'prompt-refused'],
    [{ kind: 'no-answer' }, 'prompt-no-answer'],
    [{ kind: 'busy' }, 'prompt-busy'],
    [{ kind: 'timeout' }, 'prompt-timeout'],
    [{ kind: 'failed', detail: '503', outage: true }, 'prompt-failed'],
    [{ kind: 'failed', detail: '429', outage: false }, 'prompt-failed'],
    [{ kind: 'fraud' }, 'prompt-fraud'],
  ] as const
  for (const [result, reason] of ends) {
    it(`refuses at once with ${reason} when the call ends with ${JSON.stringify(result)}`, async () => {
      const world = createWorld()
      await world.enrol('alice', call)
      await world.enrol('alice', totp)
      const pending = world.start({ gateway })
      await world.advance(2_000)
      world.phone.only().answer(result)
      await flush()
      expect(pending.outcome).to.include({ kind: 'reject', reason })
      expect(pending.outcome).not.to.have.property('notBeforeMs')
    })
  }

  it('refuses and stops ringing shortly before the patience of the gateway ends', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const pending = world.start({ gateway })
    await world.advance(18_900)
    expect(pending.outcome).to.equal(undefined)
    await world.advance(200)
    expect(pending.outcome).to.include({ kind: 'reject', reason: 'prompt-timeout' })
    expect(world.phone.ringing()).to.have.length(0)
    expect(world.phone.calls[0]?.cancelled).to.equal(true)
  })

  for (const only of [totp, sms, email]) {
    it(`is not there for a person who has only ${only.method} (RULES 31)`, async () => {
      const world = createWorld()
      await world.enrol('alice', only)
      expect(await world.ask({ gateway })).to.include({
        kind: 'reject',
        reason: 'no-method-for-flow',
      })
      expect(world.sms.sent).to.have.length(0)
    })
  }
})

describe('flow code-only', () => {
  const gateway = gatewayRules({
    flow: 'code-only',
    firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: false },
  })

  it('takes the password field for the code and never asks the directory for it', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    expect(reasonOf(await world.ask({ gateway, password: world.code(app) }))).to.equal('accepted')
    expect(world.local.verified).to.equal(0)
  })

  it('refuses a used code, a wrong one, a password, nothing, and CHAP', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const code = world.code(app)
    await world.ask({ gateway, password: code })
    expect(reasonOf(await world.ask({ gateway, password: code }))).to.equal('code-reused')
    const wrong = wrongCodeFor(world, app)
    expect(reasonOf(await world.ask({ gateway, password: wrong }))).to.equal('code-wrong')
    expect(reasonOf(await world.ask({ gateway, password }))).to.equal('code-wrong')
    expect(reasonOf(await world.ask({ gateway, password: '' }))).to.equal('password-empty')
    expect(reasonOf(await world.ask({ gateway, credential: chap(password) }))).to.equal(
      'credential-not-for-flow',
    )
    expect(reasonOf(await world.ask({ gateway, credential: { kind: 'none' } }))).to.equal(
      'credential-not-checkable',
    )
  })
})

describe('flow auto', () => {
  it('asks at once for a code where the person has nothing else', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    expect(await world.ask()).to.include({ kind: 'challenge', echo: false })
  })

  it('uses a code after the delimiter', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('alice', call)
    const typed = `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ password: typed }))).to.equal('accepted')
    expect(world.phone.calls).to.have.length(0)
    expect(world.local.passwords).to.deep.equal([password])
  })

  it('takes digits without a delimiter for the end of the password, a right code too', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const code = world.code(app)
    expect(reasonOf(await world.ask({ password: password + code }))).to.equal('password-wrong')
    expect(world.local.passwords).to.deep.equal([password + code])
    const typed = `${password},${code}`
    expect(reasonOf(await world.ask({ password: typed })), 'unspent').to.equal('accepted')
  })

  it('makes one directory attempt of a password that ends in digits', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    const outcome = await world.ask({ password: 'Winter123456' })
    expect(reasonOf(outcome)).to.equal('password-wrong')
    expect(world.local.passwords).to.deep.equal(['Winter123456'])
  })

  it('holds for a call, then asks to approve and press Enter, and the approval is accepted there', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', totp)
    const pending = world.start()
    await world.advance(19_100)
    const asked = pending.outcome
    expect(asked).to.include({ kind: 'challenge', echo: true })
    expect(world.phone.ringing()).to.have.length(1)
    world.phone.approve()
    await flush()
    expect(reasonOf(await world.ask({ password: '', state: stateOf(asked) }))).to.equal('accepted')
    expect(world.phone.calls).to.have.length(1)
  })

  it('takes a typed code instead of the approval, and stops ringing', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const app = await world.enrol('alice', totp)
    const pending = world.start()
    await world.advance(19_100)
    const state = stateOf(pending.outcome)
    expect(reasonOf(await world.ask({ password: world.code(app), state }))).to.equal('accepted')
    await flush()
    expect(world.phone.ringing()).to.have.length(0)
  })

  it('refuses where the gateway has no challenges, and lets a late approval count', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const gateway = gatewayRules({ challenges: false })
    const pending = world.start({ gateway, device: laptop })
    await world.advance(19_100)
    expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
    expect(world.phone.only().closingText()).to.equal('call-sign-in-again')
    world.phone.approve()
    await world.advance(5_000)
    expect(reasonOf(await world.ask({ gateway, device: laptop }))).to.equal('accepted')
    expect(world.phone.calls).to.have.length(1)
  })

  it('has no way to ask for a typed code where the gateway has no challenges', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    await world.enrol('alice', sms)
    const gateway = gatewayRules({ challenges: false })
    expect(reasonOf(await world.ask({ gateway }))).to.equal('no-method-for-flow')
    expect(world.sms.sent).to.have.length(0)
  })
})

describe('other credentials', () => {
  it('checks CHAP, then asks as the flow wants', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask({ credential: chap(password) }))
    expect(reasonOf(await world.ask({ password: world.code(app), state }))).to.equal('accepted')
  })

  it('refuses a wrong CHAP response, an unsupported credential, none, and a garbled password', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    const garbled = { ...pap('\ufffd'), wellFormed: false } as const
    expect(reasonOf(await world.ask({ credential: chap('wrong') }))).to.equal('password-wrong')
    expect(
      reasonOf(await world.ask({ credential: { kind: 'unsupported', name: 'MS-CHAPv2' } })),
    ).to.equal('credential-not-checkable')
    expect(reasonOf(await world.ask({ credential: { kind: 'none' } }))).to.equal(
      'credential-missing',
    )
    expect(reasonOf(await world.ask({ credential: garbled }))).to.equal('password-garbled')
  })
})
