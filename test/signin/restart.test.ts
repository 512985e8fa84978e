import { expect } from 'chai'
import { call, createWorld, flush, gatewayRules, reasonOf, sms, stateOf, totp } from './harness.ts'

const gateway = gatewayRules({ flow: 'hold' })

describe('a restart while a phone rang (RULES 25)', () => {
  it('rings no one again before the old deadline, and says why', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    world.start({ gateway })
    await flush()
    const [open] = await world.stores.prompts.listOpen()
    if (open === undefined) throw new Error('no prompt was stored')
    expect(open).to.include({ userKey: 'local:alice', providerId: 'call-1', gateway: 'vpn' })

    const registry = world.restart()
    await registry.noteInterrupted(open.userKey, open.deadlineMs)
    await registry.noteInterrupted(open.userKey, open.deadlineMs - 10_000)
    for (const flow of ['hold', 'auto', 'append'] as const) {
      const outcome = await world.ask({
        gateway: gatewayRules({ flow }),
        password: `Winter-2024${flow === 'append' ? ',sms' : ''}`,
      })
      expect(reasonOf(outcome), flow).to.equal('interrupted')
    }
    expect(world.phone.calls).to.have.length(1)
    expect(world.sms.sent).to.have.length(0)

    const app = await world.enrol('alice', totp)
    const typed = `Winter-2024,${world.code(app)}`
    expect(reasonOf(await world.ask({ password: typed }))).to.equal('accepted')
    await world.advance(open.deadlineMs - world.clock.nowMs())
    world.start({ gateway })
    await flush()
    expect(world.phone.calls).to.have.length(2)
  })

  it('tells who presses Enter that the sign-in was interrupted', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const first = world.start()
    await world.advance(19_100)
    world.restart()
    expect(reasonOf(await world.ask({ password: '', state: stateOf(first.outcome) }))).to.equal(
      'interrupted',
    )
  })

  it('stores each prompt before it rings and forgets it when it ends', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const gate = Promise.withResolvers<void>()
    const { open } = world.stores.prompts
    world.stores.prompts.open = async (prompt) => {
      await gate.promise
      await open(prompt)
    }
    world.start({ gateway })
    await flush()
    expect(world.phone.calls).to.have.length(0)
    gate.resolve()
    await flush()
    expect(world.phone.ringing()).to.have.length(1)
    expect(world.stores.openPrompts.size).to.equal(1)
    world.phone.approve()
    await flush()
    expect(world.stores.openPrompts.size).to.equal(0)
  })
})
