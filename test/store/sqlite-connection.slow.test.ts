import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { sql } from 'kysely'
import type { Connection } from '../../src/store/connection.ts'
import { createSqliteQueries } from '../../src/store/queries.ts'
import { connectSqlite, type SqliteOptions } from '../../src/store/sqlite/connection.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { createFolder, createSlowDisk, hangsMs, rejectionOf } from './stores.ts'

const queries = createSqliteQueries()
const insert = (key: string) => queries.insertInto('setting').values({ key, value: '' }).compile()
const keys = async (connection: Connection) =>
  (await connection.run(queries.selectFrom('setting').select('key').orderBy('key').compile())).map(
    (row) => row.key,
  )

describe('SQLite connection', () => {
  const folder = createFolder()
  const opened: Connection[] = []
  let file = ''
  let count = 0

  beforeEach(() => {
    count += 1
    file = join(folder.path, `${count}.db`)
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connection) => connection.close()))
  })
  after(() => folder.remove())

  function connect(options: Partial<SqliteOptions> = {}): Connection {
    // No commit takes too long where no time passes.
    const connection = connectSqlite({ file, clock: createManualClock(), ...options })
    opened.push(connection)
    return connection
  }

  async function connectWithTable(options: Partial<SqliteOptions> = {}): Promise<Connection> {
    const connection = connect(options)
    const table = sql`create table setting (key text primary key, value text not null)`
    // The first request also waits for the worker to start.
    await connection.atomically([table.compile(queries)], { timeoutMs: 10_000 })
    return connection
  }

  const outcomes = (promises: readonly Promise<unknown>[]) =>
    Promise.all(
      promises.map((promise) =>
        promise.then(
          () => 'done',
          (error) => error.code,
        ),
      ),
    )

  it('lets a statement that fails fail alone among those that arrived with it', async () => {
    const connection = await connectWithTable()
    const results = await outcomes([
      connection.run(insert('a')),
      connection.run(insert('a')),
      connection.run(sql`no sql at all`.compile(queries)),
      connection.run(sql`select ${1}, ${{}}`.compile(queries)),
      connection.run(insert('b')),
    ])
    expect(results).to.deep.equal(['done', 'store-failed', 'store-failed', 'store-failed', 'done'])
    expect(await keys(connection)).to.deep.equal(['a', 'b'])
    expect(connection.health()).to.include({ ok: true, waiting: 0 })
  })

  it('undoes all statements of a request when one fails, and none of the others', async () => {
    const connection = await connectWithTable()
    const results = await outcomes([
      connection.run(insert('a')),
      connection.atomically([insert('b'), insert('a')]),
      connection.atomically([insert('c'), insert('d')]),
      connection.atomically([]),
    ])
    expect(results).to.deep.equal(['done', 'store-failed', 'done', 'done'])
    expect(await keys(connection)).to.deep.equal(['a', 'c', 'd'])
  })

  it('fails what it cannot hand over, and goes on', async () => {
    const connection = await connectWithTable()
    const error = await rejectionOf(
      connection.run(sql`select ${Symbol('no value')}`.compile(queries)),
    )
    expect(error).to.include({ code: 'store-failed' })
    await connection.run(insert('a'))
    expect(connection.health()).to.include({ ok: true, waiting: 0 })
  })

  it('rejects while the disk is full, and works again by itself', async () => {
    const connection = await connectWithTable()
    const limit = (pages: number) =>
      connection.run(sql`pragma max_page_count = ${sql.raw(String(pages))}`.compile(queries))
    await limit(3)
    const large = (key: string) =>
      queries
        .insertInto('setting')
        .values({ key, value: 'x'.repeat(100_000) })
        .compile()
    expect(await rejectionOf(connection.run(large('a')))).to.include({ code: 'store-full' })
    await limit(1_000_000)
    await connection.run(large('b'))
    expect(await keys(connection)).to.deep.equal(['b'])
    expect(connection.health().ok).to.equal(true)
  })

  it('rejects while the file may not be written, and works again by itself', async () => {
    const connection = await connectWithTable()
    await connection.run(sql`pragma query_only = on`.compile(queries))
    expect(await rejectionOf(connection.run(insert('a')))).to.include({ code: 'store-failed' })
    await connection.run(sql`pragma query_only = off`.compile(queries))
    await connection.run(insert('b'))
    expect(await keys(connection)).to.deep.equal(['b'])
  })

  it('leaves the main thread free while a commit takes 200 ms', async () => {
    const disk = createSlowDisk()
    const connection = await connectWithTable({ commitDelayMs: disk.commitDelayMs })
    disk.set(200)
    let ticks = 0
    const timer = setInterval(() => {
      ticks += 1
    }, 2)
    const beganMs = performance.now()
    for (const key of ['a', 'b', 'c']) await connection.run(insert(key))
    clearInterval(timer)
    expect(performance.now() - beganMs).to.be.greaterThan(590)
    // A main thread that waited for the commits would tick as often as it commits.
    expect(ticks).to.be.greaterThan(4 * 3)
  })

  it('gives a commit up that takes too long, refuses at once, and works again by itself', async () => {
    const clock = createManualClock()
    const disk = createSlowDisk()
    const connection = await connectWithTable({
      commitDelayMs: disk.commitDelayMs,
      clock,
    })
    disk.set(hangsMs)
    const slow = connection.run(insert('a'))
    while (clock.waiting === 0) await new Promise(setImmediate)
    clock.advance(2_000)
    expect(await rejectionOf(slow)).to.include({ code: 'store-too-slow' })
    expect(await rejectionOf(connection.run(insert('b')))).to.include({ code: 'store-too-slow' })
    expect(connection.health()).to.include({ ok: false, code: 'store-too-slow' })

    disk.set(0)
    const again = queries
      .insertInto('setting')
      .values({ key: 'c', value: '' })
      .onConflict((conflict) => conflict.doNothing())
      .compile()
    const isDone = () =>
      connection.run(again).then(
        () => true,
        () => false,
      )
    while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(connection.health()).to.include({ ok: true, waiting: 0 })
    // What was given up may have happened all the same; what was refused has not.
    expect(await keys(connection)).to.deep.equal(['a', 'c'])
  })

  it('takes no more than may wait', async () => {
    const connection = await connectWithTable({ maxWaiting: 3 })
    const results = await outcomes(
      Array.from({ length: 5 }, (_, index) => connection.run(insert(`key-${index}`))),
    )
    expect(results).to.deep.equal(['done', 'done', 'done', 'store-busy', 'store-busy'])
    await connection.run(insert('later'))
  })

  it('carries out what was asked before the close, and nothing after', async () => {
    const connection = await connectWithTable()
    const before = [connection.run(insert('a')), connection.run(insert('b'))]
    const closing = connection.close()
    expect(await rejectionOf(connection.run(insert('c')))).to.include({ code: 'store-closed' })
    await closing
    await connection.close()
    expect(await outcomes(before)).to.deep.equal(['done', 'done'])
    expect(await keys(connect())).to.deep.equal(['a', 'b'])
  })

  it('tells a second owner that the file is in use, and gives it up when closed', async () => {
    const first = await connectWithTable()
    expect(await rejectionOf(connect().run(insert('a')))).to.include({ code: 'store-in-use' })
    await first.close()
    await connect().run(insert('a'))
  })

  it('says what is wrong with a file that is not a store, and with a folder that is not there', async () => {
    writeFileSync(file, 'this is a letter, not a database. '.repeat(100))
    expect(await rejectionOf(connect().run(insert('a')))).to.include({ code: 'store-damaged' })
    const elsewhere = connect({ file: join(folder.path, 'no-such-folder', 'store.db') })
    expect(await rejectionOf(elsewhere.run(insert('a')))).to.include({ code: 'store-failed' })
  })

  it('works again once the folder is there', async () => {
    const connection = connect({ file: `${file}/store.db` })
    expect(await rejectionOf(connection.run(insert('a')))).to.include({ code: 'store-failed' })
    mkdirSync(file)
    await connection.run(sql`select 1`.compile(queries))
    expect(connection.health().ok).to.equal(true)
  })

  it('outlives its worker: what was asked fails, the next request starts another', async () => {
    const workers: Worker[] = []
    const note = (worker: Worker) => workers.push(worker)
    process.on('worker', note)
    const disk = createSlowDisk()
    const connection = await connectWithTable({ commitDelayMs: disk.commitDelayMs })
    await connection.run(insert('a'))
    disk.set(hangsMs)
    const interrupted = rejectionOf(connection.run(insert('b')))
    await new Promise((resolve) => setTimeout(resolve, 30))
    await workers[0]?.terminate()
    expect(await interrupted).to.include({ code: 'store-failed' })
    expect(connection.health()).to.include({ ok: false, waiting: 0 })

    disk.set(0)
    await connection.run(insert('c'))
    process.off('worker', note)
    expect(workers).to.have.length(2)
    expect(await keys(connection)).to.deep.equal(['a', 'c'])
    expect(connection.health()).to.include({ ok: true })
  })

  it('copies though a batch arrives with the wish to copy', async () => {
    const connection = await connectWithTable()
    for (let round = 0; round < 150; round += 1) {
      // Handed to the worker one right after the other, the batch last.
      const copied = new Promise((resolve) => {
        setImmediate(() => resolve(connection.copyTo(`${file}-${round}`)))
      })
      const rows = Array.from({ length: 20 }, (_, row) => insert(`${round} ${row}`))
      await Promise.all([copied, connection.atomically(rows)])
    }
    const connectionToCopy = connect({ file: `${file}-149` })
    expect((await keys(connectionToCopy)).length).to.be.within(149 * 20, 150 * 20)
  })

  it('makes a file only its owner can read', async () => {
    await connectWithTable()
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(statSync(`${file}-wal`).mode & 0o777).to.equal(0o600)
  })
})
