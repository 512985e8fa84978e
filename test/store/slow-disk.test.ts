import { join } from 'node:path'
import { expect } from 'chai'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import {
  createFolder,
  createSlowDisk,
  hangsMs,
  masterKey,
  newTotp,
  rejectionOf,
  signInRecord,
} from './stores.ts'

describe('a store on a disk that hangs (sqlite)', () => {
  const folder = createFolder()
  const disk = createSlowDisk()
  const evidence = { requestAuthenticator: new Uint8Array(16).fill(1) }
  let store: Store

  before(async () => {
    store = await openStore({
      file: join(folder.path, 'store.db'),
      keyring: createKeyring({ current: masterKey }),
      node: 'node-1',
      commitDelayMs: disk.commitDelayMs,
      commitTimeoutMs: 500,
    })
  })
  after(async () => {
    await store.close()
    folder.remove()
  })

  async function untilWell(): Promise<void> {
    disk.set(0)
    while (!(await store.probe()).ok) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  it('burns a code that was given up, and still knows the packet that spent it', async () => {
    const { id } = await store.authenticators.add(newTotp('corp:alice'))
    disk.set(hangsMs)
    const spend = store.authenticators.spendTotp(id, 5, 0, evidence)
    expect(await rejectionOf(spend)).to.include({ name: 'StoreError', code: 'store-too-slow' })
    expect(store.health()).to.include({ ok: false, code: 'store-too-slow' })
    await untilWell()
    const other = { requestAuthenticator: new Uint8Array(16).fill(2) }
    expect(await store.authenticators.spendTotp(id, 5, 0, other)).to.equal('reused')
    expect(await store.authenticators.spendTotp(id, 5, 0, evidence)).to.equal('same-request')
  })

  it('goes on with the chain after a row that was given up and written all the same', async () => {
    await store.audit.record(signInRecord({ signInId: 'before' }))
    disk.set(hangsMs)
    const given = store.audit.record(signInRecord({ signInId: 'given-up' }))
    expect(await rejectionOf(given)).to.include({ code: 'store-too-slow' })
    const refused = store.audit.record(signInRecord({ signInId: 'refused' }))
    expect(await rejectionOf(refused)).to.include({ code: 'store-too-slow' })
    await untilWell()
    await store.audit.record(signInRecord({ signInId: 'after' }))
    const rows = await store.audit.followAudit({ node: 'node-1', seq: 0 })
    expect(rows.map((row) => row.signInId)).to.deep.equal(['before', 'given-up', 'after'])
    expect(await store.audit.verifyAuditChain()).to.include({ ok: true, rows: 3 })
  })
})
