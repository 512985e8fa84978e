import { expect } from 'chai'
import { formatJson } from '../../../src/cli/text/json.ts'

describe('JSON of the commands', () => {
  const read = (value: unknown) => JSON.parse(formatJson(value, { indent: 0 }))

  it('has every moment as ISO 8601 too, at any depth', () => {
    const entry = {
      startedAtMs: 1_772_352_724_000,
      timeline: [{ atMs: 1_772_352_724_040, what: 'received' }],
    }
    expect(read([entry])).to.deep.equal([
      {
        startedAt: '2026-03-01T08:12:04.000Z',
        startedAtMs: 1_772_352_724_000,
        timeline: [{ at: '2026-03-01T08:12:04.040Z', atMs: 1_772_352_724_040, what: 'received' }],
      },
    ])
    expect(read({ untilMs: 1000, deadlineMs: 2000 })).to.deep.equal({
      ...{ until: '1970-01-01T00:00:01.000Z', untilMs: 1000 },
      ...{ deadline: '1970-01-01T00:00:02.000Z', deadlineMs: 2000 },
    })
  })

  it('has null for a moment that never was', () => {
    expect(read({ lockedUntilMs: 0 })).to.deep.equal({ lockedUntil: null, lockedUntilMs: 0 })
  })

  it('leaves lengths of time alone, and what is not a moment', () => {
    const others = { patienceMs: 10_000, forMs: 1, formatMs: 5, atMs: 'soon', at: 1, ms: 3 }
    expect(read(others)).to.deep.equal(others)
    const far = { atMs: 9e15, untilMs: null }
    expect(read(far)).to.deep.equal(far)
    expect(read({ at: 'kept', atMs: 1 })).to.deep.equal({ at: 'kept', atMs: 1 })
  })

  it('hides nothing', () => {
    const json = formatJson({ userName: 'ad\u200bmin\u202e' }, { indent: 2 })
    expect(json).to.include('"ad\\u200bmin\\u202e"')
    expect(JSON.parse(json)).to.deep.equal({ userName: 'ad\u200bmin\u202e' })
  })
})
