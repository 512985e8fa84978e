import { expect } from 'chai'
import { createTimerWheel } from '../../../src/support/time/timer-wheel.ts'
import { createManualClock } from '../manual-clock.ts'

function setUp(slots = 8) {
  const clock = createManualClock()
  const errors: unknown[] = []
  const wheel = createTimerWheel(clock, {
    tickMs: 50,
    slots,
    onError: (error) => errors.push(error),
  })
  const ran: string[] = []
  const later = (name: string, ms: number) =>
    wheel.at(clock.nowMs() + ms, () => {
      ran.push(name)
    })
  return { clock, wheel, errors, ran, later }
}

describe('timer wheel', () => {
  it('never runs before the deadline and at most a tick after it', () => {
    const { clock, wheel } = setUp()
    const late: number[] = []
    for (let ms = 0; ms <= 1000; ms += 7) {
      const deadlineMs = clock.nowMs() + ms
      wheel.at(deadlineMs, () => late.push(clock.nowMs() - deadlineMs))
    }
    clock.advance(1100)
    expect(late).to.have.length(143)
    expect(Math.min(...late)).to.be.at.least(0)
    expect(Math.max(...late)).to.be.at.most(50)
  })

  it('runs earlier deadlines first', () => {
    const { clock, ran, later } = setUp()
    later('third', 390)
    later('first', 40)
    later('second', 190)
    clock.advance(500)
    expect(ran).to.deep.equal(['first', 'second', 'third'])
  })

  it('keeps one timer of the clock, and none a tick after it is empty', () => {
    const { clock, wheel, later } = setUp()
    expect(clock.waiting).to.equal(0)
    const timers = Array.from({ length: 1000 }, (_, index) => later('x', index))
    expect(clock.waiting).to.equal(1)
    expect(wheel.size).to.equal(1000)
    for (const timer of timers) timer.cancel()
    expect(wheel.size).to.equal(0)
    expect(clock.waiting).to.equal(1)
    clock.advance(50)
    expect(clock.waiting).to.equal(0)
  })

  it('forgets a cancelled deadline, also when cancelled twice or after it ran', () => {
    const { clock, wheel, ran, later } = setUp()
    const cancelled = later('cancelled', 60)
    const kept = later('kept', 60)
    cancelled.cancel()
    cancelled.cancel()
    clock.advance(200)
    kept.cancel()
    expect(ran).to.deep.equal(['kept'])
    expect(wheel.size).to.equal(0)
  })

  it('honours a cancel from another deadline of the same tick', () => {
    const { clock, wheel, ran } = setUp()
    const deadlineMs = clock.nowMs() + 60
    const handles = ['a', 'b'].map((name) =>
      wheel.at(deadlineMs, () => {
        ran.push(name)
        for (const handle of handles) handle.cancel()
      }),
    )
    clock.advance(200)
    expect(ran).to.have.length(1)
    expect(wheel.size).to.equal(0)
  })

  it('takes new deadlines while it runs, and runs a past one on the next tick, not at once', () => {
    const { clock, wheel, ran, later } = setUp()
    wheel.at(clock.nowMs() + 50, () => {
      later('again', -5000)
      ran.push('outer')
    })
    clock.advance(50)
    expect(ran).to.deep.equal(['outer'])
    clock.advance(50)
    expect(ran).to.deep.equal(['outer', 'again'])
  })

  it('waits for the right turn when the deadline is many turns away', () => {
    const { clock, ran, later } = setUp(8)
    later('far', 8 * 50 * 5 + 25)
    later('near', 25)
    clock.advance(8 * 50 * 5)
    expect(ran).to.deep.equal(['near'])
    clock.advance(50)
    expect(ran).to.deep.equal(['near', 'far'])
  })

  it('catches up after the process was stopped for many turns', () => {
    const { clock, wheel, ran, later } = setUp(8)
    for (const ms of [10, 500, 5000, 50_000]) later(String(ms), ms)
    clock.set(clock.nowMs() + 20_000)
    clock.advance(50)
    expect(ran).to.have.members(['10', '500', '5000'])
    expect(wheel.size).to.equal(1)
  })

  it('is not held up by a clock that is set back an hour', () => {
    const { clock, ran, later } = setUp()
    later('held', 200)
    clock.advance(50)
    clock.set(clock.nowMs() - 3_600_000)
    later('new', 200)
    clock.advance(300)
    expect(ran).to.have.members(['held', 'new'])
  })

  it('goes on when one deadline throws, and says so', () => {
    const { clock, wheel, errors, ran, later } = setUp()
    wheel.at(clock.nowMs() + 10, () => {
      throw new Error('broken')
    })
    later('same tick', 10)
    later('later', 100)
    clock.advance(200)
    expect(ran).to.deep.equal(['same tick', 'later'])
    expect(errors).to.have.length(1)
  })

  it('gives back what was set with a deadline, and lets go of what was cancelled', () => {
    const { clock, wheel } = setUp()
    const given: string[] = []
    const give = (subject: string) => void given.push(subject)
    wheel.at(clock.nowMs() + 10, give, 'kept')
    wheel.at(clock.nowMs() + 10, give, 'cancelled').cancel()
    clock.advance(100)
    expect(given).to.deep.equal(['kept'])
  })

  it('runs nothing after stop, and can be used again', () => {
    const { clock, wheel, ran, later } = setUp()
    const stopped = later('stopped', 60)
    wheel.stop()
    stopped.cancel()
    expect(wheel.size).to.equal(0)
    expect(clock.waiting).to.equal(0)
    later('new', 60)
    clock.advance(500)
    expect(ran).to.deep.equal(['new'])
  })
})
