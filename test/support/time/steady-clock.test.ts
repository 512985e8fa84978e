import { expect } from 'chai'
import { type ClockMoved, createSteadyClock } from '../../../src/support/index.ts'
import { createManualClock } from '../manual-clock.ts'

const startMs = 1_750_000_000_000
const hourMs = 3_600_000

describe('a steady clock', () => {
  function started() {
    const machine = createManualClock(startMs)
    const moved: ClockMoved[] = []
    const clock = createSteadyClock(machine, (event) => moved.push(event))
    return {
      clock,
      moved,
      jump: (byMs: number) => machine.set(machine.nowMs() + byMs),
      /** As a service does: it asks for the time all the while. */
      pass(ms: number) {
        for (let left = ms; left > 0; left -= 500) {
          machine.advance(Math.min(500, left))
          clock.nowMs()
        }
      },
      sleep: (ms: number) => machine.advance(ms),
      passedMs: () => clock.nowMs() - startMs,
      aheadMs: () => clock.nowMs() - machine.nowMs(),
    }
  }

  it('is the clock of the machine', () => {
    const { clock, moved, pass, passedMs } = started()
    expect(clock.nowMs()).to.equal(startMs)
    pass(600_000)
    expect(passedMs()).to.equal(600_000)
    expect(moved).to.deep.equal([])
  })

  for (const byMs of [-90_000, hourMs]) {
    describe(`whose machine jumps by ${byMs / 1_000} s`, () => {
      it('goes on as if nothing had happened, and says so once', () => {
        const { clock, jump, moved, pass, passedMs } = started()
        pass(10_000)
        jump(byMs)
        pass(20_000)
        expect(passedMs()).to.equal(30_000)
        expect(clock.machineMs()).to.equal(startMs + 30_000 + byMs)
        expect(moved).to.deep.equal([{ seconds: byMs / 1_000, isFollowed: false }])
        jump(-byMs)
        pass(600_000)
        expect(passedMs()).to.equal(630_000)
        expect(moved).to.have.length(1)
      })

      it('follows after a minute', () => {
        const { aheadMs, jump, moved, pass, passedMs } = started()
        jump(byMs)
        pass(59_500)
        expect(passedMs()).to.equal(59_500)
        pass(2_000)
        expect(aheadMs()).to.equal(0)
        expect(moved.at(-1)).to.deep.equal({ seconds: byMs / 1_000, isFollowed: true })
      })

      it('follows at once where no one has asked for the time for a minute', () => {
        const { aheadMs, jump, sleep } = started()
        jump(byMs)
        sleep(60_000)
        expect(aheadMs()).to.equal(0)
      })

      it('stays with the others, as long as they are there', () => {
        const { aheadMs, clock, jump, pass, passedMs } = started()
        clock.trust(startMs)
        jump(byMs)
        for (let beats = 0; beats < 200; beats += 1) {
          pass(2_000)
          clock.trust(startMs + (beats + 1) * 2_000)
        }
        expect(passedMs()).to.equal(400_000)
        // They are gone: there is one clock left.
        pass(600_000)
        pass(62_000)
        expect(aheadMs()).to.equal(0)
      })

      it('starts with the time of the others', () => {
        const { clock, moved, pass, passedMs } = started()
        clock.trust(startMs - byMs)
        expect(passedMs()).to.equal(-byMs)
        expect(moved).to.deep.equal([{ seconds: -byMs / 1_000, isFollowed: true }])
        pass(120_000)
        expect(passedMs()).to.equal(120_000 - byMs)
      })
    })
  }

  it('waits a minute from the last of several jumps', () => {
    const { aheadMs, jump, pass, passedMs } = started()
    jump(hourMs)
    pass(40_000)
    jump(hourMs)
    pass(40_000)
    expect(passedMs()).to.equal(80_000)
    pass(30_000)
    expect(aheadMs()).to.equal(0)
  })

  it('follows what drifts slowly, and never goes back', () => {
    const { aheadMs, clock, jump, pass } = started()
    jump(-400)
    let beforeMs = clock.nowMs()
    for (let looks = 0; looks < 100; looks += 1) {
      pass(500)
      expect(clock.nowMs()).to.be.at.least(beforeMs)
      beforeMs = clock.nowMs()
    }
    expect(Math.abs(aheadMs())).to.be.at.most(1)
  })

  it('goes by its own machine where the others are less than five seconds off', () => {
    const { clock, pass, passedMs } = started()
    for (let beats = 1; beats < 100; beats += 1) {
      pass(2_000)
      clock.trust(startMs + beats * 2_000 + 4_000)
    }
    expect(passedMs()).to.equal(198_000)
  })
})
