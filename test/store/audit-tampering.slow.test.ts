import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { createFolder, masterKey, signInRecord } from './stores.ts'

// What someone may do who can write the file: each line is one attack, and where it must show.
const attacks: readonly {
  readonly title: string
  readonly sql: string
  readonly seq: number
  readonly fault: string
}[] = [
  {
    title: 'a reject turned into an accept',
    sql: `update audit set outcome = 'accept' where seq = 3`,
    seq: 3,
    fault: 'row-changed',
  },
  {
    title: 'another time',
    sql: `update audit set ended_at_ms = ended_at_ms + 1 where seq = 5`,
    seq: 5,
    fault: 'row-changed',
  },
  {
    title: 'another reference',
    sql: `update audit set reference = 'ZZZZ' where seq = 2`,
    seq: 2,
    fault: 'row-changed',
  },
  {
    title: 'a row blamed on somebody else',
    sql: `update audit set user_name = 'bob', user_key = 'corp:bob' where seq = 2`,
    seq: 2,
    fault: 'personal-part-changed',
  },
  {
    title: 'the name alone wiped',
    sql: `update audit set user_name = null where seq = 2`,
    seq: 2,
    fault: 'personal-part-changed',
  },
  {
    title: 'the salt alone wiped',
    sql: `update audit set salt = null where seq = 2`,
    seq: 2,
    fault: 'personal-part-changed',
  },
  { title: 'a row cut out', sql: `delete from audit where seq = 3`, seq: 3, fault: 'row-missing' },
  {
    title: 'the first row cut off',
    sql: `delete from audit where seq = 1`,
    seq: 1,
    fault: 'row-missing',
  },
  {
    title: 'a row cut out and the rest moved up',
    sql: `delete from audit where seq = 3;
      update audit set seq = -seq where seq > 3;
      update audit set seq = -seq - 1 where seq < 0`,
    seq: 3,
    fault: 'row-missing',
  },
  {
    title: 'two rows swapped',
    sql: `update audit set seq = 99 where seq = 2;
      update audit set seq = 2 where seq = 3; update audit set seq = 3 where seq = 99`,
    seq: 2,
    fault: 'row-missing',
  },
  {
    title: 'the beginning cut off with an anchor of one’s own',
    sql: `insert into audit_anchor select node, seq, hash, hash from audit where seq = 2;
      delete from audit where seq <= 2`,
    seq: 2,
    fault: 'anchor-changed',
  },
]

describe('audit tampering (sqlite)', () => {
  const folder = createFolder()
  after(() => folder.remove())
  const open = (file: string) =>
    openStore({ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' })

  const original = join(folder.path, 'original.db')
  before(async () => {
    const store = await open(original)
    for (let count = 1; count <= 6; count += 1) {
      await store.audit.record(signInRecord({ outcome: 'reject', reason: 'password-wrong' }))
    }
    await store.close()
  })

  function copyStore(): string {
    const file = join(folder.path, 'copy.db')
    copyFileSync(original, file)
    return file
  }

  for (const { title, sql, seq, fault } of attacks) {
    it(`shows ${title}`, async () => {
      const file = copyStore()
      const database = new DatabaseSync(file)
      database.exec(sql)
      database.close()
      const store = await open(file)
      const report = await store.audit.verifyAuditChain()
      await store.close()
      expect(report).to.deep.equal({ ok: false, node: 'node-1', seq, fault })
    })
  }

  it('tells the last row, by which a cut-off end shows against a copy elsewhere', async () => {
    const file = copyStore()
    const before = await open(file)
    const full = await before.audit.verifyAuditChain()
    await before.close()
    const database = new DatabaseSync(file)
    database.exec('delete from audit where seq = 6')
    database.close()
    const after = await open(file)
    const cut = await after.audit.verifyAuditChain()
    await after.close()
    if (!full.ok || !cut.ok) throw new Error('expected both to hold')
    expect(full.heads[0]?.seq).to.equal(6)
    expect(cut.heads[0]?.seq).to.equal(5)
    expect(cut.heads[0]?.hash).to.not.equal(full.heads[0]?.hash)
  })
})
