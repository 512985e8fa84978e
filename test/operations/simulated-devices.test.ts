import { expect } from 'chai'
import { createPhoneJudge } from '../../src/methods/index.ts'
import { createSimulatedDeviceOperations } from '../../src/operations/service/simulated-devices.ts'
import { createPagePrompts } from '../../src/signin/index.ts'
import { createWorld, flush, gatewayRules, laptop, password, reasonOf } from '../signin/harness.ts'

const gateway = gatewayRules({ methods: ['push'], challenges: false })

/** The operations of a demo, or of any other service. */
function operationsOf(world: ReturnType<typeof createWorld>, isDemo: boolean) {
  const { clock, parts, stores } = world
  const { accounts, authenticators } = stores
  const operations = createSimulatedDeviceOperations({
    findPerson: async (name) => ({ key: `local:${name}`, name, directory: 'local' }) as never,
    store: { authenticators } as never,
    service: {
      devices: () =>
        isDemo
          ? {
              prompts: () => createPagePrompts(parts),
              judgePhone: createPhoneJudge({ accounts, authenticators, clock }).judge,
              passkeys: () => undefined,
            }
          : undefined,
    },
  })
  const call = { send: () => undefined, signal: new AbortController().signal, caller: {} as never }
  return (name: keyof typeof operations, args: object) => operations[name](args, call)
}

describe('phones and passkeys that are played', () => {
  it('are refused but in a demo', async () => {
    const run = operationsOf(createWorld(), false)
    for (const [name, args] of [
      ['simulation.enrol', { user: 'alice', method: 'push' }],
      ['simulation.look', { user: 'alice', id: 'x' }],
      ['simulation.approve', { user: 'alice', id: 'x', prompt: 'x', number: '42' }],
      ['simulation.leave', { user: 'alice', id: 'x' }],
    ] as const) {
      const error = await run(name, args).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error, name).to.include({ code: 'demo-only' })
    }
  })

  it('sign as others do: the number has to be right, and nothing of people is removed', async () => {
    const world = createWorld()
    const run = operationsOf(world, true)
    const { id } = (await run('simulation.enrol', { user: 'alice', method: 'push' })) as {
      readonly id: string
    }
    for (const [number, reason] of [
      ['24', 'prompt-refused'],
      ['42', 'accepted'],
    ] as const) {
      const pending = world.start({ gateway, device: laptop, password: `${password},42` })
      await flush()
      const { prompt } = (await run('simulation.look', { user: 'alice', id })) as {
        readonly prompt: string
      }
      await run('simulation.approve', { user: 'alice', id, prompt, number })
      await flush()
      expect(reasonOf(pending.outcome)).to.equal(reason)
    }
    const own = await world.enrol('alice', { method: 'push', publicKey: new Uint8Array(91) })
    for (const each of [own.id, id]) await run('simulation.leave', { user: 'alice', id: each })
    const left = await world.stores.authenticators.list('local:alice')
    expect(left.map((each) => each.id))
      .to.include(own.id)
      .and.not.include(id)
  })
})
