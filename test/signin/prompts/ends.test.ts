import { expect } from 'chai'
import { call, createWorld, flush, laptop, reasonOf } from '../harness.ts'

describe('the end of a prompt', () => {
  async function ringing(endPrompt: (calls: number) => boolean) {
    const world = createWorld()
    const phone = await world.enrol('alice', call)
    const { registry } = world
    const { endPrompt: end } = registry
    let tries = 0
    registry.endPrompt = async (...args) => {
      tries += 1
      return endPrompt(tries) ? end(...args) : false
    }
    const pending = world.start({ device: laptop })
    await flush()
    return {
      ...{ world, pending },
      lastUse: async () =>
        (await world.stores.authenticators.list('local:alice')).find(({ id }) => id === phone.id)
          ?.lastUsedMs,
    }
  }

  it('is followed by its use', async () => {
    const { lastUse, pending, world } = await ringing(() => true)
    world.phone.approve()
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    expect(await lastUse()).to.equal(world.clock.nowMs())
  })

  it('is followed by nothing where another process has ended it (O15)', async () => {
    const { lastUse, pending, world } = await ringing(() => false)
    world.phone.approve()
    await flush()
    expect(pending.outcome).to.equal(undefined)
    expect(await lastUse()).to.equal(undefined)
  })

  it('waits for a registry that is away', async () => {
    const { pending, world } = await ringing((tries) => {
      if (tries < 4) throw new Error('the database is away')
      return true
    })
    world.phone.approve()
    await world.advance(2_900)
    expect(pending.outcome).to.equal(undefined)
    await world.advance(200)
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })
})
