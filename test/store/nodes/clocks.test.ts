import { expect } from 'chai'
import { createClocks, middleOf, type SeenClocks } from '../../../src/store/nodes/clocks.ts'

const startMs = 1_750_000_000_000
const hourMs = 3_600_000

describe('which clock of a database and its nodes is right (O10)', () => {
  /** Looks at them each two seconds. Each is given as how far it is ahead of the true time. */
  function watching() {
    let elapsedMs = 0
    const clocks = createClocks(() => elapsedMs)
    return {
      clocks,
      trueMs: () => startMs + elapsedMs,
      /** Gives how far off the time by most of them is. */
      look(ahead: { database?: number; own?: number; others?: readonly number[] }, tookMs = 10) {
        elapsedMs += 2_000
        const { database = 0, own = 0, others = [] } = ahead
        const trueMs = startMs + elapsedMs
        const seen: SeenClocks = {
          databaseMs: trueMs + database,
          ownAheadMs: own - database,
          others: others.map((other) => ({
            state: 'serving',
            beat_at_ms: trueMs + other - 1_000,
            database_at_ms: trueMs + database - 1_000,
          })),
        }
        const mostMs = clocks.see(seen, elapsedMs - tookMs)
        return mostMs === undefined ? undefined : mostMs - trueMs
      },
      /** How far off rows are. */
      offMs: () => (clocks.time()?.nowMs() ?? Number.NaN) - (startMs + elapsedMs),
      pass: (ms: number) => {
        elapsedMs += ms
      },
    }
  }

  it('is the middle one', () => {
    expect(middleOf([3, 1, 2], 0)).to.equal(2)
    expect(middleOf([1, 2, 3, 4], 9)).to.equal(3)
    expect(middleOf([1, 2, 3, 4], 0)).to.equal(2)
    expect(middleOf([7], 0)).to.equal(7)
  })

  for (const offMs of [-90_000, hourMs, -hourMs]) {
    it(`and neither a node nor the database that is ${offMs / 1_000} s off`, () => {
      const { look, offMs: rowsOffMs } = watching()
      for (let beats = 0; beats < 3; beats += 1) {
        expect(look({ own: offMs, others: [0] }), 'own').to.equal(0)
        expect(look({ others: [offMs] }), 'another').to.equal(0)
        expect(look({ database: offMs, others: [0] }), 'the database').to.equal(0)
        expect(rowsOffMs()).to.equal(0)
      }
    })

    it(`nor, of two, the one that jumps by ${offMs / 1_000} s`, () => {
      const { look, offMs: rowsOffMs } = watching()
      for (const ahead of [{}, { database: offMs }, {}, { own: offMs }, {}]) {
        expect(look(ahead), 'none says so for sure').to.equal(undefined)
        expect(rowsOffMs()).to.equal(0)
      }
    })
  }

  it('is believed after a minute where all jump together, as on one machine', () => {
    const { look, offMs } = watching()
    look({ others: [0] })
    const moved = { database: hourMs, own: hourMs, others: [hourMs] }
    for (let beats = 0; beats < 30; beats += 1) {
      look(moved)
      expect(offMs(), `beat ${beats}`).to.equal(0)
    }
    look(moved)
    expect(offMs()).to.equal(hourMs)
  })

  it('is what it was where all jump back in time', () => {
    const { look, offMs } = watching()
    look({ others: [0] })
    for (let beats = 0; beats < 10; beats += 1) look({ database: hourMs, own: hourMs })
    for (let beats = 0; beats < 50; beats += 1) {
      look({ others: [0] })
      expect(offMs()).to.equal(0)
    }
  })

  it('is no other one than that of this machine or of the database, whatever rows of nodes say (O8)', () => {
    const { look, offMs } = watching()
    for (let beats = 0; beats < 40; beats += 1) {
      expect(look({ others: [-hourMs, -hourMs, -hourMs, -hourMs] })).to.equal(undefined)
      expect(offMs()).to.equal(0)
    }
  })

  it('is told by beats that are fresh alone', () => {
    const { clocks, trueMs } = watching()
    // The database's clock was set an hour ahead: the last beats are of before.
    const stale = { state: 'serving', beat_at_ms: trueMs(), database_at_ms: trueMs() } as const
    const databaseMs = trueMs() + hourMs
    const seen = { databaseMs, ownAheadMs: -hourMs, others: [stale, stale] }
    expect(clocks.see(seen, 0)).to.equal(undefined)
  })

  it('is told by processes that serve', () => {
    const { clocks, trueMs } = watching()
    const dead = { state: 'dead', beat_at_ms: trueMs(), database_at_ms: trueMs() } as const
    const seen = { databaseMs: trueMs(), ownAheadMs: 0, others: [dead] }
    expect(clocks.see(seen, 0)).to.equal(undefined)
  })

  it('is not told by a beat that took long', () => {
    const { look, clocks } = watching()
    expect(look({ others: [0] }, 2_100)).to.equal(undefined)
    expect(clocks.time()).to.equal(undefined)
  })

  it('is the database as it is, where it is less than five seconds off', () => {
    const { look, clocks, offMs } = watching()
    look({ database: 4_000, others: [0] })
    expect(clocks.time()?.addedMs).to.equal(0)
    expect(offMs()).to.equal(4_000)
  })

  it('goes on between two looks', () => {
    const { look, offMs, pass } = watching()
    look({ others: [0] })
    pass(60_000)
    expect(offMs()).to.equal(0)
  })
})
