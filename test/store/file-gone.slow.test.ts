import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createKeyring, openStore, type Store, StoreError } from '../../src/store/index.ts'
import { createFolder, masterKey, newTotp, rejectionOf, signInRecord } from './stores.ts'

describe('a store whose file is gone or another one (RULES 43)', () => {
  const keyring = createKeyring({ current: masterKey })
  let folder: ReturnType<typeof createFolder>
  let file: string
  let store: Store

  const open = (path = file, change = {}) =>
    openStore({ file: path, keyring, node: 'node-1', ...change })
  const names = async (current: Store) =>
    (await current.users.listUsers({ limit: 100 })).map((user) => user.name)

  /** Another store with the same key, such as an older copy. */
  async function makeOther(): Promise<string> {
    const path = join(folder.path, 'other.db')
    await (await open(path)).close()
    return path
  }

  async function expectRefused(): Promise<void> {
    const error = await rejectionOf(store.audit.record(signInRecord()))
    expect(error).to.be.instanceOf(StoreError).and.to.include({ code: 'store-gone' })
    expect(await store.probe()).to.include({ ok: false, code: 'store-gone' })
  }

  beforeEach(async () => {
    folder = createFolder()
    file = join(folder.path, 'store.db')
    store = await open()
    await store.accounts.noteUser('corp:alice', 'alice')
  })
  afterEach(async () => {
    await store.close()
    folder.remove()
  })

  const faults: Readonly<Record<string, () => Promise<void>>> = {
    'deleted with its log': async () => {
      for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name))
    },
    'deleted alone': async () => rmSync(file),
    'without its log': async () => rmSync(`${file}-wal`),
    'with the log of another': async () => {
      rmSync(`${file}-wal`)
      writeFileSync(`${file}-wal`, '')
    },
    'with a log that was cut off': async () => truncateSync(`${file}-wal`),
    'with a log that an older copy has overwritten': async () => {
      copyFileSync(`${file}-wal`, `${file}.older`)
      await store.accounts.noteUser('corp:bob', 'bob')
      copyFileSync(`${file}.older`, `${file}-wal`)
    },
    'moved, with a link in its place': async () => {
      renameSync(file, `${file}.away`)
      symlinkSync(`${file}.away`, file)
    },
    'replaced by an older copy': async () => renameSync(await makeOther(), file),
    'overwritten by an older copy': async () => copyFileSync(await makeOther(), file),
    emptied: async () => truncateSync(file),
    'written to by another program': async () => appendFileSync(file, 'x'),
    'in a folder that was moved away': async () => {
      renameSync(folder.path, `${folder.path}-moved`)
      after(() => rmSync(`${folder.path}-moved`, { recursive: true, force: true }))
    },
  }
  for (const [fault, cause] of Object.entries(faults)) {
    it(`takes nothing more once it is ${fault}`, async () => {
      await cause()
      await expectRefused()
    })
  }

  it('says so without a write, and works again once the very file is back', async () => {
    renameSync(file, `${file}.away`)
    await store.look()
    expect(store.health()).to.include({ ok: false, code: 'store-gone' })
    expect(existsSync(file)).to.equal(false)
    renameSync(`${file}.away`, file)
    await store.look()
    expect(store.health().ok).to.equal(true)
    await store.accounts.noteUser('corp:bob', 'bob')
    expect(await names(store)).to.deep.equal(['alice', 'bob'])
  })

  it('does not mind that it is touched', async () => {
    for (const name of [file, `${file}-wal`]) utimesSync(name, 1, 1)
    await store.look()
    expect(store.health().ok).to.equal(true)
    expect((await store.probe()).ok).to.equal(true)
  })

  it('can still be saved by a backup, with everything that it acknowledged', async () => {
    await store.authenticators.add(newTotp('corp:alice'))
    for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name))
    await expectRefused()
    const saved = join(folder.path, 'saved.db')
    await store.backup(saved)
    const copy = await open(saved)
    expect(await names(copy)).to.deep.equal(['alice'])
    expect(await copy.authenticators.list('corp:alice')).to.have.length(1)
    await copy.close()
  })

  it('leaves no log behind that would be applied to the file in its place', async () => {
    const other = await makeOther()
    await store.close()
    store = await open()
    await store.accounts.noteUser('corp:mallory', 'mallory')
    renameSync(other, file)
    await store.close()
    store = await open()
    expect(await names(store)).to.deep.equal([])
  })

  it('is not made again where it must be there, and an empty file is not one', async () => {
    const missing = join(folder.path, 'missing.db')
    const refuse = { whenMissing: 'refuse' as const }
    expect(await rejectionOf(open(missing, refuse))).to.include({ code: 'store-missing' })
    expect(existsSync(missing)).to.equal(false)
    writeFileSync(missing, '')
    expect(await rejectionOf(open(missing, refuse))).to.include({ code: 'store-damaged' })
  })

  it('must be of the installation whose id is beside the key', async () => {
    const { installationId } = store
    expect(installationId).to.match(/^[0-9a-f]{32}$/)
    await store.close()
    store = await open(file, { whenMissing: 'refuse', installationId })
    await store.close()
    const another = { whenMissing: 'refuse', installationId: '0'.repeat(32) }
    expect(await rejectionOf(open(file, another))).to.include({ code: 'store-other' })
    const made = join(folder.path, 'made.db')
    store = await open(made, { installationId: 'f'.repeat(32) })
    expect(store.installationId).to.equal('f'.repeat(32))
  })
})
