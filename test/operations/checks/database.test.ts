import { expect } from 'chai'
import { checkDatabase } from '../../../src/operations/index.ts'
import type { DatabaseFacts } from '../../../src/store/index.ts'

const facts: DatabaseFacts = {
  ...{ version: '15.7', tls: 'TLSv1.3', aheadMs: 12, standbys: 0 },
  ...{ isSynchronous: false, isSuperuser: false },
}

const rowsOf = (change: Partial<DatabaseFacts>, losesNothing = false) =>
  Object.fromEntries(
    checkDatabase({ ...facts, ...change }, losesNothing).map(({ what, state, detail, remedy }) => {
      expect(remedy === '').to.equal(state === 'ok')
      return [what, `${state}: ${detail}`]
    }),
  )

describe('check: the database of the store', () => {
  it('says nothing about a store in a file', () => {
    expect(checkDatabase(undefined, false)).to.deep.equal([])
  })

  it('says which server it is, and how it is reached', () => {
    expect(rowsOf({})).to.deep.equal({
      database: 'ok: PostgreSQL 15.7 by TLSv1.3',
      replication: 'ok: no standby',
      'clock of the database': 'ok: agrees with this machine',
    })
    expect(rowsOf({ tls: null }).database).to.equal('ok: PostgreSQL 15.7 by its Unix socket')
  })

  it('warns of a role that may do everything', () => {
    expect(rowsOf({ isSuperuser: true }).database).to.match(/^warning: .* as a superuser$/)
  })

  for (const [change, row] of [
    [{ standbys: 2 }, /^warning: asynchronous, 2 standbys: when one takes over, /],
    [{ standbys: 1, isSynchronous: true }, /^ok: synchronous, 1 standby; failover: loses_nothing/],
    [{ isSynchronous: true }, /^failed: synchronous, 0 standbys: no commit ends/],
  ] as const) {
    it(`says what replication is worth: ${JSON.stringify(change)}`, () => {
      expect(rowsOf(change).replication).to.match(row)
    })
  }

  it('compares it with what the configuration says', () => {
    expect(rowsOf({ standbys: 1, isSynchronous: true }, true).replication).to.equal(
      'ok: synchronous, 1 standby',
    )
    for (const standbys of [0, 1]) {
      expect(rowsOf({ standbys }, true).replication).to.match(
        /^failed: asynchronous, .*failover: loses_nothing/,
      )
    }
  })

  for (const [aheadMs, row] of [
    [5_000, /^ok/],
    [61_000, /^warning: 61 seconds ahead of this machine$/],
    [-61_000, /^warning: 61 seconds behind this machine$/],
  ] as const) {
    it(`compares the clocks: ${aheadMs} ms`, () => {
      expect(rowsOf({ aheadMs })['clock of the database']).to.match(row)
    })
  }
})
