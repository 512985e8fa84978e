import { expect } from 'chai'
import { type Begins, currentOf, nextOf } from '../../../src/store/hour-keys/choose.ts'

const minuteMs = 60_000
const key = (number: number, minutes: number): Begins => ({ number, beginsMs: minutes * minuteMs })
const at = (minutes: number) => minutes * minuteMs

describe('the key of the hour', () => {
  it('is made at once where there is none', () => {
    expect(nextOf([], at(7))).to.deep.equal(key(1, 7))
    expect(currentOf([], at(7))).to.equal(undefined)
  })

  it('follows an hour after the one before, and is there five minutes earlier', () => {
    const keys = [key(1, 0)]
    expect(nextOf(keys, at(54))).to.equal(undefined)
    expect(nextOf(keys, at(55))).to.deep.equal(key(2, 60))
    const both = [key(2, 60), key(1, 0)]
    expect(nextOf(both, at(56))).to.equal(undefined)
    expect(currentOf(both, at(59))).to.deep.equal(key(1, 0))
    expect(currentOf(both, at(60))).to.deep.equal(key(2, 60))
  })

  it('never counts before all had time to read it, however late it is made', () => {
    for (const minutes of [58, 60, 75, 10_000]) {
      expect(nextOf([key(1, 0)], at(minutes))).to.deep.equal(key(2, minutes + 5))
      expect(currentOf([key(2, minutes + 5), key(1, 0)], at(minutes))).to.deep.equal(key(1, 0))
    }
  })

  it('is another one soon where the clock of the database was set back', () => {
    const keys = [key(8, 480), key(7, 420)]
    expect(currentOf(keys, at(430)), 'by half an hour').to.deep.equal(key(7, 420))
    expect(currentOf(keys, at(100)), 'by more').to.deep.equal(key(7, 420))
    expect(nextOf(keys, at(100))).to.deep.equal(key(9, 105))
    const after = [key(9, 105), ...keys]
    expect(nextOf(after, at(101))).to.equal(undefined)
    expect(currentOf(after, at(105))).to.deep.equal(key(9, 105))
  })
})
