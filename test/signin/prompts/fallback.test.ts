import { expect } from 'chai'
import type { PromptResult } from '../../../src/signin/index.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  reasonOf,
  sms,
  stateOf,
  totp,
} from '../harness.ts'

const noAnswer: PromptResult = { kind: 'no-answer' }
const busy: PromptResult = { kind: 'busy' }
const failed: PromptResult = { kind: 'failed', detail: 'no balance', outage: false }

describe('a call that reaches no one', () => {
  for (const result of [noAnswer, busy, failed]) {
    it(`(${result.kind}) is followed by the other ways, where the gateway can ask`, async () => {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      await world.enrol('alice', call)
      const asking = world.start({ device: laptop })
      await flush()
      world.phone.only().answer(result)
      await flush()
      expect(asking.outcome?.kind).to.equal('challenge')
      const state = stateOf(asking.outcome)
      const answered = await world.ask({ device: laptop, state, password: world.code(app) })
      expect(reasonOf(answered)).to.equal('accepted')
    })
  }

  for (const result of [noAnswer, busy, failed]) {
    it(`(${result.kind}) before Enter is followed by the other ways as well`, async () => {
      const world = createWorld()
      const app = await world.enrol('alice', totp)
      await world.enrol('alice', call)
      const asking = world.start({ device: laptop })
      await world.advance(19_100)
      const entered = stateOf(asking.outcome)
      world.phone.only().answer(result)
      await flush()
      const menu = await world.ask({ device: laptop, state: entered, password: '' })
      expect(menu.kind).to.equal('challenge')
      const answer = { device: laptop, state: stateOf(menu), password: world.code(app) }
      expect(reasonOf(await world.ask(answer))).to.equal('accepted')
    })
  }

  it('offers a text by its number, and the person is not rung again', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    const asking = world.start({ device: laptop })
    await flush()
    world.phone.only().answer(busy)
    await flush()
    expect(asking.outcome)
      .to.have.property('message')
      .that.matches(/1 .*\*\*.*2 .*\*\*/)
    expect(world.phone.ringing()).to.have.length(0)
  })

  it('is the end where there is no other way, or the gateway cannot ask', async () => {
    const alone = createWorld()
    await alone.enrol('alice', call)
    const first = alone.start({ device: laptop })
    await flush()
    alone.phone.only().answer(noAnswer)
    await flush()
    expect(reasonOf(first.outcome)).to.equal('prompt-no-answer')

    const mute = createWorld()
    await mute.enrol('alice', totp)
    await mute.enrol('alice', call)
    const second = mute.start({ device: laptop, gateway: gatewayRules({ challenges: false }) })
    await flush()
    mute.phone.only().answer(busy)
    await flush()
    expect(reasonOf(second.outcome)).to.equal('prompt-busy')
  })

  for (const result of [{ kind: 'refused' }, { kind: 'fraud' }, { kind: 'timeout' }] as const) {
    it(`is not what a ${result.kind} is: nothing else is offered`, async () => {
      const world = createWorld()
      await world.enrol('alice', totp)
      await world.enrol('alice', call)
      const asking = world.start({ device: laptop })
      await flush()
      world.phone.only().answer(result)
      await flush()
      expect(asking.outcome?.kind).to.equal('reject')
    })
  }
})
