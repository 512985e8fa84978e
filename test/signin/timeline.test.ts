import { expect } from 'chai'
import type { TimelineEntry } from '../../src/signin/index.ts'
import { entriesOf, packTimeline } from '../../src/signin/timeline.ts'

const entries: TimelineEntry[] = [
  { atMs: 1_750_000_000_000, what: 'received', detail: { attempt: 'abc' } },
  { atMs: 1_750_000_000_003, what: 'abandoned' },
  // A clock may be set back.
  { atMs: 1_749_999_999_000, what: 'limit', detail: { key: '"☃\n', count: 2, ok: false } },
]

describe('the time line of a request that waits', () => {
  it('is the same when it is taken up again, packed once or twice', () => {
    expect(entriesOf(packTimeline(entries))).to.deep.equal(entries)
    expect(entriesOf(packTimeline(packTimeline(entries)))).to.deep.equal(entries)
  })

  it('may be empty', () => {
    expect(entriesOf(packTimeline([]))).to.deep.equal([])
  })
})
