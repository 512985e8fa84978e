import { expect } from 'chai'
import { describeStores, signInRecord } from '../stores.ts'

/** Before the first row. */
const start = { node: 'node-1', seq: 0 }

describeStores('audit', (current) => {
  it('gives a sign-in back as it was recorded, also after a restart', async () => {
    const record = signInRecord({ method: 'totp', device: '0123456789ab' })
    await current.store().audit.record(record)
    const { audit } = await current.reopen()
    const [entry, ...more] = await audit.searchAudit({})
    expect(more).to.deep.equal([])
    expect(entry).to.deep.include({ ...record, node: 'node-1', seq: 1, kind: 'sign-in' })
  })

  it('keeps what the network may put into a name, and the chain holds', async () => {
    const { audit } = current.store()
    const names = ['', '\ud800', 'a\u0000b', "'; drop table audit; --", '🔑'.repeat(60)]
    for (const userName of names) await audit.record(signInRecord({ userName }))
    const entries = await audit.searchAudit({})
    expect(entries.map((entry) => entry.userName)).to.deep.equal(
      names.map((name) => name.toWellFormed().replace('\0', '\ufffd')).reverse(),
    )
    expect(await audit.verifyAuditChain()).to.include({ ok: true, rows: names.length })
  })

  it('finds by every field, newest first, page by page', async () => {
    const { audit } = current.store()
    await audit.record(signInRecord({ signInId: 'first', endedAtMs: 1_000 }))
    await audit.record(
      signInRecord({
        signInId: 'second',
        attemptId: 'other',
        endedAtMs: 2_000,
        gateway: 'wifi',
        outcome: 'reject',
        reason: 'password-wrong',
      }),
    )
    await audit.record(
      signInRecord({
        signInId: 'third',
        endedAtMs: 3_000,
        userName: 'Bob',
        userKey: 'corp:bob',
      }),
    )
    await audit.alert({ atMs: 4_000, kind: 'fraud', userKey: 'corp:bob', detail: { by: 'call' } })

    const find = async (search: Parameters<typeof audit.searchAudit>[0]) =>
      (await audit.searchAudit(search)).map((entry) => entry.signInId || entry.reason)
    expect(await find({})).to.deep.equal(['fraud', 'third', 'second', 'first'])
    expect(await find({ user: 'ALICE' })).to.deep.equal(['second', 'first'])
    expect(await find({ user: 'corp:bob' })).to.deep.equal(['fraud', 'third'])
    expect(await find({ gateway: 'wifi' })).to.deep.equal(['second'])
    expect(await find({ outcome: 'reject' })).to.deep.equal(['second'])
    expect(await find({ reason: 'accepted' })).to.deep.equal(['third', 'first'])
    expect(await find({ kind: 'alert' })).to.deep.equal(['fraud'])
    expect(await find({ id: 'sec' })).to.deep.equal(['second'])
    expect(await find({ id: 'oth' })).to.deep.equal(['second'])
    expect(await find({ fromMs: 2_000, toMs: 4_000 })).to.deep.equal(['third', 'second'])
    expect(await find({ limit: 2 })).to.deep.equal(['fraud', 'third'])
    expect(
      await find({ limit: 2, before: { endedAtMs: 3_000, node: 'node-1', seq: 3 } }),
    ).to.deep.equal(['second', 'first'])
    expect(await find({ user: '%' })).to.deep.equal([])
    expect(await find({ node: 'node-2' })).to.deep.equal([])
  })

  it('finds what concerns a person by name also where a row has only the key', async () => {
    const { audit, accounts } = current.store()
    await accounts.noteUser('corp:bob', 'Bob')
    await audit.record(signInRecord({ signInId: 'first' }))
    await audit.alert({ atMs: 4_000, kind: 'fraud', userKey: 'corp:bob', detail: { by: 'call' } })
    const found = await audit.searchAudit({ user: 'bOB' })
    expect(found.map(({ reason }) => reason)).to.deep.equal(['fraud'])
  })

  it('finds a sign-in by each of its requests, however many came since', async () => {
    const { audit } = current.store()
    const timeline = ['first', 'second', 'third', 'fo"ur'].map((attempt, step) => ({
      atMs: step,
      what: 'received',
      detail: { attempt },
    }))
    await audit.record(signInRecord({ signInId: 'first', attemptId: 'fo"ur', timeline }))
    await Promise.all(Array.from({ length: 4_100 }, () => audit.record(signInRecord())))
    for (const id of ['first', 'second', 'third', 'thi', 'fo"ur']) {
      expect((await audit.findByRequest(id))?.signInId, id).to.equal('first')
    }
    for (const id of ['hird', 'fourth', 'received', '%', '"']) {
      expect(await audit.findByRequest(id), id).to.equal(undefined)
    }
  })

  it('is followed from where one was', async () => {
    const { audit } = current.store()
    for (let count = 1; count <= 5; count += 1) await audit.record(signInRecord())
    const first = await audit.followAudit(start, 2)
    const rest = await audit.followAudit(first.at(-1) ?? start)
    expect([...first, ...rest].map((entry) => entry.seq)).to.deep.equal([1, 2, 3, 4, 5])
    expect(await audit.followAudit({ ...start, seq: 5 })).to.deep.equal([])
  })

  it('chains rows that arrive at the same time, each once, in the order they came', async () => {
    const { audit } = current.store()
    const ids = Array.from({ length: 200 }, (_, index) => `sign-in-${index}`)
    await Promise.all(ids.map((signInId) => audit.record(signInRecord({ signInId }))))
    const rows = await audit.followAudit(start)
    expect(rows.map((row) => row.signInId)).to.deep.equal(ids)
    expect(await audit.verifyAuditChain()).to.include({ ok: true, rows: 200 })
  })

  it('goes on with the chain after a restart, and begins another for another node', async () => {
    await current.store().audit.record(signInRecord())
    const second = await current.reopen()
    await second.audit.record(signInRecord())
    const renamed = await current.reopen({ node: 'node-2' })
    await renamed.audit.record(signInRecord())
    const report = await renamed.audit.verifyAuditChain()
    if (!report.ok) throw new Error('expected the chain to hold')
    expect(report.heads.map(({ node, seq }) => [node, seq])).to.deep.equal([
      ['node-1', 2],
      ['node-2', 1],
    ])
  })

  it('is purged in small steps, only the old end, and the chain still holds', async () => {
    const { audit } = current.store()
    for (const endedAtMs of [1_000, 2_000, 3_000, 9_000, 4_000]) {
      await audit.record(signInRecord({ endedAtMs }))
    }
    expect(await audit.purgeAudit(500)).to.equal(0)
    expect(await audit.purgeAudit(5_000, 2)).to.equal(3)
    expect((await audit.followAudit(start)).map((row) => row.seq)).to.deep.equal([4, 5])
    expect(await audit.verifyAuditChain()).to.include({ ok: true, rows: 2 })

    const reopened = (await current.reopen()).audit
    expect(await reopened.purgeAudit(100_000, 1)).to.equal(2)
    await reopened.record(signInRecord())
    expect((await reopened.followAudit(start)).map((row) => row.seq)).to.deep.equal([6])
    expect(await reopened.verifyAuditChain()).to.include({ ok: true, rows: 1 })
  })

  it('is verified without a false alarm while it is purged', async () => {
    const { audit } = current.store()
    await Promise.all(
      Array.from({ length: 1_200 }, (_, index) =>
        audit.record(signInRecord({ endedAtMs: index < 1_100 ? 1_000 : 9_000 })),
      ),
    )
    const [report, purged] = await Promise.all([
      audit.verifyAuditChain(),
      audit.purgeAudit(5_000, 2_000),
    ])
    expect(purged).to.equal(1_100)
    expect(report).to.include({ ok: true, rows: 100 })
  })

  it('still writes what was recorded before the store is closed', async () => {
    const { audit } = current.store()
    const recorded = Promise.all(Array.from({ length: 2_500 }, () => audit.record(signInRecord())))
    const reopened = await current.reopen()
    await recorded
    expect(await reopened.audit.verifyAuditChain()).to.include({ ok: true, rows: 2_500 })
  })

  it('an empty one holds', async () => {
    expect(await current.store().audit.verifyAuditChain()).to.deep.equal({
      ok: true,
      rows: 0,
      erased: 0,
      found: 0,
      unaccounted: 0,
      heads: [],
    })
  })
})
