import { expect } from 'chai'
import { isWorthCollecting } from '../../../src/ops/process/release-memory.ts'

const mebibyte = 1024 * 1024

describe('giving memory back', () => {
  for (const [utilization, heapMb, keptMb, worth] of [
    [0.01, 250, 40, true],
    [0.04, 73, 40, true],
    [0.01, 70, 40, false],
    [0.05, 250, 40, false],
    [0.9, 900, 40, false],
    [0.01, 400, 400, false],
  ] as const) {
    it(`${worth ? 'is' : 'is not'} worth a pause at ${utilization * 100} % with ${heapMb} MB, ${keptMb} MB of them kept`, () => {
      const now = { utilization, heapBytes: heapMb * mebibyte, keptBytes: keptMb * mebibyte }
      expect(isWorthCollecting(now)).to.equal(worth)
    })
  }
})
