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

  it('forgets how long it took once nobody waited for a while', async () => {
    const { clock, wait, done } = queueOf()
    wait('a', 60_000)
    clock.advance(5000)
    wait('b', 60_000)
    await settle()
    expect(done).to.deep.equal(['a go', 'b go'])
  })
})
