import { expect } from 'chai'
import fc from 'fast-check'
import { playSchedule, type Tally } from './model/play.ts'
import { openPool, type Pool, startModelServer } from './model/pool.ts'
import { type Schedule, schedules } from './model/schedule.ts'
import { needPostgresql } from './server.ts'

/** As many as a test of every day can wait for: `npm run soak -- nodes` plays 10,000. */
const numRuns = 50

describe('two to four nodes, whatever happens in whatever order', function () {
  this.timeout(300_000)
  let pool: Pool

  before(async function () {
    needPostgresql(this)
    pool = await openPool(await startModelServer())
  })
  after(() => pool?.close())

  it('ring once, take a code and a yes once, and tell all who wait', async () => {
    const tallies: Tally[] = []
    const property = fc.asyncProperty(schedules, async (schedule) => {
      tallies.push(await playSchedule(pool, schedule))
    })
    const details = await fc.check(property, { numRuns, endOnFailure: true })
    expect(fc.defaultReportMessage(details) ?? '').to.equal('')
    // A schedule that reaches nothing shows nothing.
    for (const what of ['rings', 'presses', 'heard', 'accepted', 'deaths', 'renewed'] as const) {
      expect(
        tallies.some((tally) => tally[what] > 0),
        what,
      ).to.equal(true)
    }
  })

  it('tell a no to an equal request at another node, whichever node is faster', async () => {
    const all = { turns: 'all' } as const
    const few = { turns: 5 } as const
    const steps: Schedule['steps'] = [
      { kind: 'code', device: 1, node: 1, ...few },
      { kind: 'ring', device: 0, node: 0, ...few },
      { kind: 'code', device: 0, node: 1, ...few },
      { kind: 'again', which: 1, node: 1, ...all },
      { kind: 'start', node: 0, ...few },
      { kind: 'press', says: 'refused', node: 1, ...few },
      { kind: 'wait', seconds: 3, node: 0, ...all },
    ]
    for (const losesHints of [false, true]) {
      for (let order = 0; order < 10; order += 1) {
        const shiftsMs = [0, 0, 0, 0]
        const { heard } = await playSchedule(pool, { order, shiftsMs, losesHints, steps })
        expect(heard).to.equal(2)
      }
    }
  })
})
