import { expect } from 'chai'
import { Client } from 'pg'
import { createKeyring, type Death, type Store, StoreError } from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { lockClass, turnLock } from '../../../src/store/postgresql/session.ts'
import { type Clock, systemClock } from '../../../src/support/index.ts'
import { masterKey, type OpenOptions, rejectionOf, signInRecord } from '../../store/stores.ts'
import { needPostgresql, type Postgresql, startPostgresql } from './server.ts'
import { openDatabase } from './stores.ts'

/** A process that is there and does nothing by itself, as one that was stopped: it does not beat. */
const stopped: Clock = { nowMs: systemClock.nowMs, after: () => ({ cancel: () => undefined }) }

describe('processes that share a database', function () {
  this.timeout(300_000)
  let server: Postgresql
  let place: PostgresqlPlace
  const open: Store[] = []

  before(async function () {
    needPostgresql(this)
    server = await startPostgresql()
  })
  after(() => server?.stop())
  beforeEach(async () => {
    place = await server.createDatabase()
  })
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close()
  })

  async function node(name: string, options: OpenOptions = {}): Promise<Store> {
    const store = await openDatabase(place, {
      ...{ node: name, sharing: 'several', serves: { version: '1.2.3' }, ...options },
    })
    open.push(store)
    return store
  }
  const admin = <Row>(statement: string) => server.admin<Row>(statement, place.database)
  const nodesOf = (store: Store) => {
    if (store.nodes === undefined) throw new Error('no nodes')
    return store.nodes
  }
  /** Rows of all chains, which must hold. */
  async function rowsIn({ audit }: Store): Promise<number> {
    const report = await audit.verifyAuditChain()
    if (!report.ok) throw new Error(`row ${report.seq} of ${report.node}: ${report.fault}`)
    return report.rows
  }
  const statesOf = async (store: Store) =>
    (await nodesOf(store).list()).map(({ name, state }) => `${name} ${state}`)
  /** The next death that this store hears of. */
  const nextDeath = (store: Store) =>
    new Promise<Death>((resolve) => nodesOf(store).onDeath(resolve))

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  async function beatsOf(store: Store): Promise<number> {
    const id = nodesOf(store).processId()
    const [row] = await admin<{ beat: string }>(`select beat from node where process_id = '${id}'`)
    return Number(row?.beat)
  }
  async function untilBeats(store: Store, more: number): Promise<void> {
    const wanted = (await beatsOf(store)) + more
    await until(async () => (await beatsOf(store)) >= wanted)
  }

  /** Takes the lock that every write waits for, until the function it gives is called. */
  async function holdTurns(): Promise<() => Promise<void>> {
    const { socketFolder: host, port } = server
    const client = new Client({ host, port, user: 'postgres', database: place.database })
    await client.connect()
    await client.query('select pg_advisory_lock($1, $2)', [lockClass, turnLock])
    return () => client.end()
  }
  async function waitingForTurn(): Promise<number> {
    const [row] = await admin<{ count: string }>(
      `select count(*) from pg_locks where locktype = 'advisory' and objid = ${turnLock} and not granted`,
    )
    return Number(row?.count)
  }
  /** The code that it is rejected with; '' where it is not. */
  async function codeOf(promise: Promise<unknown>): Promise<string> {
    const error = await promise.then(
      () => undefined,
      (cause: unknown) => cause,
    )
    return error instanceof StoreError ? error.code : ''
  }

  it('know each other: name, version, state, what they say, and how their clocks differ', async () => {
    const ahead = { ...systemClock, nowMs: () => systemClock.nowMs() + 90_000 }
    const [one, two] = [await node('vpn1'), await node('vpn2', { clock: ahead })]
    nodesOf(two).describe(() => ({ configuration: 'abc', openSignIns: 12 }))
    await untilBeats(two, 1)
    const [first, second] = await nodesOf(one).list()
    expect(first).to.include({ name: 'vpn1', version: '1.2.3', state: 'serving' })
    expect(first?.processId).to.equal(nodesOf(one).processId())
    expect(second).to.include({ name: 'vpn2', configuration: 'abc', openSignIns: 12 })
    expect(second?.aheadMs).to.be.within(60_000, 120_000)
    await two.close()
    expect(await statesOf(one)).to.deep.equal(['vpn1 serving', 'vpn2 stopped'])
    expect(await nodesOf(one).isAlive(nodesOf(two).processId())).to.equal(false)
    expect(await nodesOf(one).isAlive(nodesOf(one).processId())).to.equal(true)
  })

  it('find out which of their clocks is wrong (O10)', async () => {
    const ahead = { ...systemClock, nowMs: () => systemClock.nowMs() + 90_000 }
    const heard: number[] = []
    const onTime = (mostMs: number) => void heard.push(mostMs - Date.now())
    const one = await node('vpn1', { onTime })
    expect(heard, 'two clocks tell nothing').to.deep.equal([])
    const two = await node('vpn2', { clock: ahead, onTime })
    expect(heard, 'at the start').to.have.length(1)
    await untilBeats(one, 1)
    await untilBeats(two, 1)
    expect(heard.length).to.be.at.least(2)
    for (const offMs of heard) expect(Math.abs(offMs)).to.be.at.most(10_000)
    for (const store of [one, two]) expect(nodesOf(store).time()?.addedMs).to.equal(0)
  })

  it('start at the same moment on an empty database, and share its secrets', async () => {
    const stores = await Promise.all(['vpn1', 'vpn2', 'vpn3'].map((name) => node(name)))
    expect(new Set(stores.map(({ installationId }) => installationId)).size).to.equal(1)
    expect(new Set(stores.map(({ hashingKey }) => String(hashingKey))).size).to.equal(1)
  })

  it('write one chain of the audit each, also under one name (O17)', async () => {
    const [one, two] = [await node('vpn1'), await node('vpn1')]
    for (let count = 0; count < 20; count += 1) {
      await Promise.all([one, two].map(({ audit }) => audit.record(signInRecord())))
    }
    const report = await one.audit.verifyAuditChain()
    if (!report.ok) throw new Error('expected the chains to hold')
    expect(report.heads.map(({ seq }) => seq)).to.deep.equal([20, 20])
    for (const { node: chain } of report.heads) expect(chain).to.match(/^vpn1\/[0-9a-f]{8}$/)
    const twin = new Promise<string>((resolve) =>
      nodesOf(one).onTwin(({ processId }) => resolve(processId)),
    )
    expect(await twin).to.equal(nodesOf(two).processId())
  })

  it('read the audit of all, newest first, page by page', async () => {
    const [one, two] = [await node('vpn1'), await node('vpn2')]
    for (let at = 1; at <= 6; at += 1) {
      const timeline = [{ atMs: at, what: 'received', detail: { attempt: 'first' } }]
      const record = signInRecord({ signInId: `sign-in-${at}`, endedAtMs: at * 1_000, timeline })
      await (at % 2 === 0 ? one : two).audit.record(record)
    }
    const first = await one.audit.searchAudit({ limit: 4 })
    const before = first.at(-1)
    if (before === undefined) throw new Error('no row')
    const second = await two.audit.searchAudit({ limit: 4, before })
    expect([...first, ...second].map(({ signInId }) => signInId)).to.deep.equal(
      [6, 5, 4, 3, 2, 1].map((at) => `sign-in-${at}`),
    )
    expect((await one.audit.findByRequest('first'))?.signInId).to.equal('sign-in-6')
  })

  it('purge one chain together, and it holds', async () => {
    const beside = async (name: string) => {
      const store = await openDatabase(place, { node: name, sharing: 'several' })
      open.push(store)
      return store
    }
    const [one, two] = [await beside('vpn1'), await beside('vpn2')]
    for (let row = 0; row < 60; row += 1) await one.audit.record(signInRecord({ endedAtMs: row }))
    const release = await holdTurns()
    // Both have read the oldest rows; the one that looked further writes first.
    const purges = [two.audit.purgeAudit(50, 100)]
    await until(async () => (await waitingForTurn()) === 1)
    purges.push(one.audit.purgeAudit(50, 7))
    await until(async () => (await waitingForTurn()) === 2)
    await release()
    await Promise.all(purges)
    expect(await two.audit.verifyAuditChain()).to.include({ ok: true, rows: 10 })
  })

  it('declare a process dead that does not beat, whatever their own clocks say (O10)', async () => {
    let backMs = 0
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() - backMs }
    const one = await node('vpn1', { clock })
    const two = await node('vpn2', { clock: stopped })
    const deaths: Death[] = []
    nodesOf(one).onDeath((death) => deaths.push(death))
    await untilBeats(one, 2)
    backMs = 3_600_000
    const lastBeat = (await beatsOf(one)) + 15
    await until(async () => deaths.length > 0 || (await beatsOf(one)) >= lastBeat)
    expect(deaths).to.deep.equal([
      { processId: nodesOf(two).processId(), name: 'vpn2', isOwn: false },
    ])
    expect(await statesOf(one)).to.deep.equal(['vpn1 serving', 'vpn2 dead'])
  })

  it('so one that wakes up writes nothing under its old id, and goes on under a new one (O11)', async () => {
    const one = await node('vpn1')
    const two = await node('vpn2', { clock: stopped })
    await two.audit.record(signInRecord({ signInId: 'before' }))
    const before = nodesOf(two).processId()
    await nextDeath(one)

    const own = nextDeath(two)
    expect(await codeOf(two.settings.set('a', 'of a dead process'))).to.equal('node-dead')
    expect(await one.settings.get('a')).to.equal(undefined)
    expect(await own).to.deep.equal({ processId: before, name: 'vpn2', isOwn: true })

    expect(await codeOf(two.settings.set('a', 'of a new one'))).to.equal('')
    expect(await one.settings.get('a')).to.equal('of a new one')
    await two.audit.record(signInRecord({ signInId: 'after' }))
    expect(nodesOf(two).processId()).to.not.equal(before)
    expect(await statesOf(one)).to.deep.equal(['vpn1 serving', 'vpn2 dead', 'vpn2 serving'])
    // The new process begins its chain with where the others end.
    await until(async () => (await rowsIn(one)) === 3)
  })

  it('say in their chains where all chains end, so that none is cut off or deleted unseen (O17)', async () => {
    const [one, two] = [await node('vpn1'), await node('vpn2')]
    for (const { audit } of [one, two, one, two]) await audit.record(signInRecord())
    const three = await node('vpn3')
    expect(await rowsIn(three)).to.equal(5)
    await two.close()
    expect(await rowsIn(three)).to.equal(6)

    const faultAfter = async (statement: string) => {
      await admin(statement)
      const report = await three.audit.verifyAuditChain()
      return report.ok ? 'ok' : report.fault
    }
    await admin('create table kept as select * from audit')
    expect(await faultAfter("delete from audit where node like 'vpn1/%' and seq = 2")).to.equal(
      'chain-cut',
    )
    expect(await faultAfter("delete from audit where node like 'vpn1/%'")).to.equal('chain-cut')
    expect(
      await faultAfter("insert into audit select * from kept where node like 'vpn1/%'"),
    ).to.equal('ok')
    // What is purged in order is not reported as missing.
    await three.audit.purgeAudit(systemClock.nowMs() - 3_600_000)
    expect(await rowsIn(three)).to.equal(2)
  })

  it('declare no process dead after a time in which none could write (O12)', async () => {
    // A beat that waits for the lock is given up, as in a service.
    const impatient = { commitTimeoutMs: 5_000 }
    const stores = [
      await node('vpn1', impatient),
      await node('vpn2', impatient),
      await node('vpn3', impatient),
    ]
    for (const store of stores) await untilBeats(store, 5)
    const release = await holdTurns()
    // Longer than a beat may stand still.
    await new Promise((resolve) => setTimeout(resolve, 12_000))
    await release()
    for (const store of stores) await untilBeats(store, 3)
    expect(await statesOf(stores[0] as Store)).to.deep.equal([
      'vpn1 serving',
      'vpn2 serving',
      'vpn3 serving',
    ])
  })

  it('keep what must be alone away, which says who is there', async () => {
    await node('vpn1')
    const error = await rejectionOf(openDatabase(place))
    expect(error).to.be.instanceOf(StoreError).and.include({ code: 'database-in-use' })
    expect((error as StoreError).detail).to.match(
      /node vpn1 from 127\.0\.0\.1 since .* has it open/,
    )
    // What a command does beside a service.
    const command = await openDatabase(place, { node: 'vpn1', sharing: 'several' })
    await command.settings.set('a', 'by a command')
    await command.close()
    expect(await statesOf(open[0] as Store)).to.deep.equal(['vpn1 serving'])
  })

  it('do not change the key under each other', async () => {
    const one = await node('vpn1')
    const two = await node('vpn2')
    expect(await codeOf(one.rotateKeys(new Uint8Array(32).fill(8)))).to.equal('database-in-use')
    await two.close()
    await one.rotateKeys(new Uint8Array(32).fill(8))
    expect(createKeyring({ current: masterKey }).current.id).to.not.equal(
      (await one.keys()).current,
    )
  })
})
