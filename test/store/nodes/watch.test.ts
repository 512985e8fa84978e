import { expect } from 'chai'
import { beatMs, createWatch, type SeenNode } from '../../../src/store/nodes/watch.ts'

const other = (beat: number, more: Partial<SeenNode> = {}): SeenNode => ({
  process_id: 'other',
  ...{ state: 'serving', beat, isLockFree: false },
  ...more,
})

/** Looks every two seconds from 0 on; gives at which looks someone was declared dead. */
function declaredAt(looks: readonly SeenNode[], times = looks.map((_, index) => index * beatMs)) {
  const watch = createWatch()
  return looks.flatMap((seen, index) =>
    watch.judge(times[index] ?? 0, [seen]).length > 0 ? [index] : [],
  )
}

describe('who is dead', () => {
  const still = (count: number, more: Partial<SeenNode> = {}) =>
    Array.from({ length: count }, () => other(7, more))
  const moving = (count: number, more: Partial<SeenNode> = {}) =>
    Array.from({ length: count }, (_, index) => other(index, more))

  it('a process whose beat has not moved for 8 seconds, with the beat that was seen (O10)', () => {
    expect(declaredAt(still(6))).to.deep.equal([4, 5])
    const watch = createWatch()
    for (let look = 0; look < 4; look += 1) watch.judge(look * beatMs, [other(7)])
    expect(watch.judge(4 * beatMs, [other(7)])).to.deep.equal([{ process_id: 'other', beat: 7 }])
  })

  it('none whose beat moves, or that has ended by itself', () => {
    expect(declaredAt(moving(20))).to.deep.equal([])
    expect(declaredAt(still(20, { state: 'stopped' }))).to.deep.equal([])
    expect(declaredAt(still(20, { state: 'dead' }))).to.deep.equal([])
  })

  it('sooner, one that has let go of its lock twice and does not beat', () => {
    const killed = [...moving(6), other(5, { isLockFree: true }), other(5, { isLockFree: true })]
    expect(declaredAt(killed)).to.deep.equal([7])
  })

  it('none that is without its lock for a moment, while it makes a new connection', () => {
    const seen = [...moving(6), other(5, { isLockFree: true }), ...moving(20).slice(6)]
    expect(declaredAt(seen)).to.deep.equal([])
    // All locks are free when the database comes back.
    expect(declaredAt(still(4, { isLockFree: true }))).to.deep.equal([])
  })

  it('no process in the eyes of one that is late itself (O12)', () => {
    const times = [0, 2_000, 4_000, 30_000, 32_000, 34_000, 36_000]
    expect(declaredAt(still(7), times)).to.deep.equal([])
  })
})
