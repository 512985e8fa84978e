import { expect } from 'chai'
import { Secret } from '../../src/support/index.ts'
import {
  type Ask,
  call,
  createWorld,
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
  wrongCodeFor,
} from './harness.ts'
import { msChap, successFor } from './ms-chap-peer.ts'

const challenge = gatewayRules({ flow: 'challenge' })
const hold = gatewayRules({ flow: 'hold' })

/** Asks with a right password, and gives the State of the challenge that comes back. */
async function begin(world: World): Promise<Uint8Array> {
  return stateOf(await world.ask({ gateway: challenge, credential: msChap(password) }))
}

describe('MS-CHAP with a code at a challenge', () => {
  for (const version of [1, 2] as const) {
    it(`takes it as the password of the second response, and answers that one (version ${version})`, async () => {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      const first = msChap(password, { version })
      const asked = await world.ask({ gateway: challenge, credential: first })
      expect(asked).to.include({ kind: 'challenge' }).and.not.have.property('msChap')
      const code = world.code(app)
      const credential = msChap(code, { version })
      const outcome = await world.ask({ gateway: challenge, credential, state: stateOf(asked) })
      expect(outcome).to.deep.include({ kind: 'accept', msChap: successFor(credential, code) })
      expect(world.local.verified).to.equal(1)
    })
  }

  for (const [what, enrolment, offset] of [
    ['the step before', totp, -1],
    ['the step after', totp, 1],
    ['a token that was pressed ahead', hotp, 9],
  ] as const) {
    it(`finds the code of ${what}`, async () => {
      const world = createWorld()
      const code = world.code(await world.enrol('alice', enrolment), offset)
      const state = await begin(world)
      const outcome = await world.ask({ gateway: challenge, credential: msChap(code), state })
      expect(reasonOf(outcome)).to.equal('accepted')
    })
  }

  it('refuses a code that was used, and a recovery code, of which nothing but a hash is kept', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('alice', recovery('alice'))
    const answer = async (text: string) =>
      reasonOf(
        await world.ask({
          gateway: challenge,
          credential: msChap(text),
          state: await begin(world),
        }),
      )
    const code = world.code(app)
    expect(await answer(code)).to.equal('accepted')
    expect(await answer(code)).to.equal('code-reused')
    expect(await answer(recoveryCode)).to.equal('challenged')
  })

  it('asks again after a wrong one, counts it, and ends after three', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    let state = await begin(world)
    for (const expected of ['challenged', 'challenged', 'code-wrong']) {
      const credential = msChap(wrongCodeFor(world, app))
      const outcome = await world.ask({ gateway: challenge, credential, state })
      expect(reasonOf(outcome)).to.equal(expected)
      if (outcome.kind === 'challenge') state = outcome.state
    }
    const row = world.rows.at(-1)
    expect(row?.timeline.filter(({ what }) => what === 'answer-not-read')).to.have.length(3)
    const { wrongCodes } = await world.stores.accounts.load('local:alice')
    expect(wrongCodes).to.equal(3)
  })

  it('takes a choice of the menu, and then the code that was sent', async () => {
    for (const choice of ['1', 'sms']) {
      const world = createWorld()
      await world.enrol('alice', totp)
      await world.enrol('alice', sms)
      const state = await begin(world)
      const sent = await world.ask({ gateway: challenge, credential: msChap(choice), state })
      expect(world.sms.sent, choice).to.have.length(1)
      const code = world.sms.lastCode()
      const credential = msChap(code)
      const outcome = await world.ask({ gateway: challenge, credential, state: stateOf(sent) })
      expect(outcome).to.deep.include({ kind: 'accept', msChap: successFor(credential, code) })
    }
  })

  it('takes an empty one for Enter while the phone rings', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const credential = msChap('')
    const pending = world.start({ gateway: challenge, credential, state: await begin(world) })
    await world.advance(2_000)
    expect(pending.outcome).to.equal(undefined)
    world.phone.approve()
    await flush()
    expect(pending.outcome).to.deep.include({
      kind: 'accept',
      msChap: successFor(credential, ''),
    })
  })

  it('lets no one guess codes after Enter: what cannot be read counts as wrong', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const credential = msChap('123456')
    world.start({ gateway: challenge, credential, state: await begin(world) })
    await flush()
    const { wrongCodes } = await world.stores.accounts.load('local:alice')
    expect(wrongCodes).to.equal(1)
  })

  it('takes one that is not a response but the answer itself, and answers the first response then', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const first = msChap(password)
    const asked = await world.ask({ gateway: challenge, credential: first })
    const typed = (text: string) => ({
      ...msChap(''),
      challenge: new Uint8Array(0),
      peerChallenge: new Uint8Array(0),
      ntResponse: new Uint8Array(0),
      answer: new Secret(text),
    })
    const wrong = typed(wrongCodeFor(world, app))
    const again = await world.ask({ gateway: challenge, credential: wrong, state: stateOf(asked) })
    expect(reasonOf(again)).to.equal('challenged')
    // The same State with another answer is not a repetition of the first.
    const right = typed(world.code(app))
    const reused = await world.ask({ gateway: challenge, credential: right, state: stateOf(asked) })
    expect(reasonOf(reused)).to.equal('state-invalid')
    const outcome = await world.ask({
      gateway: challenge,
      credential: right,
      state: stateOf(again),
    })
    expect(outcome).to.deep.include({ kind: 'accept', msChap: successFor(first, password) })
  })

  it('proves nothing where the process that checked the password is gone', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const state = await begin(world)
    world.restart()
    const credential = { ...msChap(''), answer: new Secret(world.code(app)) }
    const outcome = await world.ask({ gateway: challenge, credential, state })
    expect(outcome).to.include({ kind: 'accept' }).and.not.have.property('msChap')
  })

  it('accepts the code by PAP too, and then proves no server', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const state = await begin(world)
    const outcome = await world.ask({ gateway: challenge, password: world.code(app), state })
    expect(outcome).to.include({ kind: 'accept' }).and.not.have.property('msChap')
  })
})

describe('MS-CHAP with a call', () => {
  it('is held, and answered by what the password earns', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const credential = msChap(password, { userName: 'CORP\\alice' })
    const pending = world.start({ gateway: hold, credential })
    await world.advance(2_000)
    world.phone.approve()
    await flush()
    expect(pending.outcome).to.deep.include({
      kind: 'accept',
      msChap: successFor(credential, password),
    })
  })

  it('rings no one for a wrong password', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const outcome = await world.ask({ gateway: hold, credential: msChap('wrong') })
    expect(outcome).to.include({ reason: 'password-wrong' }).and.have.property('notBeforeMs')
    expect(world.phone.calls).to.have.length(0)
  })
})

describe('MS-CHAP joining an open sign-in (RULES 3)', () => {
  async function both(first: Ask, second: Ask) {
    const world = createWorld()
    await world.enrol('alice', call)
    const one = world.start({ gateway: hold, ...first })
    await world.advance(2_000)
    const two = world.start({ gateway: hold, ...second })
    await world.advance(1_000)
    world.phone.approve()
    await flush()
    return { world, one, two }
  }

  it('joins after its own first factor, from the same device, each with its own keys', async () => {
    const [first, second] = [msChap(password), msChap(password)]
    const { world, one, two } = await both(
      { credential: first, device: laptop },
      { credential: second, device: laptop },
    )
    expect(world.local.verified).to.equal(2)
    expect(world.phone.calls).to.have.length(1)
    const keys = [successFor(first, password), successFor(second, password)]
    expect(one.outcome).to.deep.include({ kind: 'accept', msChap: keys[0] })
    expect(two.outcome).to.deep.include({ kind: 'accept', msChap: keys[1] })
  })

  it('never joins with a wrong password, nor from another device or none', async () => {
    for (const [second, reason] of [
      [{ credential: msChap('wrong'), device: laptop }, 'password-wrong'],
      [{ credential: msChap(password), device: otherLaptop }, 'another-sign-in-open'],
      [{ credential: msChap(password) }, 'another-sign-in-open'],
    ] as const) {
      const { one, two } = await both({ credential: msChap(password), device: laptop }, second)
      expect(reasonOf(two.outcome)).to.equal(reason)
      expect(reasonOf(one.outcome)).to.equal('accepted')
    }
  })

  it('knows an exchange again that its gateway takes to the next server: asks the directory once', async () => {
    const credential = msChap(password)
    const ask = { credential, device: laptop }
    const { world, one, two } = await both(ask, ask)
    expect(world.local.verified).to.equal(1)
    const expected = { kind: 'accept', msChap: successFor(credential, password) }
    expect(one.outcome).to.deep.include(expected)
    expect(two.outcome).to.deep.include(expected)
    // The reply was lost: a moment later the same again (RULES 10).
    expect(await world.ask({ gateway: hold, ...ask })).to.deep.include(expected)
    expect(world.phone.calls).to.have.length(1)
  })

  it('does not know it again for someone else’s device, nor with one bit changed', async () => {
    const credential = msChap(password)
    const challengeBit = Uint8Array.from(credential.challenge)
    challengeBit[0] = (challengeBit[0] ?? 0) ^ 1
    for (const [second, reason] of [
      [{ credential, device: otherLaptop }, 'another-sign-in-open'],
      [
        { credential: { ...credential, challenge: challengeBit }, device: laptop },
        'password-wrong',
      ],
    ] as const) {
      const { two } = await both({ credential, device: laptop }, second)
      expect(reasonOf(two.outcome)).to.equal(reason)
    }
  })

  it('answers the code again whose Accept was lost, by its State', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const ask = {
      gateway: challenge,
      credential: msChap(world.code(app)),
      state: await begin(world),
    }
    const first = await world.ask(ask)
    expect(reasonOf(first)).to.equal('accepted')
    expect(await world.ask(ask)).to.deep.include({
      kind: 'accept',
      msChap: successFor(ask.credential, world.code(app)),
    })
    const other = await world.ask({ ...ask, credential: msChap(world.code(app)) })
    expect(reasonOf(other)).to.equal('state-invalid')
  })
})

describe('MS-CHAP where a code would be in the password', () => {
  for (const [what, gateway] of [
    ['flow append', gatewayRules({ flow: 'append' })],
    ['second_factor_first', gatewayRules({ secondFactorFirst: true })],
  ] as const) {
    it(`is refused with ${what}, before the directory is asked`, async () => {
      const world = createWorld()
      await world.enrol('alice', totp)
      const outcome = await world.ask({ gateway, credential: msChap(password) })
      expect(outcome).to.include({ kind: 'reject', reason: 'credential-not-for-flow' })
      expect(world.local.verified).to.equal(0)
    })
  }

  const codeOnly = gatewayRules({
    flow: 'code-only',
    firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: false },
  })

  it('is read with flow code-only, where the code is all there is', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const answer = (text: string) => {
      const credential = msChap(text)
      return { credential, outcome: world.ask({ gateway: codeOnly, credential }) }
    }
    const code = world.code(app)
    const { credential, outcome } = answer(code)
    expect(await outcome).to.deep.include({ kind: 'accept', msChap: successFor(credential, code) })
    for (const [text, reason] of [
      [code, 'code-reused'],
      [wrongCodeFor(world, app), 'code-wrong'],
      [password, 'code-wrong'],
      ['', 'password-empty'],
    ] as const) {
      expect(reasonOf(await answer(text).outcome), reason).to.equal(reason)
    }
  })
})

describe('a credential that nothing here can check', () => {
  it('is refused, and the log says which setting would help', async () => {
    const world = createWorld()
    world.local.instead.verify = async () => ({
      kind: 'not-checkable',
      detail: 'this gateway sends MS-CHAPv2: give directory corp a winbind: section',
    })
    const outcome = await world.ask({ credential: msChap(password) })
    expect(outcome).to.include({ reason: 'credential-not-checkable' })
    expect(outcome).to.have.property('notBeforeMs')
    expect(world.troubles).to.have.length(1)
    expect(world.troubles[0]).to.include({
      what: 'credential-not-checkable',
      gateway: 'vpn',
      detail: 'this gateway sends MS-CHAPv2: give directory corp a winbind: section',
    })
  })
})
