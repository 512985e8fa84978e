import { expect } from 'chai'
import { DirectoryError, type DirectoryErrorCode } from '../../src/directory/index.ts'
import { createServerHealth } from '../../src/directory/server-health.ts'
import { createManualClock } from '../support/manual-clock.ts'

function setUp() {
  const clock = createManualClock()
  const events: string[] = []
  const probes: PromiseWithResolvers<void>[] = []
  const health = createServerHealth(
    {
      probe() {
        const probe = Promise.withResolvers<void>()
        probes.push(probe)
        return probe.promise
      },
      retryMs: 500,
      onDoubt: () => events.push('doubt'),
      onDown: ({ code, message }) => events.push(`down ${code} ${message}`),
      onUp: (downMs) => events.push(`up after ${downMs}`),
    },
    clock,
  )
  const fail = (code: DirectoryErrorCode, details: Record<string, unknown> = {}) =>
    health
      .watch(async () => {
        throw new DirectoryError(code, 'why', { details })
      })
      .catch((error: DirectoryError) => error.code)
  return { clock, events, probes, health, fail }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('server health', () => {
  it('goes down when the server cannot be reached, and starts a fresh probe every time', async () => {
    const { clock, events, probes, health, fail } = setUp()
    expect(await fail('server-down')).to.equal('server-down')
    await fail('server-down')
    expect(health.down()).to.have.property('code', 'server-down')
    expect(events).to.deep.equal(['down server-down why'])
    clock.advance(499)
    expect(probes).to.have.lengthOf(0)
    clock.advance(1001)
    expect(probes, 'also while earlier ones hang').to.have.lengthOf(3)
    probes[2]?.resolve()
    await settled()
    expect(health.down()).to.equal(undefined)
    expect(events.at(-1)).to.equal('up after 1500')
    probes[0]?.reject(new DirectoryError('server-down', 'late'))
    await settled()
    expect(health.down(), 'an old probe says nothing about now').to.equal(undefined)
    expect(clock.waiting).to.equal(0)
  })

  for (const code of ['no-answer', 'server-down'] as const) {
    it(`goes down when time ran out (${code}), but not when a user was answered meanwhile`, async () => {
      const { health, fail } = setUp()
      const slow = Promise.withResolvers<never>()
      const watched = health.watch(() => slow.promise).catch(() => 'failed')
      await health.watch(async () => 'answer')
      slow.reject(new DirectoryError(code, 'slow', { details: { timedOut: true } }))
      await watched
      expect(health.down()).to.equal(undefined)
      await fail(code, { timedOut: true })
      expect(health.down()).to.have.property('code', 'server-down')
    })
  }

  for (const code of ['busy', 'aborted', 'search-refused', 'no-answer'] as const) {
    it(`is not down because of ${code}`, async () => {
      const { health, fail } = setUp()
      await fail(code)
      expect(health.down()).to.equal(undefined)
    })
  }

  it('tries a refused bind account every five minutes only, and quickly again once it is another trouble', async () => {
    const { clock, probes, fail } = setUp()
    await fail('server-down', { accountRefused: true })
    clock.advance(299_999)
    expect(probes).to.have.lengthOf(0)
    clock.advance(1)
    expect(probes).to.have.lengthOf(1)
    probes[0]?.reject(
      new DirectoryError('server-down', 'still', { details: { accountRefused: true } }),
    )
    await settled()
    clock.advance(300_000)
    expect(probes).to.have.lengthOf(2)
    probes[1]?.reject(new DirectoryError('server-down', 'refused connection'))
    await settled()
    clock.advance(1000)
    expect(probes).to.have.lengthOf(4)
  })

  it('tries nothing after it was stopped', async () => {
    const { clock, probes, health, fail } = setUp()
    await fail('server-down')
    health.stop()
    clock.advance(10_000)
    expect(probes).to.have.lengthOf(0)
  })

  it('tells nothing after it was stopped, though a probe ends well', async () => {
    const { clock, events, probes, health, fail } = setUp()
    await fail('server-down')
    clock.advance(500)
    health.stop()
    probes[0]?.resolve()
    await settled()
    expect(events).to.deep.equal(['down server-down why'])
  })
})
