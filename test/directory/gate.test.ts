import { expect } from 'chai'
import { createGate, unlessAborted } from '../../src/directory/gate.ts'
import { createManualClock } from '../support/manual-clock.ts'

const never = new AbortController().signal

/** The code of the error a promise rejects with, or what it gave. */
function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'in',
    (error: unknown) => (error as { code?: string }).code,
  )
}

describe('gate', () => {
  it('lets in as many as there are places, then one for each that leaves, in order', async () => {
    const gate = createGate({ places: 2, queue: 5, waitMs: 100 }, createManualClock())
    const order: number[] = []
    const enter = async (i: number) => {
      const leave = await gate.enter(never)
      order.push(i)
      return leave
    }
    const leaves = [await enter(0), await enter(1)]
    const third = enter(2)
    const fourth = enter(3)
    leaves[1]?.()
    leaves[1]?.()
    await third
    expect(order).to.deep.equal([0, 1, 2])
    leaves[0]?.()
    await fourth
    expect(order).to.deep.equal([0, 1, 2, 3])
  })

  it('lets in the one that `pick` says, where order would tell something', async () => {
    const pick = (count: number) => count - 1
    const gate = createGate({ places: 1, queue: 5, waitMs: 100, pick }, createManualClock())
    const order: number[] = []
    const enter = async (i: number) => {
      const leave = await gate.enter(never)
      order.push(i)
      leave()
    }
    const leave = await gate.enter(never)
    const waiting = [enter(1), enter(2), enter(3)]
    leave()
    await Promise.all(waiting)
    expect(order).to.deep.equal([3, 2, 1])
    expect(await outcome(gate.enter(never))).to.equal('in')
  })

  it('tells those beyond the queue at once, and those who waited too long', async () => {
    const clock = createManualClock()
    const gate = createGate({ places: 1, queue: 1, waitMs: 100 }, clock)
    const leave = await gate.enter(never)
    const waiting = outcome(gate.enter(never))
    expect(await outcome(gate.enter(never))).to.equal('busy')
    clock.advance(100)
    expect(await waiting).to.equal('busy')
    leave()
    expect(await outcome(gate.enter(never))).to.equal('in')
    expect(clock.waiting).to.equal(0)
  })

  it('forgets who gave up, before or while they waited', async () => {
    const clock = createManualClock()
    const gate = createGate({ places: 1, queue: 1, waitMs: 100 }, clock)
    const leave = await gate.enter(never)
    const gone = new AbortController()
    const waiting = outcome(gate.enter(gone.signal))
    gone.abort()
    expect(await waiting).to.equal('aborted')
    expect(await outcome(gate.enter(gone.signal))).to.equal('aborted')
    const next = outcome(gate.enter(never))
    leave()
    expect(await next).to.equal('in')
    expect(clock.waiting).to.equal(0)
  })

  it('gives an error to all who wait, and keeps its places', async () => {
    const gate = createGate({ places: 1, queue: 5, waitMs: 100 }, createManualClock())
    const leave = await gate.enter(never)
    const waiting = [gate.enter(never), gate.enter(never)].map(outcome)
    gate.rejectWaiting(Object.assign(new Error('down'), { code: 'down' }))
    expect(await Promise.all(waiting)).to.deep.equal(['down', 'down'])
    leave()
    expect(await outcome(gate.enter(never))).to.equal('in')
  })

  it('stops waiting for work when the signal aborts, without leaving a rejection behind', async () => {
    const gone = new AbortController()
    const work = Promise.withResolvers<string>()
    const waiting = outcome(unlessAborted(work.promise, gone.signal))
    gone.abort()
    expect(await waiting).to.equal('aborted')
    work.reject(new Error('later'))
    expect(await unlessAborted(Promise.resolve('done'), never)).to.equal('done')
  })
})
