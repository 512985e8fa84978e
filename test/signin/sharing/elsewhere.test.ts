import { expect } from 'chai'
import { createMemoryRegistry, type Settled } from '../../../src/signin/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { createWorld, laptop, reasonOf, totp } from '../harness.ts'

describe('a sign-in whose packets come to two nodes (O41)', () => {
  const own = createMemoryRegistry(createManualClock())

  async function signIn(registry: Partial<typeof own>) {
    const world = createWorld({ parts: { registry: { ...own, ...registry } } })
    await world.enrol('alice', totp)
    const pending = world.start({ device: laptop })
    return { elsewhere: pending.elsewhere, reason: reasonOf(await pending.done) }
  }

  const settled: Settled = {
    signInId: 'first',
    outcome: { kind: 'reject', reason: 'prompt-refused', message: 'No.' } as never,
  }

  it('tells where it came from another one', async () => {
    for (const isElsewhere of [true, false]) {
      const { elsewhere, reason } = await signIn({
        claim: async () => ({ role: 'follower', isElsewhere, settled: Promise.resolve(settled) }),
      })
      expect(reason).to.equal('prompt-refused')
      expect(elsewhere).to.deep.equal(isElsewhere ? ['came'] : [])
    }
  })

  it('tells where it went on to another one', async () => {
    for (const isFollowed of [true, false]) {
      const { elsewhere } = await signIn({
        claim: async () => ({ role: 'owner' }),
        settle: async () => isFollowed,
      })
      expect(elsewhere).to.deep.equal(isFollowed ? ['left'] : [])
    }
  })
})
