import { expect } from 'chai'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  reasonOf,
  sentCodes,
  sms,
  stateOf,
  totp,
  wrongCodeFor,
} from '../harness.ts'

describe('flow challenge', () => {
  const gateway = gatewayRules({ flow: 'challenge' })

  it('asks for a typed code where that is all the person has', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const asked = await world.ask({ gateway })
    expect(asked).to.include({ kind: 'challenge', echo: false })
    const answered = await world.ask({
      gateway,
      password: world.code(app),
      state: stateOf(asked),
    })
    expect(answered).to.include({ kind: 'accept' })
    expect(world.local.verified).to.equal(1)
  })

  it('reads a code as the app shows it, with a space', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask({ gateway }))
    const code = world.code(app)
    const typed = ` ${code.slice(0, 3)} ${code.slice(3)} `
    expect(await world.ask({ gateway, password: typed, state })).to.include({ kind: 'accept' })
  })

  it('sends a text at once where that is all the person has', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const asked = await world.ask({ gateway })
    expect(world.sms.sent).to.have.length(1)
    expect(asked).to.have.property('message').that.contains('**21')
    const state = stateOf(asked)
    expect(await world.ask({ gateway, password: world.sms.lastCode(), state })).to.include({
      kind: 'accept',
    })
  })

  it('rings at once where a call is all the person has, and Enter waits for it', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const asked = await world.ask({ gateway })
    expect(asked).to.include({ kind: 'challenge', echo: true })
    const pending = world.start({ gateway, password: '', state: stateOf(asked) })
    await world.advance(3_000)
    expect(pending.outcome).to.equal(undefined)
    world.phone.approve()
    await flush()
    expect(pending.outcome).to.include({ kind: 'accept' })
  })

  it('lets the person choose by number or word, and a code works whatever was chosen', async () => {
    for (const choice of ['2', 'SMS', ' sms ']) {
      const world = createWorld()
      await world.enrol('alice', call)
      await world.enrol('alice', sms)
      const app = await world.enrol('alice', totp)
      const menu = await world.ask({ gateway })
      expect(menu).to.have.property('message').that.contains('1 ').and.contains('2 ')
      expect(world.sms.sent).to.have.length(0)
      const asked = await world.ask({ gateway, password: choice, state: stateOf(menu) })
      expect(world.sms.sent).to.have.length(1)
      const state = stateOf(asked)
      expect(await world.ask({ gateway, password: world.code(app), state })).to.include({
        kind: 'accept',
      })
      expect(world.phone.calls).to.have.length(0)
    }
  })

  it('holds for a call chosen in the menu', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', totp)
    const state = stateOf(await world.ask({ gateway }))
    const pending = world.start({ gateway, password: '1', state })
    await flush()
    world.phone.approve()
    await flush()
    expect(pending.outcome).to.include({ kind: 'accept' })
  })

  it('shows the menu again for a number that is not in it, as a wrong code', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    const state = stateOf(await world.ask({ gateway }))
    const again = await world.ask({ gateway, password: '7', state })
    expect(again).to.include({ kind: 'challenge' })
    expect(world.phone.calls).to.have.length(0)
  })

  it('changes from a text that does not come to a call, and to another number, in one sign-in', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    await world.enrol('alice', { ...sms, phone: '+31612345699' })
    await world.enrol('alice', call)
    const menu = await world.ask({ gateway })
    const first = await world.ask({ gateway, password: 'sms', state: stateOf(menu) })
    expect(first).to.have.property('message').that.contains('**21')
    const second = await world.ask({ gateway, password: 'sms2', state: stateOf(first) })
    expect(second).to.have.property('message').that.contains('**99')
    expect(world.sms.sent.map(({ request }) => request.authenticator)).to.have.length(2)
    const pending = world.start({ gateway, password: 'call', state: stateOf(second) })
    await flush()
    world.phone.approve()
    await flush()
    expect(pending.outcome).to.include({ kind: 'accept' })
  })

  it('starts what the person prefers, without a menu', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    const app = await world.enrol('alice', totp)
    await world.stores.accounts.setDefaultMethod('local:alice', 'sms')
    await world.ask({ gateway, device: laptop })
    expect(world.sms.sent).to.have.length(1)

    await world.advance(31_000)
    await world.stores.accounts.setDefaultMethod('local:alice', 'totp')
    const asked = await world.ask({ gateway })
    expect(asked).to.have.property('message').that.does.not.contain('1 ')
    const state = stateOf(asked)
    expect(await world.ask({ gateway, password: world.code(app), state })).to.include({
      kind: 'accept',
    })
    expect(world.sms.sent).to.have.length(1)
  })

  it('ignores a preference the gateway does not allow', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    await world.enrol('alice', totp)
    await world.stores.accounts.setDefaultMethod('local:alice', 'sms')
    const strict = gatewayRules({ flow: 'challenge', methods: ['totp'] })
    await world.ask({ gateway: strict })
    expect(world.sms.sent).to.have.length(0)
  })

  it('sends a text again when asked, not sooner than allowed and not more often', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    let asked = await world.ask({ gateway })
    const choose = async () => {
      asked = await world.ask({ gateway, password: '1', state: stateOf(asked) })
      return world.sms.sent.length
    }
    expect(await choose()).to.equal(1)
    await world.advance(31_000)
    expect(await choose()).to.equal(2)
    await world.advance(31_000)
    expect(await choose()).to.equal(3)
    await world.advance(31_000)
    expect(await choose()).to.equal(3)
    expect(asked).to.include({ kind: 'reject', reason: 'prompt-limit' })
  })

  it('takes only the text that was sent last', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const first = await world.ask({ gateway })
    const old = world.sms.lastCode()
    await world.advance(31_000)
    const again = await world.ask({ gateway, password: '1', state: stateOf(first) })
    if (old === world.sms.lastCode()) return
    const refused = await world.ask({ gateway, password: old, state: stateOf(again) })
    expect(refused.kind).to.equal('challenge')
    const state = stateOf(refused)
    expect(await world.ask({ gateway, password: world.sms.lastCode(), state })).to.include({
      kind: 'accept',
    })
  })

  it('refuses a text that is too old, and one that was used', async () => {
    const world = createWorld({
      settings: { sentCode: sentCodes({ expiryMs: 60_000, resendAfterMs: 5_000 }) },
    })
    await world.enrol('alice', sms)
    const state = stateOf(await world.ask({ gateway }))
    await world.advance(60_000)
    expect(reasonOf(await world.ask({ gateway, password: world.sms.lastCode(), state }))).to.equal(
      'state-invalid',
    )
  })

  it('lets a text through once, in however many challenges it is shared', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const first = stateOf(await world.ask({ gateway, device: laptop }))
    const second = stateOf(await world.ask({ gateway, device: laptop }))
    expect(world.sms.sent).to.have.length(1)
    const code = world.sms.lastCode()
    expect(reasonOf(await world.ask({ gateway, password: code, state: first }))).to.equal(
      'accepted',
    )
    expect(reasonOf(await world.ask({ gateway, password: code, state: second }))).to.equal(
      'code-reused',
    )
  })

  it('asks twelve times at most, however often Enter is pressed', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    let asked = await world.ask({ gateway })
    let rounds = 0
    for (; asked.kind === 'challenge'; rounds++) {
      asked = await world.ask({ gateway, password: '', state: asked.state })
    }
    expect(rounds).to.equal(12)
    expect(reasonOf(asked)).to.equal('code-expired')
  })

  it('ends a sign-in after so many wrong codes', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const wrong = wrongCodeFor(world, app)
    let asked = await world.ask({ gateway })
    for (let tries = 1; tries < 3; tries++) {
      asked = await world.ask({ gateway, password: wrong, state: stateOf(asked) })
      expect(asked.kind).to.equal('challenge')
    }
    asked = await world.ask({ gateway, password: wrong, state: stateOf(asked) })
    expect(asked).to.include({ kind: 'reject', reason: 'code-wrong' })
  })
})

describe('phones and address of the directory', () => {
  const gateway = gatewayRules({ flow: 'challenge', methods: ['call', 'sms', 'email'] })

  it('are used where the person has enrolled none', async () => {
    const world = createWorld()
    const menu = await world.ask({ user: 'erin', gateway })
    for (const option of ['1 ', '2 ', '3 ', '4 ', '5 ', '**11', '**12', 'e**@corp.example']) {
      expect(menu).to.have.property('message').that.contains(option)
    }
    await world.ask({ user: 'erin', gateway, password: 'email', state: stateOf(menu) })
    expect(world.email.sent[0]?.request.authenticator).to.include({ address: 'erin@corp.example' })
  })

  it('do not count for a method with an enrolled one', async () => {
    const world = createWorld()
    await world.enrol('erin', { ...call, phone: '+31612345699' })
    const hold = gatewayRules({ flow: 'hold' })
    world.start({ user: 'erin', gateway: hold })
    await flush()
    expect(world.phone.only().request.authenticator).to.include({ phone: '+31612345699' })
    const menu = await world.ask({ user: 'erin', gateway })
    expect(menu).to.have.property('message').that.contains('**99').and.contains('4 ')
    expect(menu).to.have.property('message').that.does.not.contain('5 ')
  })

  it('do not count for a method nothing here delivers', async () => {
    const world = createWorld({ without: ['approval', 'sms'] })
    const asked = await world.ask({ user: 'erin', gateway })
    expect(world.email.sent).to.have.length(1)
    expect(asked).to.have.property('message').that.contains('e**@corp.example')
  })
})
