import { expect } from 'chai'
import { parseDatabaseHost } from '../../src/config/schema/store/place.ts'
import { load, problemsOf, valid } from './load-text.ts'

const withStore = (store: string) => valid.replace('gateways:', `store: ${store}\ngateways:`)

describe('the store in the configuration', () => {
  it('is a database with its servers, password and authorities', () => {
    const text = withStore(
      '{ postgresql: { hosts: [db1.example.com, "[2001:db8::1]:5433"], password: file:db, tls: { ca_file: ca.pem } } }',
    )
    const { store } = load(text, { files: { '/etc/holdfast/db': 'a database password\n' } })
    if (store === 'temporary' || !('postgresql' in store)) throw new Error('no database')
    const { password, ...rest } = store.postgresql
    expect(rest).to.deep.equal({
      hosts: [
        { host: 'db1.example.com', port: 5432 },
        { host: '2001:db8::1', port: 5433 },
      ],
      ...{ database: 'holdfast', user: 'holdfast', failover: 'may_lose' },
      ...{ tls: { caFile: '/etc/holdfast/ca.pem' } },
    })
    expect(password?.reveal()).to.equal('a database password')
    expect(JSON.stringify(store)).to.not.contain('a database password')
  })

  for (const [text, parsed] of [
    ['db1', { host: 'db1', port: 5432 }],
    ['192.0.2.1:6000', { host: '192.0.2.1', port: 6000 }],
    ['[::1]', { host: '::1', port: 5432 }],
    ['/var/run/postgresql', { host: '/var/run/postgresql', port: 5432 }],
    ['/var/run/postgresql:5433', { host: '/var/run/postgresql', port: 5433 }],
    ['', undefined],
    ['2001:db8::1', undefined],
    ['db1:0', undefined],
    ['db1:70000', undefined],
    ['postgres://db1', undefined],
    ['two words', undefined],
  ] as const) {
    it(`reads the server ${JSON.stringify(text)}`, () => {
      expect(parseDatabaseHost(text)).to.deep.equal(parsed)
    })
  }

  for (const [store, problem] of [
    ['{ sqlite: a.db, postgresql: { hosts: db1 } }', 'must have either sqlite or postgresql'],
    ['{}', 'must have either sqlite or postgresql'],
    ['{ postgresql: {} }', 'store.postgresql.hosts: is missing'],
    ['{ postgresql: { hosts: "db1:x" } }', 'must be a host such as db1.example.com'],
    ['{ postgresql: { hosts: db1, pasword: x } }', 'did you mean password?'],
    ['{ postgresql: { hosts: db1, password: secret } }', 'store.postgresql.password'],
    ['database', 'must be { sqlite: PATH } or { postgresql'],
  ] as const) {
    it(`says what is wrong with ${store}`, () => {
      expect(problemsOf(withStore(store)).join('\n')).to.contain(problem)
    })
  }
})
