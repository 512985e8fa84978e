import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { createFolder, masterKey } from '../stores.ts'

describe('renewed password hashes in the store', () => {
  const folder = createFolder()
  after(() => folder.remove())
  const alice = { userKey: 'people:alice', of: 'scrypt$1$old', hash: 'scrypt$2$renewed' }
  const bob = { userKey: 'people:bob', of: 'scrypt$1$old', hash: 'scrypt$2$other' }

  it('are sealed, replaced, opened under a new master key, and gone with the person', async () => {
    const file = join(folder.path, 'renewed.db')
    const open = (keyring = createKeyring({ current: masterKey })) =>
      openStore({ file, keyring, node: 'node-1' })
    const store = await open()
    await store.renewedHashes.keep({ ...alice, hash: 'scrypt$2$first' })
    await store.renewedHashes.keep(alice)
    await store.renewedHashes.keep(bob)
    expect(await store.renewedHashes.list()).to.have.deep.members([alice, bob])
    const next = new Uint8Array(32).fill(8)
    await store.rotateKeys(next)
    await store.close()
    for (const name of [file, `${file}-wal`]) {
      try {
        expect(readFileSync(name).includes('renewed')).to.equal(false)
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENOENT') throw error
      }
    }

    const again = await open(createKeyring({ current: next }))
    expect(await again.renewedHashes.list()).to.have.deep.members([alice, bob])
    expect(await again.users.removeUser(alice.userKey)).to.equal(true)
    expect(await again.renewedHashes.list()).to.deep.equal([bob])
    await again.close()
  })
})
