import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { createKeyring, openStore, restoreStore, type Store } from '../../../src/store/index.ts'
import { createFolder, masterKey, newTotp, rejectionOf, signInRecord } from '../stores.ts'

describe('backup and restore (sqlite)', () => {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  const backupFile = join(folder.path, 'backup.db')
  const keyring = createKeyring({ current: masterKey })
  let store: Store

  const open = (path = file) => openStore({ file: path, keyring, node: 'node-1' })
  const restore = (change: Partial<Parameters<typeof restoreStore>[0]> = {}) =>
    restoreStore({ backupFile, targetFile: file, keyring, node: 'node-1', ...change })
  const users = async (current: Store) => {
    const list = await current.users.listUsers({ limit: 1_000 })
    return list.map((user) => user.name)
  }

  const token = new Uint8Array(32).fill(1)

  before(async () => {
    store = await open()
    await store.accounts.noteUser('corp:before', 'before')
    await store.authenticators.add(newTotp('corp:before'))
    await store.remembered.keep(
      {
        userKey: 'corp:before',
        gatewayGroup: 'vpn',
        device: { kind: 'mac', value: '001122334455' },
        network: '',
        method: 'call',
        atMs: 1,
        untilMs: 2,
      },
      'stamp',
    )
    const userKey = 'corp:before'
    const code = { codeHash: token, createdAtMs: 1, untilMs: 9, triesLeft: 1, madeBy: 'root' }
    await store.webSessions.add({
      ...{ tokenHash: token, userKey, userName: 'before', kind: 'whole', address: '' },
      ...{ createdAtMs: 1, seenAtMs: 1, endsAtMs: 9, userAgent: '' },
    })
    await store.webSteps.put({
      ...{ tokenHash: token, kind: 'setup', userKey, content: '', untilMs: 9 },
    })
    await store.enrolmentCodes.put({ userKey, ...code })
    for (let rows = 0; rows < 20; rows += 1) {
      await Promise.all(
        Array.from({ length: 200 }, () =>
          store.audit.record(signInRecord({ device: 'x'.repeat(200) })),
        ),
      )
    }
  })
  after(async () => {
    await store.close()
    folder.remove()
  })

  it('copies while it serves: whole, readable by the owner only, with what was there before', async () => {
    const copying = store.backup(backupFile)
    let served = 0
    let isCopying = true
    const copied = copying.finally(() => {
      isCopying = false
    })
    while (isCopying) {
      await store.audit.record(signInRecord())
      served += 1
    }
    await copied
    expect(served).to.be.greaterThan(0)
    expect(statSync(backupFile).mode & 0o777).to.equal(0o600)
    expect(readdirSync(folder.path).filter((name) => name.startsWith('backup'))).to.deep.equal([
      'backup.db',
    ])

    const copyFile = join(folder.path, 'opened.db')
    copyFileSync(backupFile, copyFile)
    const copy = await open(copyFile)
    const report = await copy.audit.verifyAuditChain()
    const names = await users(copy)
    const [authenticator] = await copy.authenticators.list('corp:before')
    const remembered = await copy.remembered.list('corp:before', 0)
    // With another one no phone would get notifications any more.
    expect(copy.pushKey).to.deep.equal(store.pushKey)
    await copy.close()
    expect(names).to.deep.equal(['before'])
    expect(authenticator).to.include({ method: 'totp' })
    expect(remembered).to.have.length(1)
    if (!report.ok) throw new Error('expected the chain of the copy to hold')
    expect(report.rows).to.be.within(4_000, 4_000 + served)
  })

  it('overwrites no file, and says what is wrong with a folder that is not there', async () => {
    writeFileSync(join(folder.path, 'precious'), 'precious')
    expect(await rejectionOf(store.backup(join(folder.path, 'precious')))).to.include({
      code: 'file-exists',
    })
    expect(await rejectionOf(store.backup(join(folder.path, 'nowhere', 'b.db')))).to.include({
      code: 'store-failed',
    })
    expect(store.health().ok).to.equal(true)
  })

  it('is not restored over a store in use, and the store goes on', async () => {
    expect(await rejectionOf(restore())).to.include({ code: 'store-in-use' })
    await store.accounts.noteUser('corp:after', 'after')
    expect(await users(store)).to.deep.equal(['after', 'before'])
  })

  it('is not restored with another key, nor damaged, nor newer, nor when it is not a store', async () => {
    await store.close()
    const other = createKeyring({ current: new Uint8Array(32) })
    expect(await rejectionOf(restore({ keyring: other }))).to.include({ code: 'store-key-wrong' })

    const spoil = (name: string, change: (path: string) => void) => {
      const path = join(folder.path, name)
      copyFileSync(backupFile, path)
      change(path)
      return path
    }
    const inSql = (text: string) => (path: string) => {
      const database = new DatabaseSync(path)
      database.exec(text)
      database.close()
    }
    const cases = [
      { code: 'store-damaged', path: spoil('letter', (path) => writeFileSync(path, 'a letter')) },
      { code: 'store-damaged', path: spoil('empty', (path) => writeFileSync(path, '')) },
      {
        code: 'store-damaged',
        path: spoil('cut', (path) => {
          const half = Math.floor(statSync(path).size / 2)
          writeFileSync(path, new Uint8Array(half), { flag: 'r+' })
        }),
      },
      {
        code: 'store-newer',
        path: spoil('newer', inSql('update schema_version set version = 99')),
      },
      { code: 'store-failed', path: join(folder.path, 'not-there') },
    ]
    for (const { code, path } of cases) {
      expect(await rejectionOf(restore({ backupFile: path })), path).to.include({ code })
    }
    store = await open()
    expect(await users(store)).to.deep.equal(['after', 'before'])
  })

  it('takes the place of the store, which is kept aside', async () => {
    await store.close()
    const { keptOldFile = '' } = await restore()
    store = await open()
    expect(await store.remembered.list('corp:before', 0), 'is not remembered again').to.have.length(
      0,
    )
    // They may have been ended or used since.
    expect(await store.webSessions.use(token, 1, 9)).to.equal(undefined)
    expect(await store.webSteps.take(token, 'setup', 1)).to.equal(undefined)
    expect(await store.enrolmentCodes.look('corp:before', 1)).to.equal(undefined)
    expect(await users(store)).to.deep.equal(['before'])
    const old = await open(keptOldFile)
    expect(await users(old)).to.deep.equal(['after', 'before'])
    await old.close()
    expect(existsSync(backupFile)).to.equal(true)
    expect(existsSync(`${file}.restore-part`)).to.equal(false)
  })

  it('belongs to the service after a restore, though root has run it', async () => {
    const place = join(folder.path, 'of the service')
    const target = join(place, 'store.db')
    // Without root there is only one owner to give it to.
    const isRoot = process.getuid?.() === 0
    const owner = isRoot ? 61_234 : process.getuid?.()
    const group = isRoot ? 61_234 : process.getgid?.()
    mkdirSync(place)
    if (isRoot) chownSync(place, 61_234, 61_234)
    const modeAndOwner = () => {
      const { mode, uid, gid } = statSync(target)
      return [mode & 0o777, uid, gid]
    }
    await restore({ targetFile: target })
    expect(modeAndOwner()).to.deep.equal([0o600, owner, group])
    chmodSync(target, 0o640)
    const { keptOldFile } = await restore({ targetFile: target })
    expect(keptOldFile).to.be.a('string')
    expect(modeAndOwner()).to.deep.equal([0o640, owner, group])
    expect(readdirSync(place)).to.have.length(2)
  })

  it('is restored over a damaged store, and where there is none', async () => {
    await store.close()
    writeFileSync(file, 'this was a store once. '.repeat(1_000))
    writeFileSync(`${file}-wal`, 'left over')
    const { keptOldFile = '' } = await restore()
    expect(existsSync(keptOldFile)).to.equal(true)
    expect(existsSync(`${file}-wal`)).to.equal(false)
    expect(await restore({ targetFile: join(folder.path, 'fresh.db') })).to.not.have.property(
      'keptOldFile',
    )
    store = await open()
    expect(await users(store)).to.deep.equal(['before'])
  })
})
