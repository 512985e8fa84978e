import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { createKeyring, openStore } from '../../../src/store/index.ts'
import { createFolder, masterKey } from '../stores.ts'

const userKey = 'corp:alice'
const keyOf = (fill: number) => new Uint8Array(91).fill(fill)

describe('a phone in the store', () => {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  const open = () =>
    openStore({ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' })
  after(() => folder.remove())

  it('is found by its id, with its key, and no key counts in the place of another (RULES 21)', async () => {
    const store = await open()
    const add = (fill: number) =>
      store.authenticators.add({
        ...{ method: 'push', userKey, label: `phone ${fill}`, publicKey: keyOf(fill) },
      })
    const first = await add(1)
    const second = await add(2)
    expect(await store.authenticators.findPhone(first.id)).to.deep.include({
      ...{ userKey, label: 'phone 1', publicKey: keyOf(1) },
    })
    await store.close()

    const database = new DatabaseSync(file)
    database
      .prepare(
        'update authenticator set passkey = (select passkey from authenticator where id = ?) where id = ?',
      )
      .run(second.id, first.id)
    database.close()
    const changed = await open()
    expect(await changed.authenticators.findPhone(first.id)).to.equal(undefined)
    expect(await changed.authenticators.findPhone(second.id)).to.deep.include({
      publicKey: keyOf(2),
    })
    await changed.close()
  })
})
