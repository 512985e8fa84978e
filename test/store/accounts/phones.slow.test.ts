import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { createKeyring, openStore, type Store, StoreError } from '../../../src/store/index.ts'
import { createFolder, masterKey } from '../stores.ts'

const userKey = 'corp:alice'
const keyOf = (fill: number) => new Uint8Array(91).fill(fill)

describe('a phone in the store', () => {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  const open = () =>
    openStore({ file, keyring: createKeyring({ current: masterKey }), node: 'node-1' })
  after(() => folder.remove())

  it('is found by its id, with its key, and no key counts in place of another (RULES 21)', async () => {
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

describe('where a phone gets its notifications', () => {
  const folder = createFolder()
  const file = join(folder.path, 'store.db')
  const open = (master = masterKey) =>
    openStore({ file, keyring: createKeyring({ current: master }), node: 'node-1' })
  after(() => folder.remove())

  const place = (name: string) => ({
    endpoint: `https://push.example/${name}`,
    p256dh: new Uint8Array(65).fill(4),
    auth: new Uint8Array(16).fill(5),
  })
  const add = (store: Store, key = userKey) =>
    store.authenticators.add({ method: 'push', userKey: key, label: '', publicKey: keyOf(1) })
  const placeOf = async (store: Store, id: string) =>
    (await store.authenticators.findPhone(id))?.subscription

  it('is kept, changed, and taken away', async () => {
    const store = await open()
    const { id } = await add(store)
    const { subscribePhone } = store.authenticators
    expect(await subscribePhone(id, place('a'))).to.equal('kept')
    expect(await placeOf(store, id)).to.deep.equal(place('a'))
    expect(await subscribePhone(id, place('b'))).to.equal('kept')
    await store.close()
    const again = await open()
    expect(await placeOf(again, id)).to.deep.equal(place('b'))
    expect(await again.authenticators.subscribePhone(id, undefined)).to.equal('kept')
    expect(await placeOf(again, id)).to.equal(undefined)
    expect(await again.authenticators.subscribePhone('nobody', place('c'))).to.equal('gone')
    await again.close()
  })

  it('has one phone: another of the same person takes it over, and no one else’s does (PEOPLE R14)', async () => {
    const store = await open()
    const { subscribePhone } = store.authenticators
    const [first, second, bobs] = [await add(store), await add(store), await add(store, 'corp:bob')]
    await subscribePhone(first.id, place('one'))
    expect(await subscribePhone(second.id, place('one'))).to.equal('kept')
    expect(await placeOf(store, first.id)).to.equal(undefined)
    expect(await placeOf(store, second.id)).to.deep.equal(place('one'))
    const asked = subscribePhone(bobs.id, place('one')).catch(() => 'failed')
    expect(await asked).to.equal('taken')
    expect(await placeOf(store, bobs.id)).to.equal(undefined)
    expect(await placeOf(store, second.id)).to.deep.equal(place('one'))
    await store.close()
  })

  it('ends where the push service no longer knows it, unless there is another by now', async () => {
    const store = await open()
    const { endSubscription, findPhone, subscribePhone } = store.authenticators
    const { id } = await add(store)
    await subscribePhone(id, place('now'))
    await endSubscription(id, place('before').endpoint, 1_000)
    expect(await placeOf(store, id)).to.deep.equal(place('now'))
    await endSubscription(id, place('now').endpoint, 2_000)
    expect(await findPhone(id)).to.include({ unsubscribedMs: 2_000 })
    expect(await placeOf(store, id)).to.equal(undefined)
    await subscribePhone(id, place('later'))
    expect(await findPhone(id)).not.to.have.property('unsubscribedMs')
    await store.close()
  })

  it('counts for no other phone (RULES 21)', async () => {
    const store = await open()
    const [first, second] = [await add(store), await add(store)]
    await store.authenticators.subscribePhone(first.id, place('first'))
    await store.authenticators.subscribePhone(second.id, place('second'))
    await store.close()
    const database = new DatabaseSync(file)
    database
      .prepare(
        'update authenticator set subscription = (select subscription from authenticator where id = ?) where id = ?',
      )
      .run(second.id, first.id)
    database.close()
    const changed = await open()
    expect(await changed.authenticators.findPhone(first.id)).to.equal(undefined)
    expect(await placeOf(changed, second.id)).to.deep.equal(place('second'))
    await changed.close()
  })

  it('stays with the key that push services know, over a new sealing key', async () => {
    const store = await open()
    const { id } = await add(store)
    await store.authenticators.subscribePhone(id, place('kept'))
    const before = store.pushKey
    const next = new Uint8Array(32).fill(8)
    await store.rotateKeys(next)
    await store.close()
    const rotated = await open(next)
    expect(rotated.pushKey).to.deep.equal(before)
    expect(await placeOf(rotated, id)).to.deep.equal(place('kept'))
    await rotated.close()
  })

  it('has no key in place of one that does not open', async () => {
    const path = join(folder.path, 'broken.db')
    const openBroken = () =>
      openStore({ file: path, keyring: createKeyring({ current: masterKey }), node: 'node-1' })
    await (await openBroken()).close()
    const database = new DatabaseSync(path)
    database.exec("update secret set sealed = randomblob(80) where name = 'push'")
    database.close()
    const code = await openBroken().then(
      () => 'opened',
      (error: unknown) => (error instanceof StoreError ? error.code : String(error)),
    )
    expect(code).to.equal('sealed-value-invalid')
  })
})

describe('what was said of notifications', () => {
  const folder = createFolder()
  after(() => folder.remove())

  it('is kept for 30 days', async () => {
    const store = await openStore({
      file: join(folder.path, 'store.db'),
      keyring: createKeyring({ current: masterKey }),
      node: 'node-1',
    })
    const bell = (promptId: string, atMs: number, answer = '201') => ({
      ...{ promptId, phoneId: 'phone', userKey, service: 'push.example', atMs, answer },
    })
    const day = 86_400_000
    await store.bells.note(bell('old', 0))
    await store.bells.note(bell('new', 31 * day, '503'))
    await store.bells.note(bell('new', 31 * day + 1))
    expect(await store.bells.list(userKey, 0, 40 * day)).to.deep.equal([
      ...[bell('old', 0), bell('new', 31 * day + 1)],
    ])
    expect(await store.bells.count(day)).to.deep.equal([
      { service: 'push.example', answer: '201', times: 1 },
    ])
    expect(await store.bells.purge(32 * day, 1)).to.equal(1)
    expect(await store.bells.list(userKey, 0, 40 * day)).to.have.length(1)
    await store.close()
  })
})
