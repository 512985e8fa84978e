import { expect } from 'chai'
import { inAll, type Measured } from '../load/measured.ts'
import { runRounds } from '../load/rounds.ts'
import { median, ratioOf, spreadOf } from './spread.ts'
import { inTurns } from './turns.ts'
import { isStable, warmUp } from './warm-up.ts'

describe('the statistics of the benchmark', () => {
  describe('spread', () => {
    it('gives the median, the lowest and the highest round', () => {
      expect(spreadOf([3, 1, 2])).to.deep.equal({ median: 2, least: 1, most: 3, rounds: 3 })
    })

    it('takes the mean of the two in the middle of an even number', () => {
      expect(median([10, 1, 2, 4])).to.equal(3)
    })

    it('sorts numbers as numbers', () => {
      expect(median([9, 10, 100])).to.equal(10)
    })

    it('refuses no rounds, and rounds without a number', () => {
      expect(() => spreadOf([])).to.throw('no rounds')
      expect(() => spreadOf([1, Number.NaN])).to.throw('not all numbers')
    })
  })

  describe('ratio', () => {
    it('compares round with round, not median with median', () => {
      // The machine is ten times slower in the second round, for both.
      expect(ratioOf([2, 20, 3], [1, 10, 1])).to.deep.equal({
        median: 2,
        least: 2,
        most: 3,
        rounds: 3,
      })
    })

    it('refuses sides with different numbers of rounds, and a side of zero', () => {
      expect(() => ratioOf([1, 2], [1])).to.throw('as many rounds')
      expect(() => ratioOf([1], [0])).to.throw('not all numbers')
    })
  })

  describe('warm-up', () => {
    const fake = (rates: readonly number[]) => {
      const left = [...rates]
      return async () => left.shift() ?? 0
    }

    it('is over when the last three windows lie within 3 %', () => {
      expect(isStable([100, 103])).to.equal(false)
      expect(isStable([100, 103, 101])).to.equal(true)
      expect(isStable([100, 104, 101])).to.equal(false)
      expect(isStable([50, 100, 103, 101])).to.equal(true)
      expect(isStable([100, 103, 101, 50])).to.equal(false)
      expect(isStable([0, 0, 0])).to.equal(false)
    })

    it('runs as many windows as the rate needs', async () => {
      const run = fake([50, 80, 100, 101, 102, 999])
      expect(await warmUp(['one'], run)).to.deep.equal({ one: { windows: 5, isStable: true } })
    })

    it('ends at the bound, and says that the rate was not stable', async () => {
      let rate = 1
      const run = async () => {
        rate *= 2
        return rate
      }
      expect(await warmUp(['one'], run, 7)).to.deep.equal({ one: { windows: 7, isStable: false } })
    })

    it('lets no side rest while another warms up', async () => {
      const rates = { quick: fake([1, 1, 1, 1, 1, 1]), slow: fake([1, 2, 3, 4, 4, 4]) }
      const order: string[] = []
      const done = await warmUp(['quick', 'slow'], (name) => {
        order.push(name)
        return rates[name]()
      })
      expect(done.quick.windows).to.equal(6)
      expect(done.slow).to.deep.equal({ windows: 6, isStable: true })
      expect(order.slice(0, 4)).to.deep.equal(['quick', 'slow', 'slow', 'quick'])
    })
  })

  describe('turns', () => {
    it('reverses the order every second time, and keeps the results in order', async () => {
      const order: string[] = []
      const results = await inTurns(['a', 'b', 'c'], 3, async (name, turn) => {
        order.push(name)
        return `${name}${turn}`
      })
      expect(order.join('')).to.equal('abccbaabc')
      expect(results).to.deep.equal({
        a: ['a0', 'a1', 'a2'],
        b: ['b0', 'b1', 'b2'],
        c: ['c0', 'c1', 'c2'],
      })
    })

    it('runs one at a time', async () => {
      let running = 0
      await inTurns(['a', 'b'], 4, async () => {
        running += 1
        expect(running).to.equal(1)
        await new Promise(setImmediate)
        running -= 1
      })
    })
  })

  describe('rounds', () => {
    const slice = (perSecond: number, cpuMicros = 10, requests = 100): Measured => ({
      requests,
      lost: 0,
      seconds: requests / perSecond,
      perSecond,
      cpuMicros,
      p50Ms: 1,
      p99Ms: 2,
    })

    it('starts every side again in each round, and stops it', async () => {
      const log: string[] = []
      const done = await runRounds({
        names: ['ours', 'peer'],
        rounds: 2,
        slices: 2,
        say: () => {},
        start: async (name) => {
          log.push(`start ${name}`)
          return {
            warm: async () => slice(100),
            slice: async (index) => slice(name === 'ours' ? 100 : 50, index),
            stop: async () => void log.push(`stop ${name}`),
          }
        },
      })
      expect(log.filter((line) => line.startsWith('start'))).to.deep.equal([
        'start ours',
        'start peer',
        'start peer',
        'start ours',
      ])
      expect(log.filter((line) => line.startsWith('stop'))).to.have.length(4)
      expect(done.ours).to.have.length(2)
      expect(done.peer[1]).to.deep.include({ perSecond: 50, requests: 200, cpuMicros: 0.5 })
      expect(done.ours[0]?.warmUp).to.deep.equal({ windows: 3, isStable: true })
    })

    it('stops what it has started when a side fails', async () => {
      const stopped: string[] = []
      const run = runRounds({
        names: ['ours', 'peer'],
        rounds: 1,
        slices: 1,
        say: () => {},
        start: async (name) => ({
          warm: async () => {
            if (name === 'peer') throw new Error('peer: not all requests were accepted')
            return slice(100)
          },
          slice: async () => slice(100),
          stop: async () => void stopped.push(name),
        }),
      })
      const error: unknown = await run.catch((reason: unknown) => reason)
      expect(error).to.have.property('message', 'peer: not all requests were accepted')
      expect(stopped).to.have.members(['ours', 'peer'])
    })

    it('weighs slices by their requests and their time', () => {
      const all = inAll([slice(100, 10, 100), slice(50, 40, 50)])
      expect(all).to.deep.include({ requests: 150, seconds: 2, perSecond: 75, cpuMicros: 20 })
    })
  })
})
