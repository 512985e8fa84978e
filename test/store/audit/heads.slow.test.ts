import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { createKeyring, openStore, restoreStore } from '../../../src/store/index.ts'
import { createFolder, describeStores, masterKey, signInRecord } from '../stores.ts'

describeStores('the end of the audit', (current) => {
  it('is the last row, and each head that was kept stays comparable', async () => {
    const { audit } = current.store()
    expect(await audit.head()).to.deep.equal({ node: 'node-1', seq: 0, hash: '0'.repeat(64) })
    const kept = [await audit.head()]
    for (let row = 1; row <= 3; row += 1) {
      await audit.record(signInRecord({ endedAtMs: row * 1000 }))
      kept.push(await audit.head())
    }
    expect(kept.map(({ seq }) => seq)).to.deep.equal([0, 1, 2, 3])
    expect(await audit.compareHeads(kept)).to.deep.equal([])
    // Also where the rows have been purged, all of them or the first.
    expect(await audit.purgeAudit(2500)).to.equal(2)
    expect(await audit.compareHeads(kept)).to.deep.equal([])
    expect(await audit.purgeAudit(9000)).to.equal(1)
    expect(await audit.compareHeads(kept)).to.deep.equal([])
    expect(await audit.head()).to.deep.equal(kept[3])
  })

  it('differs where a row is not there, or is another one', async () => {
    const { audit } = current.store()
    await audit.record(signInRecord())
    const { hash } = await audit.head()
    const head = { node: 'node-1', seq: 1, hash }
    const other = { ...head, hash: 'f'.repeat(64) }
    expect(await audit.compareHeads([head, other])).to.deep.equal([
      { kept: other, fault: 'row-differs', lastSeq: 1 },
    ])
    const later = { ...head, seq: 2 }
    const elsewhere = { ...head, node: 'node-2' }
    expect(await audit.compareHeads([later, elsewhere])).to.deep.equal([
      { kept: later, fault: 'row-missing', lastSeq: 1 },
      { kept: elsewhere, fault: 'row-missing', lastSeq: 0 },
    ])
  })

  it('is signed by this store alone', async () => {
    const { audit } = current.store()
    const head = { ...(await audit.head()), atMs: 5 }
    const mac = audit.signHead(head)
    expect(audit.isSignedHead(head, mac)).to.equal(true)
    expect(audit.isSignedHead({ ...head, atMs: 6 }, mac)).to.equal(false)
    expect(audit.isSignedHead({ ...head, seq: 1 }, mac)).to.equal(false)
    for (const other of ['', 'é', mac.slice(1), `${mac}0`]) {
      expect(audit.isSignedHead(head, other)).to.equal(false)
    }
  })

  it('tells of a restore by a row of the chain and by nothing else', async () => {
    const store = current.store()
    expect(await store.audit.lastRestoreMs()).to.equal(0)
    await store.audit.record(signInRecord())
    for (const value of ['', 'x', 'null', '7', '{}', '{"node":"node-1","seq":1}', '{"node":1}']) {
      await store.settings.set('audit-restored', value)
      expect(await store.audit.lastRestoreMs(), value).to.equal(0)
    }
    const beganMs = Date.now()
    await store.audit.noteRestore({ from: 'backup.db' })
    expect(await store.audit.lastRestoreMs()).to.be.within(beganMs, Date.now())
    const [row] = await store.audit.searchAudit({ limit: 1 })
    expect(row).to.include({ kind: 'alert', reason: 'admin-store-restored' })
  })
})

describe('the end of the audit against an attacker who writes the file (sqlite)', () => {
  const folder = createFolder()
  after(() => folder.remove())
  const keyring = createKeyring({ current: masterKey })
  const open = (file: string) => openStore({ file, keyring, node: 'node-1' })
  const file = join(folder.path, 'store.db')
  const older = join(folder.path, 'older.db')
  let kept: Awaited<ReturnType<Awaited<ReturnType<typeof open>>['audit']['head']>>

  before(async () => {
    let store = await open(file)
    for (let row = 1; row <= 4; row += 1) await store.audit.record(signInRecord())
    await store.close()
    copyFileSync(file, older)
    store = await open(file)
    for (let row = 5; row <= 6; row += 1) await store.audit.record(signInRecord())
    kept = await store.audit.head()
    await store.close()
  })

  const attacks = [
    {
      title: 'the newest row cut off',
      sql: `delete from audit where seq = 6`,
      fault: 'row-missing',
    },
    {
      title: 'the newest rows cut off behind an anchor of one’s own',
      sql: `insert into audit_anchor select node, 9, hash, hash from audit where seq = 4;
        delete from audit where seq > 4`,
      fault: 'row-missing',
    },
    { title: 'everything cut off', sql: `delete from audit`, fault: 'row-missing' },
  ]
  for (const { title, sql, fault } of attacks) {
    it(`shows ${title}`, async () => {
      const attacked = join(folder.path, 'attacked.db')
      copyFileSync(file, attacked)
      const database = new DatabaseSync(attacked)
      database.exec(sql)
      database.close()
      const store = await open(attacked)
      expect((await store.audit.compareHeads([kept]))[0]).to.include({ fault })
      await store.close()
    })
  }

  it('shows an older copy, and also once it has grown as long again', async () => {
    const attacked = join(folder.path, 'attacked.db')
    copyFileSync(older, attacked)
    const store = await open(attacked)
    expect((await store.audit.compareHeads([kept]))[0]).to.include({ fault: 'row-missing' })
    for (let row = 5; row <= 7; row += 1) await store.audit.record(signInRecord())
    expect((await store.audit.compareHeads([kept]))[0]).to.include({ fault: 'row-differs' })
    expect(await store.audit.verifyAuditChain(), 'the chain alone shows nothing').to.include({
      ok: true,
    })
    await store.close()
  })

  it('begins again with a restore, in a row that says so', async () => {
    const target = join(folder.path, 'target.db')
    copyFileSync(file, target)
    await restoreStore({
      ...{ backupFile: older, targetFile: target, keyring, node: 'node-1' },
      detail: { from: 'older.db', by: 'root' },
    })
    const store = await open(target)
    const [row] = await store.audit.searchAudit({ limit: 1 })
    expect(row).to.include({ seq: 5, reason: 'admin-store-restored' })
    expect(row?.timeline[0]?.detail).to.deep.equal({ from: 'older.db', by: 'root' })
    expect(await store.audit.lastRestoreMs()).to.equal(row?.endedAtMs)
    expect(await store.audit.verifyAuditChain()).to.include({ ok: true, rows: 5 })
    await store.close()
  })
})
