import { expect } from 'chai'
import { estimatePatience, mayHoldOn } from '../../src/patience/estimate.ts'
import { newMemory, reportPatience, type StartingValue } from '../../src/patience/index.ts'
import { noteEnd, noteGone, noteLost, noteWaiting, type SignOf } from '../../src/patience/learn.ts'

const start: StartingValue = { patienceMs: 10_000, marginMs: 1_000, challenges: false }

function create(change: Partial<StartingValue> = {}) {
  const known = { start: { ...start, ...change }, memory: newMemory() }
  return {
    ...known,
    waiting: (ms: number, sign: SignOf<'waiting'>) => noteWaiting(known, ms, sign),
    gone: (ms: number, sign: SignOf<'gone'>) => noteGone(known, ms, sign),
    gaveUp: (ms: number, packets: number) => noteEnd(known, ms, packets),
    lost: (atMs: number) => noteLost(known, atMs),
    reachedMargin(heldOn: boolean): void {
      known.memory.margin.reached += 1
      if (heldOn) known.memory.margin.heldOn += 1
    },
    estimate: () => estimatePatience(known),
    mayHoldOn: () => mayHoldOn(known),
  }
}
type Estimator = ReturnType<typeof create>

/** A sign-in that was held until its resends had stopped: packets at 0, 5 and 10 s. */
function seenToStop(estimator: Estimator, endMs = 15_000, packets = 3): void {
  const intervalMs = endMs / packets
  estimator.waiting(endMs - intervalMs, 'resend')
  estimator.gaveUp(endMs, packets)
  estimator.gone(endMs + 0.3 * intervalMs, 'silence')
}

function times(count: number, run: (index: number) => void): void {
  for (let index = 0; index < count; index++) run(index)
}

describe('estimate of patience', () => {
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
    times(3, () => estimator.gone(4_000, 'again-held'))
    expect(estimator.estimate().patienceMs).to.equal(10_000)
  })

  it('comes down where answers go unused, to the last that was used', () => {
    const estimator = create()
    times(10, (index) => {
      estimator.waiting(2_000 + index * 290, 'not-again')
      estimator.gone(5_100 + index * 400, 'again-answered')
    })
    const { patienceMs, from } = estimator.estimate()
    expect(from).to.equal('answers')
    expect(patienceMs).to.be.within(3_500, 5_100)
  })

  const stray = [
    ['one lost packet', (e: Estimator) => seenToStop(e, 10_000, 2)],
    ['one impatient person', (e: Estimator) => e.gone(1_500, 'again-held')],
    ['one lost answer', (e: Estimator) => e.gone(3_000, 'again-answered')],
    ['one stray late packet', (e: Estimator) => e.waiting(70_000, 'resend')],
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

  it('learns again when the gateway becomes less patient, or more', () => {
    const estimator = create()
    times(60, () => seenToStop(estimator))
    times(14, () => seenToStop(estimator, 6_000))
    times(14, () => estimator.gone(9_000, 'again-held'))
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
    const used = (afterMs: number) => estimator.waiting(afterMs, 'not-again')
    for (const afterMs of [3_000, 3_100, 3_200, 3_300, 8_900]) used(afterMs)
    times(8, () => estimator.gone(9_500, 'again-held'))
    expect(estimator.estimate().from).to.equal('answers')
    expect(estimator.estimate().patienceMs).to.be.within(3_100, 3_300)
  })

  it('gives in to some ten signs, however many there were before', () => {
    const estimator = create()
    times(2_000, () => seenToStop(estimator, 30_000))
    times(12, (index) => {
      estimator.gone(8_000 + index * 40, 'again-held')
      seenToStop(estimator, 6_000)
    })
    expect(estimator.estimate().patienceMs).to.be.within(5_900, 6_100)
  })

  it('keeps a week of those who were lost', () => {
    const estimator = create()
    times(30, (day) => {
      times(day, () => estimator.lost(day * 86_400_000 + 5))
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
      twice.gone(500 + index * 250, 'again-answered')
      twice.waiting(5_000, 'resend')
    })
    expect(twice.estimate().patienceMs).to.equal(10_000)
  })

  it('steps on where a late challenge costs only another try, and stops where it was too late', () => {
    const estimator = create({ challenges: true })
    times(4, () => estimator.gone(9_000, 'again-answered'))
    times(200, () => {
      const { patienceMs, marginMs } = estimator.estimate()
      const leavesMs = patienceMs - marginMs
      if (leavesMs < 6_000) {
        estimator.waiting(leavesMs, 'challenge-answered')
      } else estimator.gone(leavesMs, 'again-answered')
    })
    expect(estimator.estimate().patienceMs).to.be.within(5_400, 6_080)
  })

  describe('holding on past the margin (RULES 24)', () => {
    const reach = (estimator: Estimator, count: number) =>
      times(count, () => estimator.reachedMargin(false))

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
        estimator.reachedMargin(holdsOn)
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
      second.memory.followed.server += 1
      expect(second.mayHoldOn()).to.equal(false)
    })

    it('ends where another packet keeps following by itself', () => {
      const estimator = create()
      reach(estimator, 50)
      estimator.memory.followed.identifier += 2
      expect(estimator.mayHoldOn()).to.equal(true)
      estimator.memory.followed.port += 1
      expect(estimator.mayHoldOn()).to.equal(false)
    })
  })
})
