import { expect } from 'chai'
import { Stop, type StopCode } from '../../../src/signin/index.ts'

function createWaiting() {
  const heard: StopCode[] = []
  return { heard, stopped: (code: StopCode) => void heard.push(code) }
}

describe('stop', () => {
  it('aborts the signal of work that is under way, with the reason', () => {
    const stop = new Stop()
    const { signal } = stop
    expect(stop.signal, 'the same each time').to.equal(signal)
    expect(signal.aborted).to.equal(false)
    stop.now('abandoned')
    expect(signal.reason).to.include({ code: 'abandoned' })
    expect(stop.code).to.equal('abandoned')
  })

  it('gives work that begins later a signal that is aborted already', () => {
    const stop = new Stop()
    stop.now('overdue')
    expect(stop.signal.reason).to.include({ code: 'overdue' })
  })

  it('tells who waits in place of the signal, once, and only for the first reason', () => {
    const stop = new Stop()
    const { signal } = stop
    const waiting = createWaiting()
    stop.tell(waiting)
    stop.now('stopping')
    stop.now('overdue')
    expect(waiting.heard).to.deep.equal(['stopping'])
    expect(stop.code).to.equal('stopping')
    expect(signal.aborted, 'which the work was done with').to.equal(false)
    expect(stop.signal.reason).to.include({ code: 'stopping' })
  })

  it('tells no one who no longer waits', () => {
    const stop = new Stop()
    const waiting = createWaiting()
    stop.tell(waiting)
    stop.tell(undefined)
    stop.now('stopping')
    expect(waiting.heard).to.deep.equal([])
  })
})
