import { expect } from 'chai'
import {
  call,
  createWorld,
  gatewayRules,
  hotp,
  pap,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  sms,
  stateOf,
  totp,
  type World,
} from './harness.ts'

const append = gatewayRules({ flow: 'append', challenges: false })
const asking = gatewayRules({ flow: 'auto', challenges: true })
/** Alice reads Dutch. */
const nextCode = /Wacht een minuut/

/** A world whose database changes servers when `takeOver` is called. */
function createTakenOver(): World & { takeOver(): void } {
  let boundaryMs = Number.NEGATIVE_INFINITY
  const takeOvers = { isUnsure: (usableSinceMs: number) => usableSinceMs <= boundaryMs }
  const world = createWorld({ parts: { takeOvers } })
  return Object.assign(world, {
    takeOver() {
      boundaryMs = world.clock.nowMs()
    },
  })
}

async function isUncounted({ stores }: World): Promise<void> {
  const { wrongCodes, wrongPasswords } = await stores.accounts.load('local:alice')
  expect([wrongCodes, wrongPasswords]).to.deep.equal([0, 0])
}

describe('after the database has changed servers (O3)', () => {
  it('no code counts that could have been used before: those of the window, and one step more', async () => {
    const world = createTakenOver()
    const app = await world.enrol('alice', totp)
    const sendOffset = (offset: number) =>
      world.ask({ gateway: append, password: `${password},${world.code(app, offset)}` })
    world.takeOver()
    for (const offset of [-1, 0, 1]) {
      const refused = await sendOffset(offset)
      expect(reasonOf(refused)).to.equal('code-unsure')
      expect('message' in refused && refused.message).to.match(nextCode)
    }
    await world.advance(30_000)
    expect(reasonOf(await sendOffset(1))).to.equal('code-unsure')
    await world.advance(30_000)
    // Two steps after the boundary, and one of the window.
    expect(reasonOf(await sendOffset(0))).to.equal('code-unsure')
    expect(reasonOf(await sendOffset(1))).to.equal('accepted')
    await isUncounted(world)
  })

  it('the clock of a device that is ahead is counted along', async () => {
    const world = createTakenOver()
    const app = await world.enrol('alice', { ...totp, driftSteps: 4 })
    world.takeOver()
    await world.advance(60_000)
    const sendOffset = (offset: number) =>
      world.ask({ gateway: append, password: `${password},${world.code(app, offset)}` })
    expect(reasonOf(await sendOffset(4))).to.equal('code-unsure')
    expect(reasonOf(await sendOffset(5))).to.equal('accepted')
  })

  it('a code of a token or a list works again after a minute, and was not used up', async () => {
    const world = createTakenOver()
    const token = await world.enrol('alice', hotp)
    await world.enrol('bob', recovery('bob'))
    world.takeOver()
    const ofToken = { gateway: append, password: `${password},${world.code(token, 0)}` }
    const ofList = { user: 'bob', gateway: append, password: `${password},${recoveryCode}` }
    for (const waitMs of [0, 59_900]) {
      await world.advance(waitMs)
      expect(reasonOf(await world.ask(ofToken))).to.equal('code-unsure')
      expect(reasonOf(await world.ask(ofList))).to.equal('code-unsure')
    }
    await world.advance(200)
    expect(reasonOf(await world.ask(ofToken))).to.equal('accepted')
    expect(reasonOf(await world.ask(ofList))).to.equal('accepted')
  })

  it('a gateway that can ask, asks for the next code', async () => {
    const world = createTakenOver()
    const app = await world.enrol('alice', totp)
    world.takeOver()
    await world.advance(6_000)
    const asked = await world.ask({
      gateway: asking,
      password: `${password},${world.code(app)}`,
    })
    expect('message' in asked && asked.message).to.match(nextCode)
    await world.advance(60_000)
    const state = stateOf(asked)
    const outcome = await world.ask({ gateway: asking, state, password: world.code(app, 1) })
    expect(reasonOf(outcome)).to.equal('accepted')
    await isUncounted(world)
  })

  it('a question that was asked before is asked again, and its State proves nothing more', async () => {
    const world = createTakenOver()
    const app = await world.enrol('alice', totp)
    const before = stateOf(await world.ask())
    world.takeOver()
    const first = world.code(app)
    const asked = await world.ask({ state: before, password: first })
    expect('message' in asked && asked.message).to.match(nextCode)
    const again = await world.ask({ state: before, password: world.code(app, 1) })
    expect(reasonOf(again)).to.equal('state-invalid')
    // The code itself may have been used too.
    await world.advance(6_000)
    const next = await world.ask({ state: stateOf(asked), password: world.code(app) })
    expect('message' in next && next.message).to.match(nextCode)
    await world.advance(60_000)
    const last = await world.ask({ state: stateOf(next), password: world.code(app, 1) })
    expect(reasonOf(last)).to.equal('accepted')
    await isUncounted(world)
  })

  it('a question of 5 s later is answered as always', async () => {
    const world = createTakenOver()
    const app = await world.enrol('alice', hotp)
    world.takeOver()
    await world.advance(4_000)
    const early = stateOf(await world.ask())
    await world.advance(2_500)
    const late = stateOf(await world.ask())
    await world.advance(60_000)
    const code = world.code(app, 0)
    expect(reasonOf(await world.ask({ state: early, password: code }))).to.equal('challenged')
    expect(reasonOf(await world.ask({ state: late, password: code }))).to.equal('accepted')
  })

  it('a code that was sent before does not count, and another one is offered', async () => {
    const world = createTakenOver()
    await world.enrol('alice', sms)
    await world.enrol('alice', { ...sms, phone: '+31612345622' })
    const menu = stateOf(await world.ask())
    const sent = stateOf(await world.ask({ state: menu, password: '1' }))
    const code = world.sms.lastCode()
    world.takeOver()
    await world.advance(6_000)
    const asked = await world.ask({ state: sent, password: code })
    expect('message' in asked && asked.message).to.match(nextCode)
    expect('message' in asked && asked.message).to.contain('1 sms')
    const old = await world.ask({ state: stateOf(asked), password: code })
    expect(reasonOf(old)).to.equal('challenged')
    const anew = await world.ask({ state: stateOf(old), password: '2' })
    const fresh = world.sms.lastCode()
    const outcome = await world.ask({ state: stateOf(anew), password: fresh })
    expect(reasonOf(outcome)).to.equal('accepted')
  })

  it('a code that was sent is not taken where a server takes over while it is spent', async () => {
    const world = createTakenOver()
    await world.enrol('alice', sms)
    await world.enrol('alice', { ...sms, phone: '+31612345622' })
    const menu = stateOf(await world.ask())
    const sent = stateOf(await world.ask({ state: menu, password: '1' }))
    const { spend } = world.stores.spent
    world.stores.spent.spend = async (id, ...rest) => {
      if (id.startsWith('sent:')) world.takeOver()
      return spend(id, ...rest)
    }
    const asked = await world.ask({ state: sent, password: world.sms.lastCode() })
    expect('message' in asked && asked.message).to.match(nextCode)
  })

  it('what was answered by a call before is no longer an answer', async () => {
    const world = createTakenOver()
    await world.enrol('alice', call)
    const gateway = gatewayRules({ flow: 'challenge' })
    const waiting = stateOf(await world.ask({ gateway }))
    world.phone.approve()
    world.takeOver()
    const outcome = await world.ask({ gateway, state: waiting, password: '' })
    expect(reasonOf(outcome)).to.equal('code-unsure')
  })

  it('a code that is typed while a phone rings changes nothing: the phone goes on', async () => {
    const world = createTakenOver()
    await world.enrol('alice', call)
    const app = await world.enrol('alice', totp)
    const gateway = gatewayRules({ flow: 'challenge', methods: ['call', 'totp'] })
    world.takeOver()
    await world.advance(6_000)
    const menu = stateOf(await world.ask({ gateway }))
    const called = world.start({ gateway, state: menu, password: '1' })
    await world.advance(19_000)
    const waiting = stateOf(called.outcome)
    const held = world.start({ gateway, state: waiting, password: world.code(app) })
    await world.advance(1_000)
    expect(held.outcome).to.equal(undefined)
    world.phone.approve()
    await world.advance(1_000)
    expect(reasonOf(held.outcome)).to.equal('accepted')
  })

  it('strangers with a code that may have been used learn nothing without the password', async () => {
    const world = createTakenOver()
    const app = await world.enrol('alice', totp)
    const gateway = gatewayRules({ flow: 'append', challenges: false, secondFactorFirst: true })
    world.takeOver()
    const send = (typed: string) =>
      world.ask({ gateway, credential: pap(`${typed},${world.code(app)}`) })
    expect(reasonOf(await send('guess'))).to.equal('password-wrong')
    expect(reasonOf(await send(password))).to.equal('code-unsure')
  })

  it('a server that takes over while a code is spent makes it unsure too', async () => {
    const world = createTakenOver()
    const app = await world.enrol('alice', totp)
    const { spendTotp } = world.stores.authenticators
    world.stores.authenticators.spendTotp = async (...args) => {
      world.takeOver()
      return spendTotp(...args)
    }
    const outcome = await world.ask({
      gateway: append,
      password: `${password},${world.code(app)}`,
    })
    expect(reasonOf(outcome)).to.equal('code-unsure')
  })
})
