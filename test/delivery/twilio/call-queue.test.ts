import { expect } from 'chai'
import { createCallQueue } from '../../../src/delivery/twilio/call-queue.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const { signal } = new AbortController()

/** Lets promises that are settled run. */
const settle = () => new Promise(setImmediate)

function queueOf(perSecond = 1) {
  const clock = createManualClock(0)
  const queue = createCallQueue({ clock, perSecond })
  const done: string[] = []
  const wait = (name: string, deadlineMs: number, own: AbortSignal = signal) =>
    void queue.wait(deadlineMs, own).then((result) => done.push(`${name} ${result}`))
  return { clock, wait, done }
}

describe('call queue', () => {
  it('starts the first at once and the others at the agreed rate, in order', async () => {
    const { clock, wait, done } = queueOf()
    for (const name of ['a', 'b', 'c']) wait(name, 60_000)
    await settle()
    expect(done).to.deep.equal(['a go'])
    clock.advance(999)
    await settle()
    expect(done).to.deep.equal(['a go'])
    clock.advance(1)
    await settle()
    expect(done).to.deep.equal(['a go', 'b go'])
    clock.advance(1000)
    await settle()
    expect(done).to.deep.equal(['a go', 'b go', 'c go'])
    expect(clock.waiting).to.equal(0)
  })

  it('refuses at once what could not start in time: 200 people at eight o’clock', async () => {
    const { wait, done } = queueOf()
    for (let person = 0; person < 200; person++) wait(`${person}`, 15_000)
    await settle()
    expect(done.filter((result) => result.endsWith('full'))).to.have.length(184)
    expect(done[0]).to.equal('0 go')
  })

  it('gives the turn of one that was cancelled to the next', async () => {
    const { clock, wait, done } = queueOf()
    const cancel = new AbortController()
    wait('a', 60_000)
    wait('b', 60_000, cancel.signal)
    wait('c', 60_000)
    cancel.abort()
    clock.advance(1000)
    await settle()
    expect(done).to.deep.equal(['a go', 'b aborted', 'c go'])
    wait('d', 60_000, cancel.signal)
    await settle()
    expect(done[3]).to.equal('d aborted')
  })

  it('forgets how long it took after a while in which no call waited', async () => {
    const { clock, wait, done } = queueOf()
    wait('a', 60_000)
    clock.advance(5000)
    wait('b', 60_000)
    await settle()
    expect(done).to.deep.equal(['a go', 'b go'])
  })

  describe('of an account that several processes share (O41)', () => {
    /** Processes whose next turn lies in one place. */
    function sharing(processes: number) {
      const clock = createManualClock(0)
      let nextMs = 0
      let isAway = false
      const turns = {
        async take(gapMs: number, withinMs: number) {
          if (isAway) throw new Error('the database is away')
          const turnMs = Math.max(nextMs, clock.nowMs())
          if (turnMs > clock.nowMs() + withinMs) return undefined
          nextMs = turnMs + gapMs
          return turnMs - clock.nowMs()
        },
      }
      const queues = Array.from({ length: processes }, () =>
        createCallQueue({ clock, perSecond: 1, turns }),
      )
      const done: string[] = []
      return {
        ...{ clock, done },
        goAway() {
          isAway = true
        },
        wait: (name: string, process: number, own: AbortSignal = signal, deadlineMs = 60_000) =>
          void queues[process]
            ?.wait(deadlineMs, own)
            .then((result) => done.push(`${name} ${result}`)),
      }
    }

    it('starts no more in a second than one process would', async () => {
      const { clock, done, wait } = sharing(2)
      for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) wait(name, index % 2)
      await settle()
      expect(done).to.deep.equal(['a go'])
      clock.advance(2_000)
      await settle()
      expect(done).to.deep.equal(['a go', 'b go', 'c go'])
    })

    it('refuses what could not start in time, and takes no turn for it', async () => {
      const { clock, done, wait } = sharing(1)
      for (let person = 0; person < 200; person++) wait(`${person}`, 0, signal, 15_000)
      await settle()
      expect(done.filter((result) => result.endsWith('full'))).to.have.length(184)
      clock.advance(16_000)
      wait('later', 0, signal, 17_000)
      await settle()
      expect(done.at(-1)).to.equal('later go')
    })

    it('lets go of one that is cancelled while it waits', async () => {
      const { clock, done, wait } = sharing(1)
      const cancel = new AbortController()
      wait('a', 0)
      wait('b', 0, cancel.signal)
      await settle()
      cancel.abort()
      await settle()
      expect(done).to.deep.equal(['a go', 'b aborted'])
      expect(clock.waiting).to.equal(0)
    })

    it('goes by its own count while no one can be asked', async () => {
      const { clock, done, goAway, wait } = sharing(1)
      goAway()
      wait('a', 0)
      wait('b', 0)
      await settle()
      expect(done).to.deep.equal(['a go'])
      clock.advance(1_000)
      await settle()
      expect(done).to.deep.equal(['a go', 'b go'])
    })
  })
})
