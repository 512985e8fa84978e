import { expect } from 'chai'
import {
  createContinuationSealer,
  createKeptSecrets,
  createMemoryRegistry,
} from '../../../src/signin/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const alice = 'corp:alice'

describe('a password that waits for a second factor at the portal (RULES 22)', () => {
  const clock = createManualClock()

  function createProcess() {
    const registry = createMemoryRegistry(clock)
    const continuationSealer = createContinuationSealer()
    return { registry, secrets: createKeptSecrets({ registry, continuationSealer }) }
  }
  const keep = ({ secrets }: ReturnType<typeof createProcess>) =>
    secrets.keep(alice, 'session-1', 'Winter-2024', clock.nowMs() + 60_000)

  it('opens once, for its owner and session', async () => {
    const process = createProcess()
    const key = await keep(process)
    expect(await process.secrets.take(key, alice, 'session-1')).to.equal('Winter-2024')
    expect(await process.secrets.take(key, alice, 'session-1')).to.equal(undefined)
  })

  it('opens for no one else, and in no other session of the person', async () => {
    const process = createProcess()
    for (const [owner, session] of [
      ['corp:bob', 'session-1'],
      [alice, 'session-2'],
      [alice, ''],
    ] as const) {
      expect(await process.secrets.take(await keep(process), owner, session)).to.equal(undefined)
    }
  })

  it('is named in the registry by what does not open it', async () => {
    const process = createProcess()
    const names: string[] = []
    const continuationSealer = createContinuationSealer()
    const secrets = createKeptSecrets({
      continuationSealer,
      registry: {
        ...process.registry,
        keepSealed: async (name) => void names.push(name),
      },
    })
    const key = await secrets.keep(alice, 'session-1', 'Winter-2024', clock.nowMs())
    expect(names).to.have.length(1)
    expect(names.join()).not.to.include(key)
  })
})
