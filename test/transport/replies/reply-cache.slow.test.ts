import { expect } from 'chai'
import fc from 'fast-check'
import { createSharedSecret } from '../../../src/radius/index.ts'
import { createTimerWheel } from '../../../src/support/index.ts'
import { createReplyCache } from '../../../src/transport/replies/reply-cache.ts'
import type { SentReply } from '../../../src/transport/replies/reply-chunk.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const secret = createSharedSecret('xyzzy5461')
const keepMs = 30_000

function setUp(maxBytes = 64_000_000) {
  const clock = createManualClock()
  const wheel = createTimerWheel(clock, { onError: fail })
  const cache = createReplyCache(clock, wheel, { keepMs, maxBytes })
  return { clock, cache }
}

function fail(error: unknown): never {
  throw error
}

function reply(text: string, change: Partial<SentReply> = {}): SentReply {
  const bytes = Buffer.from(text)
  return {
    bytes,
    authenticator: 'sixteen bytes: \xff',
    attemptId: 'k3Qx7aTf0b2Z',
    secret,
    ...change,
  }
}

describe('reply cache', () => {
  it('gives back what was remembered, whatever became of those bytes since', () => {
    const { cache } = setUp()
    const other = createSharedSecret('another')
    const first = reply('first')
    cache.remember('a', first)
    cache.remember('b', reply('', { secret: other, attemptId: '' }))
    cache.remember('c', reply('x'.repeat(4096)))
    first.bytes.fill(0)
    expect(cache.find('a')).to.deep.equal(reply('first'))
    expect(cache.find('b')?.secret).to.equal(other)
    expect(cache.find('c')?.bytes).to.have.length(4096)
    expect(cache.find('d')).to.equal(undefined)
  })

  it('finds each of 200,000, though some have one hash', () => {
    const { cache } = setUp()
    const count = 200_000
    for (let index = 0; index < count; index += 1) cache.remember(`key ${index}`, reply(`${index}`))
    for (let index = 0; index < count; index += 1) {
      const found = cache.find(`key ${index}`)?.bytes.toString()
      if (found !== `${index}`) throw new Error(`key ${index} gives ${found}`)
    }
    expect(cache.stats.entries).to.equal(count)
  })

  it('forgets in time, and gives the memory back', () => {
    const { clock, cache } = setUp()
    cache.remember('a', reply('early'))
    clock.advance(keepMs - 1)
    cache.remember('b', reply('late'))
    expect(cache.find('a')).to.not.equal(undefined)
    clock.advance(1)
    expect(cache.find('a')).to.equal(undefined)
    expect(cache.find('b')).to.not.equal(undefined)
    clock.advance(keepMs + 2_000)
    expect(cache.stats).to.deep.equal({ entries: 0, bytes: 0, evicted: 0 })
    expect(clock.waiting).to.equal(0)
  })

  it('forgets what seems to end too far away when the clock was set back', () => {
    const { clock, cache } = setUp()
    cache.remember('a', reply('a'))
    clock.set(clock.nowMs() - 3_600_000)
    expect(cache.find('a')).to.equal(undefined)
  })

  it('behaves as a map with an end, in whatever order', () => {
    const step = fc.oneof(
      fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), size: fc.nat(4096) }),
      fc.record({ passMs: fc.nat(20_000) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, cache } = setUp()
        const model = new Map<string, { readonly size: number; readonly untilMs: number }>()
        for (const one of steps) {
          if ('passMs' in one) clock.advance(one.passMs)
          else {
            cache.remember(one.key, reply('y'.repeat(one.size)))
            model.set(one.key, { size: one.size, untilMs: clock.nowMs() + keepMs })
          }
          for (const key of ['a', 'b', 'c', 'd']) {
            const known = model.get(key)
            const isKept = known !== undefined && clock.nowMs() < known.untilMs
            expect(cache.find(key)?.bytes.length).to.equal(isKept ? known.size : undefined)
          }
        }
      }),
    )
  })

  it('keeps within its memory, forgets the oldest, and goes on without an end', () => {
    const { cache } = setUp(128 * 1024)
    const size = 1_000
    for (let index = 0; index < 20_000; index += 1) {
      cache.remember(`key ${index}`, reply('z'.repeat(size)))
      const { bytes } = cache.stats
      if (bytes > 128 * 1024) throw new Error(`${bytes} bytes`)
      if (cache.find(`key ${index - 60}`) === undefined && index > 60) throw new Error(`${index}`)
    }
    expect(cache.find('key 19000')).to.equal(undefined)
    const { entries, evicted } = cache.stats
    expect(entries + evicted).to.equal(20_000)
  })
})
