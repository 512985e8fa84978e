import { expect } from 'chai'
import { play } from './parts/play.ts'
import { loadRecordings, type Recordings } from './parts/recordings.ts'
import { scripts } from './scripts.ts'

const leastRequests = 500

/**
 * What gateways get, what the audit says and what is spent stays the same, whatever is moved or renamed. Where a change
 * is wanted: `node_modules/.bin/node test/recorded/record.ts`, and look at the difference.
 */
describe('what was recorded', () => {
  for (const [name, script] of Object.entries(scripts)) {
    describe(script.about, () => {
      const recorded = loadRecordings(name)
      let played: Recordings = {}
      before(async function () {
        this.timeout(60_000)
        played = await play(script)
      })
      for (const [id, { about }] of Object.entries(script.scenarios)) {
        it(about, () => {
          const [now, then] = [played[id], recorded[id]]
          expect(now?.story).to.deep.equal(then?.story)
          expect(now?.audit).to.deep.equal(then?.audit)
          expect(now?.spends).to.deep.equal(then?.spends)
        })
      }

      it('holds nothing that is not played any more', () => {
        expect(Object.keys(recorded)).to.deep.equal(Object.keys(script.scenarios))
      })
    })
  }

  it(`is ${leastRequests} requests and more`, () => {
    const all = Object.keys(scripts).flatMap((name) => Object.values(loadRecordings(name)))
    const requests = all.reduce((sum, each) => sum + each.requests - each.rounds, 0)
    expect(requests).to.be.at.least(leastRequests)
  })
})
