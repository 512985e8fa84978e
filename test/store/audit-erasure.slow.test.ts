import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { createFolder, masterKey, signInRecord } from './stores.ts'

// RULES 37: what a command erases stays verifiable, and what someone erases by hand shows.

const personal = ['user_key', 'user_name', 'source_address', 'device', 'timeline', 'salt']
const wiped = personal.map((column) => `${column} = null`).join(', ')

describe('erasures in the audit (sqlite)', () => {
  const folder = createFolder()
  after(() => folder.remove())
  const open = (file: string, node = 'node-1') =>
    openStore({ file, keyring: createKeyring({ current: masterKey }), node })
  let count = 0
  const newFile = () => {
    count += 1
    return join(folder.path, `${count}.db`)
  }
  const change = (file: string, sql: string) => {
    const database = new DatabaseSync(file)
    database.exec(sql)
    database.close()
  }
  const verify = async (file: string) => {
    const store = await open(file)
    const report = await store.audit.verifyAuditChain()
    await store.close()
    return report
  }

  // Rows 1 to 6, of alice, bob, alice, bob, alice, bob; then alice is erased by row 7.
  const original = newFile()
  const beforeErasure = newFile()
  before(async () => {
    let store = await open(original)
    for (const name of ['alice', 'bob', 'alice', 'bob', 'alice', 'bob']) {
      await store.audit.record(signInRecord({ userName: name, userKey: `corp:${name}` }))
    }
    await store.close()
    copyFileSync(original, beforeErasure)
    store = await open(original)
    await store.users.removeUser('corp:alice', { eraseAudit: true })
    await store.audit.record(signInRecord({ userName: 'carol', userKey: 'corp:carol' }))
    await store.close()
  })
  const copied = (from = original) => {
    const file = newFile()
    copyFileSync(from, file)
    return file
  }

  it('hold where a command made them, and are named in a row of their own', async () => {
    expect(await verify(original)).to.include({ ok: true, rows: 8, erased: 3, found: 0 })
    const store = await open(original)
    const [erasure] = await store.audit.searchAudit({ kind: 'erasure' })
    expect(erasure).to.include({ seq: 7, reason: 'user-removed' })
    expect(erasure?.timeline.map(({ what, detail }) => [what, detail])).to.deep.equal([
      ['rows-erased', { node: 'node-1', rows: 3, seqs: '1,3,5' }],
    ])
    await store.close()
  })

  const attacks: readonly {
    readonly title: string
    readonly sql: string
    readonly seq: number
    readonly fault: string
  }[] = [
    {
      title: 'a row wiped as an erasure wipes it',
      sql: `update audit set ${wiped} where seq = 2`,
      seq: 2,
      fault: 'wiped',
    },
    {
      title: 'the newest row wiped',
      sql: `update audit set ${wiped} where seq = 8`,
      seq: 8,
      fault: 'wiped',
    },
    {
      title: 'the row of the erasure wiped: nothing names its rows any more',
      sql: `update audit set ${wiped} where seq = 7`,
      seq: 1,
      fault: 'wiped',
    },
    {
      title: 'a row of an erasure made longer',
      sql: `update audit set timeline = replace(timeline, '1,3,5', '1-5'); update audit set ${wiped} where seq in (2, 4)`,
      seq: 7,
      fault: 'personal-part-changed',
    },
    {
      title: 'a row called an erasure that is none',
      sql: `update audit set kind = 'erasure' where seq = 6`,
      seq: 6,
      fault: 'row-changed',
    },
  ]
  for (const { title, sql, seq, fault } of attacks) {
    it(`show ${title}`, async () => {
      const file = copied()
      change(file, sql)
      expect(await verify(file)).to.deep.equal({ ok: false, node: 'node-1', seq, fault })
      expect(await verify(file), 'also after the next start').to.include({ ok: false, fault })
    })
  }

  it('show an erased row that an attacker filled again from a copy', async () => {
    const file = copied()
    const database = new DatabaseSync(file)
    database.exec(`attach '${beforeErasure}' as kept`)
    const columns = personal.join(', ')
    database.exec(
      `update audit set (${columns}) = (select ${columns} from kept.audit where seq = 3) where seq = 3`,
    )
    database.close()
    expect(await verify(file)).to.deep.equal({
      ...{ ok: false, node: 'node-1', seq: 3, fault: 'erasure-undone' },
    })
  })

  it('name rows of another node, and stay until those are purged', async () => {
    const file = newFile()
    const first = await open(file)
    await first.audit.record(signInRecord({ endedAtMs: 9_000 }))
    await first.close()
    const clock = {
      ...(await import('../../src/support/index.ts')).systemClock,
      nowMs: () => 5_000,
    }
    const second = await openStore({
      ...{ file, keyring: createKeyring({ current: masterKey }), node: 'node-2', clock },
    })
    await second.users.removeUser('corp:alice', { eraseAudit: true })
    await second.audit.record(signInRecord({ endedAtMs: 6_000 }))
    expect(await second.audit.verifyAuditChain()).to.include({ ok: true, rows: 3, erased: 1 })
    // Its clock was ahead, so that node 1 keeps a row that is older than what names it.
    expect(await second.audit.purgeAudit(8_000)).to.equal(0)
    expect(await second.audit.verifyAuditChain()).to.include({ ok: true, rows: 3, erased: 1 })
    expect(await second.audit.purgeAudit(10_000)).to.equal(3)
    expect(await second.audit.verifyAuditChain()).to.include({ ok: true, rows: 0, erased: 0 })
    await second.close()
  })

  it('raise no false alarm while they go on', async () => {
    const store = await open(newFile())
    const names = Array.from({ length: 6 }, (_, index) => `user-${index}`)
    for (const name of names) {
      await Promise.all(
        Array.from({ length: 600 }, () =>
          store.audit.record(signInRecord({ userName: name, userKey: `corp:${name}` })),
        ),
      )
    }
    const erasing = (async () => {
      for (const name of names) await store.users.removeUser(`corp:${name}`, { eraseAudit: true })
    })()
    const report = await store.audit.verifyAuditChain()
    await erasing
    expect(report).to.include({ ok: true })
    expect(await store.audit.verifyAuditChain()).to.include({ ok: true, erased: 3_600 })
    await store.close()
  })

  describe('of a store that version 0.1.0 made', () => {
    // Rows 1 to 6 of alice (1, 3, 5), bob (2, 6) and carol (4); row 7 says that three were erased; row 8 is of carol.
    const old = newFile()
    before(() => {
      writeFileSync(old, gunzipSync(readFileSync(join(import.meta.dirname, 'store-0.1.0.db.gz'))))
    })

    it('are named as found, once, and verify as that', async () => {
      const file = copied(old)
      expect(await verify(file)).to.include({
        ok: true,
        rows: 9,
        erased: 3,
        found: 3,
        unaccounted: 0,
      })
      expect(await verify(file)).to.include({ ok: true, rows: 9, erased: 3, found: 3 })
      const store = await open(file)
      const [found] = await store.audit.searchAudit({ reason: 'erasures-found' })
      expect(found?.timeline[0]).to.deep.include({
        what: 'rows-found-erased',
        detail: { node: 'node-1', rows: 3, seqs: '1,3,5', recorded: 3 },
      })
      await store.close()
    })

    it('are more than were recorded where an attacker had wiped one before', async () => {
      const file = copied(old)
      change(file, `update audit set ${wiped} where seq = 2`)
      expect(await verify(file)).to.include({ ok: true, erased: 4, found: 4, unaccounted: 1 })
    })

    it('can be no more than were found: a row wiped since shows', async () => {
      const file = copied(old)
      await verify(file)
      change(file, `update audit set ${wiped} where seq = 2`)
      const fault = { ok: false, node: 'node-1', seq: 2, fault: 'wiped' }
      expect(await verify(file)).to.deep.equal(fault)
      // Not even where the file is made to look as version 0.1.0 left it.
      change(file, `update schema_version set version = 3`)
      const again = await open(file).catch(() => undefined)
      if (again === undefined) return
      const report = await again.audit.verifyAuditChain()
      await again.close()
      expect(report).to.deep.equal(fault)
    })

    it('verify like all others once they are purged', async () => {
      const file = copied(old)
      const store = await open(file)
      await store.audit.purgeAudit(Date.now() + 1)
      await store.audit.record(signInRecord())
      expect(await store.audit.verifyAuditChain()).to.include({ ok: true, rows: 1, found: 0 })
      await store.close()
    })
  })
})
