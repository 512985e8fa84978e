import { expect } from 'chai'
import { sql } from 'kysely'
import {
  isElsewhere,
  mayRunAgain,
  sqlStateOf,
  toStoreError,
} from '../../../src/store/postgresql/failures.ts'
import { formatPlace } from '../../../src/store/postgresql/place.ts'
import { createPostgresqlQueries } from '../../../src/store/postgresql/queries.ts'
import { createSpends } from '../../../src/store/postgresql/spends.ts'
import { toValue, valueTypes } from '../../../src/store/postgresql/values.ts'
import { Secret } from '../../../src/support/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const queries = createPostgresqlQueries()
const failure = (code: string | undefined, message = 'no') =>
  Object.assign(
    new Error(message),
    code === undefined ? {} : { code },
    code !== undefined && /\d/.test(code) ? { severity: 'ERROR' } : {},
  )

describe('PostgreSQL: values and texts', () => {
  it('takes numbers of every size as numbers, and bytes as bytes', () => {
    const read = (type: number, text: string) => valueTypes.getTypeParser(type)(text)
    expect(read(20, '1750000000000')).to.equal(1_750_000_000_000)
    expect(read(1700, '12')).to.equal(12)
    expect(read(17, '\\x00ff10')).to.deep.equal(new Uint8Array([0, 255, 16]))
    expect(read(25, '12')).to.equal('12')
    expect(read(16, 't')).to.equal(true)
  })

  it('gives no text with a NUL, and of a larger buffer only its part', () => {
    expect(toValue('a\0b')).to.equal('a\ufffdb')
    const part = new Uint8Array([1, 2, 3, 4]).subarray(1, 3)
    expect(toValue(part)).to.deep.equal(Buffer.from([2, 3]))
    expect(toValue(null)).to.equal(null)
  })

  it('compares the texts of its columns byte by byte', () => {
    const made = queries.schema.createTable('t').addColumn('name', 'text').compile()
    expect(made.sql).to.equal('create table "t" ("name" text collate "C")')
    const added = queries.schema.alterTable('t').addColumn('name', 'text').compile()
    expect(added.sql).to.equal('alter table "t" add column "name" text collate "C"')
  })

  it('names a database without its password', () => {
    const place = {
      hosts: [
        { host: 'db1', port: 5432 },
        { host: '::1', port: 5433 },
      ],
      ...{ database: 'holdfast', user: 'holdfast', password: new Secret('hidden') },
    }
    expect(formatPlace(place)).to.equal('postgresql holdfast at db1:5432, [::1]:5433')
  })
})

describe('PostgreSQL: failures', () => {
  for (const [code, message, meaning] of [
    ['57P01', 'terminating', 'database-away'],
    ['25006', 'read-only', 'database-away'],
    ['28P01', 'password', 'database-refuses'],
    ['3D000', 'no database', 'database-refuses'],
    ['42501', 'permission', 'database-refuses'],
    ['53100', 'disk full', 'store-full'],
    ['57014', 'statement timeout', 'store-too-slow'],
    ['55P03', 'lock timeout', 'store-too-slow'],
    ['XX001', 'corrupted', 'store-damaged'],
    ['23505', 'duplicate', 'database-failed'],
    ['ECONNREFUSED', 'connect', 'database-away'],
    ['EPIPE', 'write EPIPE', 'database-away'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify', 'database-refuses'],
    [undefined, 'Connection terminated unexpectedly', 'database-away'],
    [undefined, 'The server does not support SSL connections', 'database-refuses'],
  ] as const) {
    it(`tells ${code ?? message} as ${meaning}`, () => {
      expect(toStoreError(failure(code, message)).code).to.equal(meaning)
    })
  }

  it('takes no code of the system for one of the server', () => {
    expect(sqlStateOf(failure('EPIPE'))).to.equal(undefined)
    expect(sqlStateOf(failure('57014'))).to.equal('57014')
  })

  it('knows what may run again, and what another host may take', () => {
    expect(['40P01', '40001', '23505'].map((code) => mayRunAgain(failure(code)))).to.deep.equal([
      ...[true, true, false],
    ])
    expect(['25006', '57P03', '08006', '57014'].map((c) => isElsewhere(failure(c)))).to.deep.equal([
      ...[true, true, true, false],
    ])
  })
})

describe('PostgreSQL: what was spent lately', () => {
  const query = (text: string) => sql`${sql.lit(text)}`.compile(queries)

  it('is kept in its order for a quarter of an hour', () => {
    const clock = createManualClock()
    const spends = createSpends(clock)
    const [first, second] = [query('a'), query('b')]
    spends.note(first)
    clock.advance(600_000)
    spends.note(second)
    expect(spends.list()).to.deep.equal([first, second])
    clock.advance(300_001)
    expect(spends.list()).to.deep.equal([second])
    clock.advance(600_000)
    expect(spends.list()).to.deep.equal([])
  })
})
