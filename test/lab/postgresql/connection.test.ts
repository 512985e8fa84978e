import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { Client } from 'pg'
import { isStoreAt, type Store, StoreError } from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { Secret, systemClock } from '../../../src/support/index.ts'
import { createFolder, freshUser, newTotp, rejectionOf, signInRecord } from '../../store/stores.ts'
import { makeCertificates } from '../certificates.ts'
import { startTcpProxy } from '../tcp-proxy.ts'
import { labDatabasePassword, needPostgresql, type Postgresql, startPostgresql } from './server.ts'
import { openDatabase } from './stores.ts'

const run = promisify(execFile)
const packet = () => ({ requestAuthenticator: new Uint8Array(randomBytes(16)) })
const farMs = Date.now() + 86_400_000

/** The code that it is rejected with; '' where it is not. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return ''
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return error.code
  }
}

describe('the connection to PostgreSQL', function () {
  this.timeout(300_000)
  let server: Postgresql
  let place: PostgresqlPlace
  const open: Store[] = []

  before(async function () {
    needPostgresql(this)
    server = await startPostgresql({ listen_addresses: '127.0.0.1,127.0.0.2' })
  })
  after(() => server?.stop())
  beforeEach(async () => {
    place = await server.createDatabase()
  })
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close()
  })

  async function opened(...args: Parameters<typeof openDatabase>): Promise<Store> {
    const store = await openDatabase(...args)
    open.push(store)
    return store
  }

  /** Asks until it is answered: a connection is made again when something is asked. */
  async function untilWell(store: Store): Promise<void> {
    while (!(await store.probe()).ok) await new Promise((resolve) => setTimeout(resolve, 50))
  }

  describe('lets one process alone have the database', () => {
    it('so a second one is refused, which says who has it, and goes on when it is free (O17)', async () => {
      const first = await opened(place)
      const error = await rejectionOf(openDatabase(place))
      expect(error).to.be.instanceOf(StoreError).and.include({ code: 'database-in-use' })
      expect((error as StoreError).detail).to.match(
        /holdfast [0-9a-f-]{36} from 127\.0\.0\.1 since/,
      )
      await first.close()
      const second = await opened(place)
      expect((await second.probe()).ok).to.equal(true)
    })

    it('so one whose connection was lost does not write while another has it (O11)', async () => {
      const first = await opened(place, { commitTimeoutMs: 2_000 })
      await server.admin(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'holdfast %'",
      )
      const second = await opened(place)
      expect(await codeOf(first.settings.set('a', 'first'))).to.equal('database-in-use')
      expect(first.health()).to.include({ ok: false, code: 'database-in-use' })
      await second.settings.set('a', 'second')
      await second.close()
      await untilWell(first)
      expect(await first.settings.get('a')).to.equal('second')
    })

    it('and takes its own lock back from a connection that it gave up', async () => {
      const proxy = await startTcpProxy(server.port)
      const through = { ...place, hosts: [{ host: '127.0.0.1', port: proxy.port }] }
      const store = await opened(through, { commitTimeoutMs: 3_000 })
      // The server's end of the old connection stays open.
      proxy.setMode('hang')
      expect(await codeOf(store.settings.set('a', '1'))).to.equal('store-too-slow')
      proxy.setMode('pass')
      await untilWell(store)
      const [row] = await server.admin<{ count: string }>(
        "select count(*) from pg_stat_activity where application_name like 'holdfast %'",
      )
      expect(Number(row?.count)).to.equal(1)
      await store.close()
      await proxy.stop()
    })
  })

  describe('comes back by itself', () => {
    it('after a crash of the server, with everything that was acknowledged', async () => {
      const store = await opened(place, { commitTimeoutMs: 2_000 })
      const evidence = packet()
      expect(await store.spent.spend('sent:a', evidence, farMs)).to.equal('spent')
      await store.audit.record(signInRecord())
      await server.stop('immediate')
      expect(await codeOf(store.spent.spend('sent:b', evidence, farMs))).to.equal('database-away')
      expect(store.health()).to.include({ ok: false, code: 'database-away' })
      await server.start()
      await untilWell(store)
      expect(await store.spent.spend('sent:a', packet(), farMs)).to.equal('reused')
      await store.audit.record(signInRecord())
      expect(await store.audit.verifyAuditChain()).to.include({ ok: true, rows: 2 })
    })

    it('after its connection was ended while nothing was asked', async () => {
      const store = await opened(place)
      await server.admin(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'holdfast %'",
      )
      await untilWell(store)
      expect(await store.look()).to.equal(undefined)
    })

    it('and a spend whose answer was lost is known again by the same evidence (O38)', async () => {
      const proxy = await startTcpProxy(server.port)
      const through = { ...place, hosts: [{ host: '127.0.0.1', port: proxy.port }] }
      const store = await opened(through, { commitTimeoutMs: 1_000 })
      const { id } = await store.authenticators.add(newTotp(freshUser()))
      const evidence = packet()
      proxy.setMode('hang')
      expect(await codeOf(store.authenticators.spendTotp(id, 5, 0, evidence))).to.equal(
        'store-too-slow',
      )
      proxy.setMode('pass')
      await untilWell(store)
      expect(await store.authenticators.spendTotp(id, 5, 0, evidence)).to.be.oneOf([
        'spent',
        'same-request',
      ])
      expect(await store.authenticators.spendTotp(id, 5, 0, packet())).to.equal('reused')
      await store.close()
      await proxy.stop()
    })
  })

  it('fails only a statement behind a lock of someone else, and knows that nothing was done', async () => {
    const store = await opened(place, { commitTimeoutMs: 2_000 })
    const held = freshUser()
    await store.accounts.lock(held, 1)
    const psql = new Client({
      ...{ host: server.socketFolder, port: server.port, user: 'postgres' },
      database: place.database,
    })
    await psql.connect()
    await psql.query('begin')
    await psql.query('select * from account_state where user_key = $1 for update', [held])
    const waits = codeOf(store.accounts.lock(held, 2))
    const free = freshUser()
    await store.accounts.lock(free, 3)
    expect(await waits).to.equal('store-too-slow')
    expect((await store.accounts.load(free)).lockedUntilMs).to.equal(3)
    await psql.query('rollback')
    await psql.end()
    expect((await store.accounts.load(held)).lockedUntilMs).to.equal(1)
  })

  describe('enters only', () => {
    it('with TLS and a certificate of a known authority for this host', async () => {
      const { ca: _, ...systemCa } = place
      expect(await codeOf(openDatabase(systemCa))).to.equal('database-refuses')
      const folder = createFolder()
      const other = await makeCertificates(folder.path, ['IP:127.0.0.1'])
      folder.remove()
      expect(await codeOf(openDatabase({ ...place, ca: other.ca }))).to.equal('database-refuses')
      // The certificate has no name for this address of the same machine.
      const elsewhere = { ...place, hosts: [{ host: '127.0.0.2', port: server.port }] }
      expect(await codeOf(openDatabase(elsewhere))).to.equal('database-refuses')
    })

    it('never without TLS, also where the server offers none', async () => {
      // Answers every offer of TLS with "no".
      const plain = createServer((socket) => {
        socket.on('error', () => undefined)
        socket.once('data', () => socket.write('N'))
      })
      plain.listen(0, '127.0.0.1')
      await once(plain, 'listening')
      const { port } = plain.address() as { port: number }
      const without = { ...place, hosts: [{ host: '127.0.0.1', port }] }
      expect(await codeOf(openDatabase(without))).to.equal('database-refuses')
      plain.close()
    })

    it('with the right password, and says where there is none', async () => {
      const wrong = { ...place, password: new Secret('wrong') }
      expect(await codeOf(openDatabase(wrong))).to.equal('database-refuses')
      const { password: _, ...none } = place
      const error = await rejectionOf(openDatabase(none))
      expect((error as StoreError).detail).to.include('the configuration has none')
      expect((error as StoreError).message).to.not.include(labDatabasePassword)
    })

    it('a database there is, in UTF-8', async () => {
      expect(await codeOf(openDatabase({ ...place, database: 'nowhere' }))).to.equal(
        'database-refuses',
      )
      await server.admin(
        "create database latin owner holdfast encoding 'LATIN1' locale 'C' locale_provider 'libc' template template0",
      )
      expect(await codeOf(openDatabase({ ...place, database: 'latin' }))).to.equal('database-unfit')
    })

    it('a store that is there, unless it may make one', async () => {
      expect(await isStoreAt({ postgresql: place }, systemClock)).to.equal(false)
      expect(await codeOf(openDatabase(place, { whenMissing: 'refuse' }))).to.equal('store-missing')
      await (await openDatabase(place)).close()
      expect(await isStoreAt({ postgresql: place }, systemClock)).to.equal(true)
      await opened(place, { whenMissing: 'refuse' })
    })

    it('its Unix socket without TLS and without a password', async () => {
      const { password: _, ca: __, ...rest } = place
      const hosts = [{ host: server.socketFolder, port: server.port }]
      const store = await opened({ ...rest, hosts })
      expect((await store.probe()).ok).to.equal(true)
    })
  })

  it('says what to use instead of a backup of its own', async () => {
    const store = await opened(place)
    const error = await rejectionOf(store.backup('/nowhere/backup'))
    expect(error).to.be.instanceOf(Error)
    expect(String(error)).to.match(/pg_dump|nowhere/)
  })

  it('is not loaded by an installation with SQLite', async () => {
    const folder = createFolder()
    const script = join(folder.path, 'script.mjs')
    const store = fileURLToPath(new URL('../../../src/store/index.ts', import.meta.url))
    writeFileSync(
      script,
      `import { createRequire } from 'node:module'
      import { openStore, createKeyring } from ${JSON.stringify(store)}
      const keyring = createKeyring({ current: new Uint8Array(32) })
      const store = await openStore({ file: process.argv[2], keyring, node: 'n' })
      await store.close()
      const { cache } = createRequire(import.meta.url)
      const loaded = () => Object.keys(cache).filter((file) => /node_modules.pg/.test(file)).length
      console.log(loaded())
      await import(createRequire(${JSON.stringify(store)}).resolve('pg'))
      console.log(loaded() > 0)`,
    )
    const { stdout } = await run('node', [script, join(folder.path, 'store.db')])
    expect(stdout.trim().split('\n')).to.deep.equal(['0', 'true'])
    folder.remove()
  })
})
