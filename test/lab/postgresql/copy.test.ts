import { join } from 'node:path'
import { expect } from 'chai'
import {
  copyStore,
  createKeyring,
  openStore,
  type Store,
  type StoreError,
  type StorePlace,
} from '../../../src/store/index.ts'
import { createFolder, masterKey, newTotp, signInRecord } from '../../store/stores.ts'
import { needPostgresql } from './server.ts'
import { sharedPostgresql } from './stores.ts'

const keyring = () => createKeyring({ current: masterKey })
const packet = (fill: number) => ({ requestAuthenticator: new Uint8Array(16).fill(fill) })
const farMs = Date.now() + 86_400_000

describe('a store that is copied to another kind of database', function () {
  this.timeout(300_000)
  const folder = createFolder()
  after(() => folder.remove())
  let files = 0
  let database: StorePlace

  beforeEach(async function () {
    needPostgresql(this)
    database = { postgresql: await (await sharedPostgresql()).createDatabase() }
  })

  const newFile = (): StorePlace => {
    files += 1
    return { file: join(folder.path, `store-${files}.db`) }
  }
  const open = (place: StorePlace) =>
    openStore({ ...place, keyring: keyring(), node: 'node-1', whenMissing: 'refuse' })
  const copy = (from: StorePlace, to: StorePlace) =>
    copyStore({ from, to, keyring: keyring(), node: 'node-1' })
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => '',
      (error) => (error as StoreError).code,
    )

  async function fill(place: StorePlace): Promise<{ readonly app: string }> {
    const store = await openStore({ ...place, keyring: keyring(), node: 'node-1' })
    const { id: app } = await store.authenticators.add(newTotp('corp:alice'))
    const codeHashes = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    const list = { method: 'recovery', userKey: 'corp:alice', label: 'codes', codeHashes } as const
    await store.authenticators.add(list)
    await store.accounts.noteUser('corp:alice', 'alice')
    await store.accounts.block('corp:bob', 'lost phone', 1_000)
    await store.authenticators.spendTotp(app, 7, 0, packet(1))
    await store.spent.spend('sent:a', packet(1), farMs)
    await store.settings.set('learnt', 'something')
    // More than is read at once.
    await Promise.all(Array.from({ length: 1_200 }, () => store.audit.record(signInRecord())))
    await store.close()
    return { app }
  }

  async function expectSame(store: Store, app: string): Promise<void> {
    expect(await store.authenticators.spendTotp(app, 7, 0, packet(2))).to.equal('reused')
    expect(await store.spent.spend('sent:a', packet(2), farMs)).to.equal('reused')
    expect((await store.accounts.load('corp:bob')).blocked).to.include({ reason: 'lost phone' })
    const all = await store.authenticators.list('corp:alice')
    const byMethod = new Map(all.map((each) => [each.method, each]))
    expect([...byMethod.keys()]).to.have.members(['totp', 'recovery'])
    expect(byMethod.get('totp')).to.deep.include({ id: app, seed: newTotp('').seed })
    expect(await store.settings.get('learnt')).to.equal('something')
  }

  it('has everything there, with unbroken chains, and the other way round again', async () => {
    const file = newFile()
    const { app } = await fill(file)
    const { chain, installationId } = await copy(file, database)
    expect(chain).to.include({ ok: true, rows: 1_200 })
    const there = await open(database)
    expect(there.installationId).to.equal(installationId)
    await expectSame(there, app)
    expect(await there.audit.verifyAuditChain()).to.include({ ok: true, rows: 1_201 })
    const [row] = await there.audit.searchAudit({ limit: 1 })
    expect(row).to.include({ kind: 'alert', reason: 'admin-store-copied' })
    await there.close()

    const back = newFile()
    await copy(database, back)
    const again = await open(back)
    await expectSame(again, app)
    expect(await again.audit.verifyAuditChain()).to.include({ ok: true, rows: 1_202 })
    await again.close()
  })

  it('does not start at the old place by mistake', async () => {
    const file = newFile()
    await fill(file)
    await copy(file, database)
    expect(await codeOf(open(file))).to.equal('store-moved')
    expect(await codeOf(copy(file, newFile()))).to.equal('store-moved')
    await copy(database, newFile())
    expect(await codeOf(open(database))).to.equal('store-moved')
  })

  it('goes to no place where something is', async () => {
    const file = newFile()
    await fill(file)
    const taken = newFile()
    await fill(taken)
    expect(await codeOf(copy(file, taken))).to.equal('store-exists')
    await (await open(file)).close()
  })

  it('is not copied while it is open', async () => {
    const file = newFile()
    await fill(file)
    const store = await open(file)
    expect(await codeOf(copy(file, database))).to.equal('store-in-use')
    await store.close()
    await copy(file, database)
    const there = await open(database)
    expect(await codeOf(copy(database, newFile()))).to.equal('database-in-use')
    await there.close()
  })

  it('leaves nothing where the copy failed, so that it can be tried again', async () => {
    const file = newFile()
    await fill(file)
    const store = await open(file)
    await store.settings.set('odd', 'a\0b')
    await store.close()
    expect(await codeOf(copy(file, database))).to.equal('store-not-copied')
    const changed = await open(file)
    await changed.settings.remove('odd')
    await changed.close()
    await copy(file, database)
  })
})
