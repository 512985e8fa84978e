import { expect } from 'chai'
import {
  type AbandonedClaim,
  type Claim,
  createMemoryRegistry,
  type SignInRegistry,
} from '../../../src/signin/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { createWorld, flush, laptop, password, reasonOf, totp } from '../harness.ts'

describe('a request that waits for one whose process dies (O13)', () => {
  /** The first claims belong to another process, which leaves them when it is told to. */
  async function start(deaths: number) {
    const others = Array.from({ length: deaths }, () => Promise.withResolvers<AbandonedClaim>())
    const left = [...others]
    const registry: SignInRegistry = {
      ...createMemoryRegistry(createManualClock()),
      isShared: true,
    }
    const world = createWorld({
      parts: {
        registry: {
          ...registry,
          async claim(keys): Promise<Claim> {
            const other = left.shift()
            if (other === undefined) return registry.claim(keys)
            return { role: 'follower', settled: other.promise }
          },
        },
      },
    })
    const authenticator = await world.enrol('alice', totp)
    const request = { password: `${password},${world.code(authenticator)}`, device: laptop }
    const die = async () => {
      others.shift()?.resolve({ abandoned: true })
      await flush()
    }
    return { world, request, die }
  }

  it('claims again, and goes on by itself with the password that it has kept', async () => {
    const { world, request, die } = await start(1)
    const pending = world.start(request)
    await world.advance(1_000)
    expect(reasonOf(pending.outcome)).to.equal('held')
    expect(world.local.passwords).to.deep.equal([])
    await die()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    expect(world.local.passwords).to.deep.equal([password])
    expect(world.lines).to.have.length(1)
  })

  it('follows the next one, however many die, until its gateway waits no longer', async () => {
    const { world, request, die } = await start(3)
    const pending = world.start(request)
    await flush()
    await die()
    await die()
    expect(reasonOf(pending.outcome)).to.equal('held')
    await world.advance(120_000)
    expect(reasonOf(pending.outcome)).to.equal('no-time-left')
    await die()
    expect(world.local.passwords).to.deep.equal([])
  })
})
