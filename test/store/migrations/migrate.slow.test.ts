import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { sql } from 'kysely'
import type { Connection } from '../../../src/store/connection.ts'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { type Migration, sqliteTypes } from '../../../src/store/migrations/migration.ts'
import { migrations } from '../../../src/store/migrations/migrations.ts'
import { createSqliteQueries } from '../../../src/store/queries.ts'
import { connectSqlite } from '../../../src/store/sqlite/connection.ts'
import { systemClock } from '../../../src/support/index.ts'
import { createFolder, masterKey, rejectionOf } from '../stores.ts'

const queries = createSqliteQueries()
const step = (...texts: string[]): Migration => {
  return () => texts.map((text) => ({ compile: () => sql.raw(text).compile(queries) }))
}

describe('migrations (sqlite)', () => {
  const folder = createFolder()
  let connection: Connection
  let copies: number[]
  let count = 0

  beforeEach(() => {
    count += 1
    copies = []
    connection = connectSqlite({ file: join(folder.path, `${count}.db`), clock: systemClock })
  })
  afterEach(() => connection.close())
  after(() => folder.remove())

  const run = (steps: readonly Migration[]) =>
    migrate({
      connection,
      queries,
      types: sqliteTypes,
      steps,
      keepCopy: async (version) => {
        copies.push(version)
      },
    })
  const read = async (text: string) => connection.run(sql.raw(text).compile(queries))

  const one = step('create table one (a text)', `insert into one values ('kept')`)
  const two = step('alter table one add column b text')
  const three = step('create table three (a text)')

  it('go forward only what is missing, and keep a copy before each that changes something', async () => {
    await run([one])
    expect(copies).to.deep.equal([])
    await run([one, two, three])
    expect(copies).to.deep.equal([1, 2])
    await run([one, two, three])
    expect(copies).to.deep.equal([1, 2])
    expect(await read('select a, b from one')).to.deep.equal([{ a: 'kept', b: null }])
    expect(await read('select version from schema_version')).to.deep.equal([{ version: 3 }])
  })

  it('keep no copy of a database that is new', async () => {
    await run([one, two, three])
    expect(copies).to.deep.equal([])
  })

  it('happen whole or not at all', async () => {
    await run([one])
    const broken = step('create table half (a text)', 'create table one (a text)')
    expect(await rejectionOf(run([one, broken]))).to.include({ code: 'store-migration-failed' })
    expect(await read(`select name from sqlite_master where name = 'half'`)).to.deep.equal([])
    expect(await read('select version from schema_version')).to.deep.equal([{ version: 1 }])
    await run([one, two])
    expect(await read('select version from schema_version')).to.deep.equal([{ version: 2 }])
  })

  it('change nothing when no copy could be kept', async () => {
    await run([one])
    const noCopy = migrate({
      connection,
      queries,
      types: sqliteTypes,
      steps: [one, two],
      keepCopy: () => Promise.reject(new Error('no room')),
    })
    expect(await rejectionOf(noCopy)).to.include({ message: 'no room' })
    expect(await read('select version from schema_version')).to.deep.equal([{ version: 1 }])
  })

  it('refuse tables of a newer version and leave them alone', async () => {
    await run([one, two])
    expect(await rejectionOf(run([one]))).to.include({ code: 'store-newer' })
    expect(await read('select version from schema_version')).to.deep.equal([{ version: 2 }])
  })

  it('take an earlier store: what was spent there stays spent, and no packet is known (RULES 36)', async () => {
    const file = join(folder.path, 'before-36.db')
    const evidence = { requestAuthenticator: new Uint8Array(16).fill(1) }
    const [hash, unused] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    const old = connectSqlite({ file, clock: systemClock })
    const steps = migrations.slice(0, 4)
    await migrate({ connection: old, queries, types: sqliteTypes, steps, keepCopy: async () => {} })
    const add = (text: string, ...values: unknown[]) =>
      old.run({ ...sql.raw(text).compile(queries), parameters: values })
    await add(`insert into authenticator (id, user_key, method, label, created_at_ms)
      values ('it', 'corp:alice', 'recovery', '', 0)`)
    const by = evidence.requestAuthenticator
    for (const [code, spentBy] of [
      [hash, by],
      [unused, null],
    ]) {
      const text = `insert into recovery_code values ('it', 'corp:alice', ?, ?)`
      await add(text, code, spentBy)
    }
    await add(`insert into spent values ('sent:a', ?, ?)`, by, Date.now() + 86_400_000)
    await old.close()

    const store = await openStore({
      file,
      keyring: createKeyring({ current: masterKey }),
      node: 'node-1',
    })
    expect(await store.authenticators.spendRecovery('it', hash, evidence)).to.equal('reused')
    expect(await store.authenticators.spendRecovery('it', unused, evidence)).to.equal('spent')
    expect(await store.spent.spend('sent:a', evidence, Date.now() + 1_000)).to.equal('reused')
    await store.close()
  })

  it('are what a real store checks: a newer one is refused', async () => {
    const file = join(folder.path, 'newer.db')
    const open = () =>
      openStore({ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' })
    await (await open()).close()
    const database = new DatabaseSync(file)
    database.exec(`update schema_version set version = ${migrations.length + 1}`)
    database.close()
    expect(await rejectionOf(open())).to.include({ code: 'store-newer' })
  })
})
