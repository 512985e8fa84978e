import { expect } from 'chai'
import {
  createPatienceEstimator,
  reportPatience,
  type StartingValue,
} from '../../src/patience/index.ts'

const start: StartingValue = { patienceMs: 10_000, marginMs: 1_000, challenges: false }

function create(change: Partial<StartingValue> = {}) {
  return createPatienceEstimator({ start: { ...start, ...change } })
}
type Estimator = ReturnType<typeof create>

/** A sign-in that was held until its resends had stopped: packets at 0, 5 and 10 s. */
function seenToStop(estimator: Estimator, endMs = 15_000, packets = 3): void {
  const intervalMs = endMs / packets
  estimator.observe({ kind: 'waiting', afterMs: endMs - intervalMs, by: 'resend' })
  estimator.observe({ kind: 'gave-up', afterMs: endMs, packets })
  estimator.observe({ kind: 'gone', afterMs: endMs + 0.3 * intervalMs, by: 'silence' })
}

function times(count: number, run: (index: number) => void): void {
  for (let index = 0; index < count; index++) run(index)
}

describe('patience estimator', () => {
  it('begins with the starting value and is not sure of it', () => {
    expect(create().estimate()).to.deep.equal({
      patienceMs: 10_000,
      marginMs: 1_000,
      from: 'starting-value',
      observations: 0,
      sureness: 0,
    })
  })

  it('takes the moments at which resends stopped, with a margin from their scatter', () => {
    const estimator = create()
    times(8, (index) => seenToStop(estimator, 15_000 + (index % 2 === 0 ? 20 : -20)))
    const { patienceMs, marginMs, from, sureness } = estimator.estimate()
    expect(from).to.equal('resends')
    expect(patienceMs).to.be.within(14_980, 15_020)
    expect(marginMs).to.equal(75 + 4 * 20)
    expect(sureness).to.be.above(0.7)
  })

  it('widens the margin with the scatter', () => {
    const margins = [5, 50, 200].map((scatterMs) => {
      const estimator = create()
      times(12, (index) => seenToStop(estimator, 15_000 + ((index % 3) - 1) * scatterMs))
      return estimator.estimate().marginMs
    })
    expect(margins).to.deep.equal(margins.toSorted((a, b) => a - b))
    expect(margins[2]).to.be.above((margins[0] ?? 0) + 400)
  })

  it('believes the starting value more than three impatient people', () => {
    const estimator = create()
    times(3, () => estimator.observe({ kind: 'gone', afterMs: 4_000, by: 'again-held' }))
    expect(estimator.estimate().patienceMs).to.equal(10_000)
  })

  it('comes down where answers go unused, to the last that was used', () => {
    const estimator = create()
    times(10, (index) => {
      estimator.observe({ kind: 'waiting', afterMs: 2_000 + index * 290, by: 'nobody-again' })
      estimator.observe({ kind: 'gone', afterMs: 5_100 + index * 400, by: 'again-answered' })
    })
    const { patienceMs, from } = estimator.estimate()
    expect(from).to.equal('answers')
    expect(patienceMs).to.be.within(3_500, 5_100)
  })

  const stray = [
    ['one lost packet', (e: Estimator) => seenToStop(e, 10_000, 2)],
    [
      'one impatient person',
      (e: Estimator) => e.observe({ kind: 'gone', afterMs: 1_500, by: 'again-held' }),
    ],
    [
      'one lost answer',
      (e: Estimator) => e.observe({ kind: 'gone', afterMs: 3_000, by: 'again-answered' }),
    ],
    [
      'one stray late packet',
      (e: Estimator) => e.observe({ kind: 'waiting', afterMs: 70_000, by: 'resend' }),
    ],
  ] as const
  for (const [what, disturb] of stray) {
    it(`is not spoilt by ${what}, first or last`, () => {
      const early = create()
      disturb(early)
      times(8, () => seenToStop(early))
      const late = create()
      times(8, () => seenToStop(late))
      disturb(late)
      for (const estimator of [early, late]) {
        expect(estimator.estimate().patienceMs).to.be.within(14_700, 15_300)
      }
    })
  }

  it('learns anew when the gateway becomes less patient, or more', () => {
    const estimator = create()
    times(60, () => seenToStop(estimator))
    times(14, () => seenToStop(estimator, 6_000))
    times(14, () => estimator.observe({ kind: 'gone', afterMs: 9_000, by: 'again-held' }))
    expect(estimator.estimate().patienceMs).to.be.within(5_800, 6_200)
    times(40, () => seenToStop(estimator, 30_000))
    expect(estimator.estimate().patienceMs).to.be.within(29_500, 30_500)
  })

  it('needs three series that ended before their moment counts', () => {
    const estimator = create()
    times(2, () => seenToStop(estimator, 9_000))
    expect(estimator.estimate().from).to.not.equal('resends')
    seenToStop(estimator, 9_000)
    expect(estimator.estimate()).to.include({ from: 'resends', patienceMs: 9_000 })
  })

  it('takes for proven only what several answers agree on', () => {
    const estimator = create()
    const used = (afterMs: number) =>
      estimator.observe({ kind: 'waiting', afterMs, by: 'nobody-again' })
    for (const afterMs of [3_000, 3_100, 3_200, 3_300, 8_900]) used(afterMs)
    times(8, () => estimator.observe({ kind: 'gone', afterMs: 9_500, by: 'again-held' }))
    expect(estimator.estimate().from).to.equal('answers')
    expect(estimator.estimate().patienceMs).to.be.within(3_100, 3_300)
  })

  it('gives in to some ten signs, however many there were before', () => {
    const estimator = create()
    times(2_000, () => seenToStop(estimator, 30_000))
    times(12, (index) => {
      estimator.observe({ kind: 'gone', afterMs: 8_000 + index * 40, by: 'again-held' })
      seenToStop(estimator, 6_000)
    })
    expect(estimator.estimate().patienceMs).to.be.within(5_900, 6_100)
  })

  it('keeps a week of those who were lost', () => {
    const estimator = create()
    times(30, (day) => {
      times(day, () => estimator.observe({ kind: 'lost', atMs: day * 86_400_000 + 5 }))
    })
    expect(estimator.memory.lost.map(([day]) => day)).to.deep.equal([
      22, 23, 24, 25, 26, 27, 28, 29,
    ])
    const { lostLastWeek } = reportPatience(estimator.memory, start, 29 * 86_400_000 + 10)
    expect(lostLastWeek).to.equal(23 + 24 + 25 + 26 + 27 + 28 + 29)
  })

  it('is not fooled by a gateway that signs in twice by itself', () => {
    const twice = create()
    times(30, (index) => {
      const kind = { kind: 'gone', afterMs: 500 + index * 250, by: 'again-answered' } as const
      twice.observe(kind)
      twice.observe({ kind: 'waiting', afterMs: 5_000, by: 'resend' })
    })
    expect(twice.estimate().patienceMs).to.equal(10_000)
  })

  it('steps on where a late challenge costs only another try, and stops where it was too late', () => {
    const estimator = create({ challenges: true })
    times(4, () => estimator.observe({ kind: 'gone', afterMs: 9_000, by: 'again-answered' }))
    times(200, () => {
      const { patienceMs, marginMs } = estimator.estimate()
      const leavesMs = patienceMs - marginMs
      if (leavesMs < 6_000) {
        estimator.observe({ kind: 'waiting', afterMs: leavesMs, by: 'challenge-answered' })
      } else estimator.observe({ kind: 'gone', afterMs: leavesMs, by: 'again-answered' })
    })
    expect(estimator.estimate().patienceMs).to.be.within(5_400, 6_080)
  })

  describe('holding on past the margin (RULES 24)', () => {
    const reach = (estimator: Estimator, count: number) =>
      times(count, () => estimator.observe({ kind: 'margin', heldOn: false }))

    it('never happens among the first that reach it', () => {
      const estimator = create()
      for (let count = 0; count < 5; count++) {
        expect(estimator.mayHoldOn()).to.equal(false)
        reach(estimator, 1)
      }
    })

    it('stays within one in ten', () => {
      const estimator = create()
      let heldOn = 0
      for (let reached = 1; reached <= 400; reached++) {
        const holdsOn = estimator.mayHoldOn()
        heldOn += holdsOn ? 1 : 0
        estimator.observe({ kind: 'margin', heldOn: holdsOn })
        expect(heldOn).to.be.at.most(reached / 10)
      }
      expect(heldOn).to.equal(40)
    })

    it('never happens where challenges are possible, or a second server was seen', () => {
      const challenges = create({ challenges: true })
      reach(challenges, 50)
      expect(challenges.mayHoldOn()).to.equal(false)
      const second = create()
      reach(second, 50)
      expect(second.mayHoldOn()).to.equal(true)
      second.observe({ kind: 'followed', by: 'server' })
      expect(second.mayHoldOn()).to.equal(false)
    })

    it('ends where another packet keeps following by itself', () => {
      const estimator = create()
      reach(estimator, 50)
      times(2, () => estimator.observe({ kind: 'followed', by: 'identifier' }))
      expect(estimator.mayHoldOn()).to.equal(true)
      estimator.observe({ kind: 'followed', by: 'port' })
      expect(estimator.mayHoldOn()).to.equal(false)
    })
  })
})
