import { expect } from 'chai'
import type { DeviceEvidence, PolicyRule, SecondFactor } from '../../src/signin/index.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  type Pending,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  sms,
  stateOf,
  totp,
  type World,
} from './harness.ts'

const mac: DeviceEvidence = { kind: 'mac', value: '001122334455' }
const withPin = { ...call, pin: '4711' } as const

function asking(change: Partial<SecondFactor> = {}): PolicyRule {
  return { name: 'verified', outcome: { kind: 'second-factor', userVerification: true, ...change } }
}

function worldWith(rules: readonly PolicyRule[]): World {
  return createWorld({ parts: { rules } })
}

/** Lets a call ring and approves it; the sign-in ends with an Accept. */
async function approve(world: World, pending: Pending): Promise<void> {
  await flush()
  world.phone.approve()
  await flush()
  expect(reasonOf(pending.outcome)).to.equal('accepted')
}

describe('a rule that wants to know who holds it', () => {
  it('rings a phone that has a PIN', async () => {
    const world = worldWith([asking()])
    await world.enrol('alice', withPin)
    await approve(world, world.start())
    expect(world.phone.calls[0]?.request.authenticator).to.include({ pin: '4711' })
  })

  it('takes nothing else: no call without a PIN, no text, no code of any kind', async () => {
    const world = worldWith([asking()])
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    await world.enrol('alice', recovery('alice'))
    const app = await world.enrol('alice', totp)
    const typed = [password, `${password},${world.code(app)}`, `${password},${recoveryCode}`]
    for (const flow of ['auto', 'append'] as const) {
      for (const one of [...typed, `${password},call`, `${password},sms`]) {
        const outcome = await world.ask({ gateway: gatewayRules({ flow }), password: one })
        expect(outcome, `${flow} ${one}`).to.have.property('kind', 'reject')
      }
    }
    expect(world.phone.calls).to.have.length(0)
  })

  it('takes no code in place of the call that it has asked for', async () => {
    const world = worldWith([asking()])
    await world.enrol('alice', withPin)
    const app = await world.enrol('alice', totp)
    const challenge = gatewayRules({ flow: 'challenge' })
    const state = stateOf(await world.ask({ gateway: challenge }))
    const answer = world.start({ gateway: challenge, password: world.code(app), state })
    await flush()
    expect(answer.outcome, 'it counts as Enter: the phone still rings').to.equal(undefined)
    await approve(world, answer)
  })

  it('shares no call that rings without one', async () => {
    const rules = [asking()]
    const plain = gatewayRules({ name: 'plain', group: 'offices' })
    const verified = gatewayRules({ name: 'verified', group: 'offices' })
    const world = worldWith(rules.map((rule) => ({ ...rule, gateways: ['verified'] })))
    await world.enrol('alice', call)
    await world.enrol('alice', withPin)
    const first = world.start({ gateway: plain, device: mac })
    await flush()
    const second = world.start({ gateway: verified, device: mac })
    await flush()
    expect(world.phone.calls).to.have.length(1)
    await approve(world, first)
    expect(second.outcome).to.have.property('kind', 'reject')
  })

  it('takes no late approval of a call without one, nor what was remembered after it', async () => {
    const remember = { forMs: 3_600_000, address: false }
    const rules: PolicyRule[] = [{ name: 'plain', outcome: { kind: 'second-factor', remember } }]
    const world = worldWith(rules)
    await world.enrol('alice', call)
    await world.enrol('alice', withPin)
    await approve(world, world.start({ device: mac }))
    await world.advance(11_000)
    rules[0] = asking({ remember })
    const again = world.start({ device: mac })
    await flush()
    expect(again.outcome, 'it rings').to.equal(undefined)
    expect(world.phone.calls).to.have.length(2)
    await approve(world, again)
    await world.advance(11_000)
    expect(reasonOf(await world.ask({ device: mac })), 'now it is remembered').to.equal('accepted')
    expect(world.phone.calls).to.have.length(2)

    const silent = gatewayRules({ challenges: false })
    rules[0] = { name: 'plain', outcome: { kind: 'second-factor', methods: ['call'] } }
    const late = world.start({ gateway: silent, device: mac })
    await world.advance(19_100)
    expect(reasonOf(late.outcome)).to.equal('prompt-timeout')
    world.phone.approve()
    await flush()
    rules[0] = asking()
    const second = world.start({ gateway: silent, device: mac })
    await flush()
    expect(second.outcome).to.equal(undefined)
  })
})
