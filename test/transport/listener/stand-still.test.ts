import { expect } from 'chai'
import { watchStandStill } from '../../../src/transport/listener/stand-still.ts'
import { createManualClock } from '../../support/manual-clock.ts'

/** Time passes, and timers run while the process does. */
function create() {
  const clock = createManualClock()
  let elapsedMs = 1_000
  const standStill = watchStandStill(clock, () => elapsedMs)
  return {
    standStill,
    run(ms: number) {
      for (let left = ms; left > 0; left -= 50) {
        elapsedMs += 50
        clock.advance(50)
      }
    },
    stand(ms: number) {
      elapsedMs += ms
    },
    /** Timers that are due run. */
    wake: () => clock.advance(500),
    clock,
  }
}

describe('a process that stood still', () => {
  it('takes what waited in its sockets for as old as it may be, whether timers or sockets come first', () => {
    for (const timersFirst of [true, false]) {
      const { run, stand, standStill, wake } = create()
      run(10_000)
      expect(standStill.waitedMs()).to.equal(0)
      stand(12_000.25)
      if (timersFirst) wake()
      expect(standStill.waitedMs()).to.be.within(12_001, 12_501)
      expect(standStill.waitedMs() % 1, 'whole ones').to.equal(0)
      if (!timersFirst) wake()
      run(200)
      expect(standStill.waitedMs(), 'another of them').to.be.within(12_201, 12_701)
      run(100)
      expect(standStill.waitedMs()).to.equal(0)
    }
  })

  it('is not one that is busy', () => {
    const { run, stand, standStill } = create()
    run(1_000)
    stand(1_900)
    expect(standStill.waitedMs()).to.equal(0)
  })

  it('looks no more once it is to stop', () => {
    const { clock, standStill } = create()
    standStill.stop()
    expect(clock.waiting).to.equal(0)
  })
})
