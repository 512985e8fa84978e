import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { createKeyring, openStore, restoreStore } from '../../src/store/index.ts'
import { attackerId, startAttacker } from '../files/attacker.ts'
import { needRoot } from '../lab/need.ts'
import { createFolder, masterKey, rejectionOf } from './stores.ts'

/** The store belongs to the service, and root runs commands on it: the service may be in the hands of an attacker. */
describe('root and a store of another user', () => {
  const folder = createFolder()
  const keyring = createKeyring({ current: masterKey })
  const backupFile = join(folder.path, 'backup.db')
  const secret = join(folder.path, 'of-root')

  const open = (file: string) => openStore({ file, keyring, node: 'node-1', whenMissing: 'refuse' })

  function giveAway(...paths: readonly string[]): void {
    for (const path of paths) chownSync(path, attackerId, attackerId)
  }

  /** A folder and a store in it, both of the other user. */
  async function makeTheirs(name: string): Promise<string> {
    const place = join(folder.path, name)
    const file = join(place, 'holdfast.db')
    mkdirSync(place)
    await (await openStore({ file, keyring, node: 'node-1' })).close()
    giveAway(place, file)
    return file
  }

  const expectUntouched = () => {
    expect(readFileSync(secret, 'utf8')).to.equal('like /etc/shadow')
    const { uid, gid, mode } = statSync(secret)
    expect([uid, gid, mode & 0o777]).to.deep.equal([0, 0, 0o600])
  }

  before(async function () {
    needRoot(this)
    chmodSync(folder.path, 0o755)
    writeFileSync(secret, 'like /etc/shadow', { mode: 0o600 })
    const store = await openStore({ file: join(folder.path, 's.db'), keyring, node: 'node-1' })
    await store.backup(backupFile)
    await store.close()
  })
  after(() => folder.remove())

  it('opens it, and leaves nothing in it that the service cannot open', async () => {
    const file = await makeTheirs('plain')
    const store = await open(file)
    await store.accounts.noteUser('corp:alice', 'alice')
    const owners = readdirSync(join(folder.path, 'plain')).map(
      (name) => statSync(join(folder.path, 'plain', name)).uid,
    )
    expect(owners).to.deep.equal([attackerId, attackerId])
    await store.close()
  })

  it('is not led to another file by a link in place of the store', async () => {
    const file = await makeTheirs('link')
    const ofRoot = join(folder.path, 'of-root.db')
    new DatabaseSync(ofRoot).exec('create table t (a)')
    const empty = join(folder.path, 'empty-of-root')
    writeFileSync(empty, '')
    for (const target of [ofRoot, empty, secret, join(folder.path, 'not-there')]) {
      rmSync(file, { force: true })
      symlinkSync(target, file)
      const before = existsSync(target) && readFileSync(target).toString('hex')
      expect(await rejectionOf(open(file)), target).to.include({ code: 'folder-not-safe' })
      const restored = restoreStore({ backupFile, targetFile: file, keyring, node: 'node-1' })
      expect(await rejectionOf(restored), target).to.include({ code: 'folder-not-safe' })
      expect(existsSync(target) && readFileSync(target).toString('hex')).to.equal(before)
    }
    expect(readdirSync(folder.path)).to.not.include('not-there')
    expectUntouched()
  })

  it('is not led to another file by a link in place of its log', async () => {
    const file = await makeTheirs('log')
    symlinkSync(secret, `${file}-wal`)
    expect(await rejectionOf(open(file))).to.include({ code: 'store-failed' })
    expectUntouched()
  })

  it('goes no way that the other user can change', async () => {
    const file = await makeTheirs('above')
    const inner = join(folder.path, 'above', 'inner')
    mkdirSync(inner)
    renameSync(file, join(inner, 'holdfast.db'))
    giveAway(inner)
    const error = await rejectionOf(open(join(inner, 'holdfast.db')))
    expect(error).to.include({ code: 'folder-not-safe' })
    expect(String(error)).to.include(`${join(folder.path, 'above')} is not used`)
  })

  it('restores into it while the other user exchanges all that appears there', async () => {
    const file = await makeTheirs('attacked')
    const attacker = await startAttacker(join(folder.path, 'attacked'), secret)
    try {
      for (let turn = 0; turn < 5 || attacker.exchanged.length === 0; turn += 1) {
        await restoreStore({ backupFile, targetFile: file, keyring, node: 'node-1' }).catch(
          () => undefined,
        )
      }
    } finally {
      await attacker.end()
    }
    expectUntouched()
  })

  it('finds what was prepared for it harmless: links, a folder, a file with the name', async () => {
    const file = await makeTheirs('prepared')
    for (const name of ['holdfast.db.restore-part', 'holdfast.db-wal', 'holdfast.db-journal']) {
      symlinkSync(secret, join(folder.path, 'prepared', name))
    }
    const { keptOldFile = '' } = await restoreStore({
      backupFile,
      targetFile: file,
      keyring,
      node: 'node-1',
    })
    expect(statSync(file)).to.include({ uid: attackerId, gid: attackerId })
    expect(statSync(keptOldFile)).to.include({ uid: attackerId })
    const store = await open(file)
    await store.close()
    expectUntouched()
  })

  it('copies it for a backup where only root can write', async () => {
    const file = await makeTheirs('copied')
    const store = await open(file)
    const attacker = await startAttacker(join(folder.path, 'copied'), secret)
    try {
      const target = join(folder.path, 'copy-for-root.db')
      await store.backup(target)
      expect(statSync(target)).to.include({ uid: 0 })
      await store.backup(join(folder.path, 'copied', 'theirs.db')).catch(() => undefined)
    } finally {
      await store.close()
      await attacker.end()
    }
    expectUntouched()
  })
})
