import { expect } from 'chai'
import { Secret } from '../../../src/support/index.ts'
import {
  call,
  createWorld,
  gatewayRules,
  hotp,
  laptop,
  otherLaptop,
  password,
  reasonOf,
  sms,
  stateOf,
  totp,
  wrongCodeFor,
} from '../harness.ts'
import { msChap, successFor } from '../ms-chap-peer.ts'

const identical = { requestAuthenticator: new Uint8Array(16).fill(1) }

describe('a State that was answered, after a restart (RULES 38)', () => {
  it('is spent, whatever it was answered with', async () => {
    for (const answer of ['right', 'wrong', 'Enter'] as const) {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      const state = stateOf(await world.ask())
      const typed = { right: world.code(app), wrong: wrongCodeFor(world, app), Enter: '' }[answer]
      await world.ask({ password: typed, state })
      world.restart()
      const again = await world.ask({ password: world.code(app, 1), state })
      expect(reasonOf(again), answer).to.equal('state-invalid')
      expect(world.rows.at(-1)?.timeline.map(({ what }) => what)).to.include('state-spent')
    }
  })

  it('goes on where it was not, with its count of tries', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const wrong = wrongCodeFor(world, app)
    let state = stateOf(await world.ask())
    const states = [state]
    for (let tries = 1; tries < 3; tries++) {
      world.restart()
      state = stateOf(await world.ask({ password: wrong, state }))
      states.push(state)
    }
    world.restart()
    for (const earlier of states.slice(0, -1)) {
      const outcome = await world.ask({ password: world.code(app), state: earlier })
      expect(reasonOf(outcome)).to.equal('state-invalid')
    }
    expect(reasonOf(await world.ask({ password: wrong, state }))).to.equal('code-wrong')
    expect(reasonOf(await world.ask({ password: world.code(app), state }))).to.equal(
      'state-invalid',
    )
  })

  it('is spent in the store before its answer leaves, and refuses where that fails', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    for (const typed of [wrongCodeFor(world, app), world.code(app)]) {
      const state = stateOf(await world.ask({ device: laptop }))
      world.stores.failing.add('spent.spend')
      expect(reasonOf(await world.ask({ password: typed, state }))).to.equal('store-failed')
      world.stores.failing.delete('spent.spend')
    }
  })

  it('counts nothing and sends nothing for its packet when that comes again', async () => {
    const world = createWorld()
    const token = await world.enrol('alice', hotp)
    await world.enrol('alice', sms)
    const challenge = gatewayRules({ flow: 'challenge' })
    const texts: number[] = []
    for (const typed of ['999999', '1', 'sms', '']) {
      const state = stateOf(await world.ask({ gateway: challenge }))
      const packet = { gateway: challenge, password: typed, state, ...identical }
      await world.ask(packet)
      const { wrongCodes } = await world.stores.accounts.load('local:alice')
      const sent = world.sms.sent.length
      world.restart()
      expect(reasonOf(await world.ask(packet)), typed).to.equal('state-invalid')
      expect((await world.stores.accounts.load('local:alice')).wrongCodes).to.equal(wrongCodes)
      expect(world.sms.sent).to.have.length(sent)
      texts.push(sent)
    }
    expect(texts.at(-1)).to.be.greaterThan(0)
    expect(token.method).to.equal('hotp')
  })

  it('takes no fresh code from its packet: it spent none then', async () => {
    const world = createWorld()
    const token = await world.enrol('alice', hotp)
    // Of a counter far ahead: wrong today, and right once the token is put right.
    const later = world.code(token, 40)
    const packet = { password: later, state: stateOf(await world.ask()), ...identical }
    expect((await world.ask(packet)).kind).to.equal('challenge')
    await world.stores.authenticators.spendHotp(token.id, 38, {
      requestAuthenticator: new Uint8Array(16).fill(2),
    })
    world.restart()
    expect(reasonOf(await world.ask(packet))).to.equal('state-invalid')
    const state = stateOf(await world.ask())
    expect(reasonOf(await world.ask({ password: later, state }))).to.equal('accepted')
  })

  it('answers its packet again also where a hash of the code is sent, by MS-CHAP', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const challenge = gatewayRules({ flow: 'challenge' })
    const begin = async () => {
      return stateOf(await world.ask({ gateway: challenge, credential: msChap(password) }))
    }
    const hashed = { ...identical, credential: msChap(world.code(app)), state: await begin() }
    const packet = { gateway: challenge, ...hashed }
    const msChapSuccess = successFor(packet.credential, world.code(app))
    for (const again of [false, true]) {
      if (again) world.restart()
      const outcome = await world.ask(packet)
      expect(outcome).to.deep.include({ kind: 'accept', msChap: msChapSuccess })
    }
    // Its keys are those of the first response, which were in memory.
    const none = new Uint8Array(0)
    const written = { challenge: none, peerChallenge: none, ntResponse: none }
    const answer = new Secret(world.code(app, 1))
    const credential = { ...msChap(''), ...written, answer }
    const plain = { ...packet, credential, state: await begin() }
    expect(reasonOf(await world.ask(plain))).to.equal('accepted')
    world.restart()
    expect(reasonOf(await world.ask(plain))).to.equal('state-invalid')
  })

  it('does not answer its packet again for an approval', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const challenge = gatewayRules({ flow: 'challenge' })
    const state = stateOf(await world.ask({ gateway: challenge }))
    world.phone.approve()
    await world.advance(100)
    const packet = { gateway: challenge, password: '', state, ...identical }
    expect(reasonOf(await world.ask(packet))).to.equal('accepted')
    world.restart()
    expect(reasonOf(await world.ask(packet))).to.equal('state-invalid')
  })
})

describe('taking over an open sign-in (RULES 44)', () => {
  const challenge = gatewayRules({ flow: 'challenge' })

  for (const restarts of [false, true]) {
    it(`asks for the code that was sent, sends no other, and ends the old State${restarts ? ', after a restart too' : ''}`, async () => {
      const world = createWorld()
      await world.enrol('alice', sms)
      const old = stateOf(await world.ask({ gateway: challenge, device: laptop }))
      const second = await world.ask({ gateway: challenge, device: otherLaptop })
      expect(world.sms.sent).to.have.length(1)
      if (restarts) world.restart()
      const code = world.sms.lastCode()
      const late = await world.ask({ gateway: challenge, password: code, state: old })
      expect(reasonOf(late)).to.equal('state-invalid')
      const notes = () => world.rows.at(-1)?.timeline.map(({ what }) => what)
      expect(notes()).to.include('taken-over')
      const answer = { gateway: challenge, password: code, state: stateOf(second) }
      expect(reasonOf(await world.ask(answer))).to.equal('accepted')
      // What is between two requests of a sign-in is in memory.
      if (!restarts) expect(notes()).to.include('took-over')
    })
  }

  it('goes on counting how often a code is sent in one sign-in', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    let state = stateOf(await world.ask({ gateway: challenge }))
    for (let times = 1; times < 3; times++) {
      await world.advance(30_000)
      state = stateOf(await world.ask({ gateway: challenge, password: 'sms', state }))
    }
    expect(world.sms.sent).to.have.length(3)
    const taken = stateOf(await world.ask({ gateway: challenge }))
    await world.advance(30_000)
    const again = await world.ask({ gateway: challenge, password: 'sms', state: taken })
    expect(reasonOf(again)).to.equal('prompt-limit')
    expect(world.sms.sent).to.have.length(3)
  })

  it('sends through another authenticator within the limits, and ends the old question then only', async () => {
    const limits = { perUserHour: 2, perNumberHour: 20, perPrefixHour: 50, perDay: 100 }
    const world = createWorld({ settings: { promptLimits: limits } })
    await world.enrol('alice', sms)
    await world.enrol('alice', { method: 'email', address: 'alice@corp.example' })
    const first = stateOf(await world.ask({ gateway: challenge }))
    const bySms = stateOf(await world.ask({ gateway: challenge, password: 'sms', state: first }))
    const second = stateOf(await world.ask({ gateway: challenge }))
    const byMail = await world.ask({ gateway: challenge, password: 'email', state: second })
    expect(byMail.kind).to.equal('challenge')
    const late = { gateway: challenge, password: world.sms.lastCode(), state: bySms }
    expect(reasonOf(await world.ask(late))).to.equal('state-invalid')

    const third = stateOf(await world.ask({ gateway: challenge }))
    const tooMany = await world.ask({ gateway: challenge, password: 'sms', state: third })
    expect(reasonOf(tooMany)).to.equal('prompt-limit')
    const state = stateOf(byMail)
    const code = world.email.lastCode()
    expect(reasonOf(await world.ask({ gateway: challenge, password: code, state }))).to.equal(
      'accepted',
    )
  })

  it('needs the right password, the same gateway, and one that we have checked', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const open = stateOf(await world.ask({ gateway: challenge }))
    const others = [
      [{ gateway: challenge, password: 'guess' }, 'password-wrong'],
      [{ gateway: gatewayRules({ name: 'wifi', flow: 'challenge' }) }, 'another-sign-in-open'],
      [
        {
          gateway: gatewayRules({
            flow: 'challenge',
            firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: true },
          }),
        },
        'another-sign-in-open',
      ],
    ] as const
    for (const [ask, reason] of others) expect(reasonOf(await world.ask(ask))).to.equal(reason)
    const answer = { gateway: challenge, password: world.sms.lastCode(), state: open }
    expect(reasonOf(await world.ask(answer))).to.equal('accepted')
  })

  it('never takes over a call, held or asked for by Enter, nor rings in place of a text', async () => {
    for (const flow of ['hold', 'challenge'] as const) {
      const world = createWorld()
      await world.enrol('alice', call)
      const gateway = gatewayRules({ flow })
      world.start({ gateway, device: laptop })
      await world.advance(1_000)
      const other = await world.ask({ gateway, device: otherLaptop })
      expect(reasonOf(other), flow).to.equal('another-sign-in-open')
      await world.enrol('alice', sms)
      const append = gatewayRules({ name: 'vpn', flow: 'append' })
      const byText = await world.ask({ gateway: append, password: `${password},sms` })
      expect(reasonOf(byText), flow).to.equal('another-sign-in-open')
      expect([world.phone.calls.length, world.sms.sent.length]).to.deep.equal([1, 0])
    }
    const world = createWorld()
    await world.enrol('alice', sms)
    await world.enrol('alice', call)
    const menu = stateOf(await world.ask({ gateway: challenge }))
    const text = stateOf(await world.ask({ gateway: challenge, password: 'sms', state: menu }))
    const rings = await world.ask({ gateway: gatewayRules({ flow: 'hold' }) })
    expect(rings).to.include({
      reason: 'another-sign-in-open',
      message:
        'Er staat nog een andere aanmelding van u open. Rond die af, of wacht 30 seconden en meld u opnieuw aan.',
    })
    expect(world.phone.calls).to.have.length(0)
    const answer = { gateway: challenge, password: world.sms.lastCode(), state: text }
    expect(reasonOf(await world.ask(answer))).to.equal('accepted')
  })

  it('says how long to wait in the language of the person, until when it ends by itself', async () => {
    const world = createWorld()
    await world.enrol('bob', call)
    await world.enrol('alice', call)
    const hold = gatewayRules({ flow: 'hold' })
    for (const user of ['alice', 'bob']) world.start({ user, gateway: hold, device: laptop })
    await world.advance(4_000)
    const told = async (user: string) => {
      const outcome = await world.ask({ user, gateway: hold })
      return outcome.kind === 'reject' ? outcome.message : ''
    }
    expect(await told('bob')).to.include('wait 15 seconds')
    expect(await told('alice')).to.include('wacht 15 seconden')
    await world.advance(15_000)
    world.start({ user: 'bob', gateway: hold })
    await world.advance(100)
    expect(world.phone.calls).to.have.length(3)
  })

  it('ends after ten times an hour, so that a thief cannot end each question', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    let state = stateOf(await world.ask({ gateway: challenge }))
    for (let times = 0; times < 10; times++) {
      state = stateOf(await world.ask({ gateway: challenge }))
    }
    expect(reasonOf(await world.ask({ gateway: challenge }))).to.equal('another-sign-in-open')
    expect(world.sms.sent).to.have.length(1)
    const answer = { gateway: challenge, password: world.sms.lastCode(), state }
    expect(reasonOf(await world.ask(answer))).to.equal('accepted')
  })

  it('frees the prompt when the one that sent it would have', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    await world.ask({ gateway: challenge })
    await world.advance(20_000)
    await world.ask({ gateway: challenge })
    await world.advance(10_000)
    await world.ask({ gateway: challenge })
    expect(world.sms.sent).to.have.length(2)
  })
})
