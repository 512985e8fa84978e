import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { createKeyring, deriveKey, openStore, type StoreError } from '../../../src/store/index.ts'
import { createSealer } from '../../../src/store/sealing/sealing.ts'
import { createFolder, masterKey, newTotp, rejectionOf } from '../stores.ts'

const place = { table: 'authenticator', column: 'seed', userKey: 'corp:alice' }
const secret = new Uint8Array(20).fill(5)

describe('keys', () => {
  it('differ by purpose and by master key, and are the same each time', () => {
    const hex = (key: Uint8Array) => Buffer.from(key).toString('hex')
    expect(hex(deriveKey(masterKey, 'state'))).to.equal(hex(deriveKey(masterKey, 'state', 32)))
    expect(hex(deriveKey(masterKey, 'state'))).to.not.equal(hex(deriveKey(masterKey, 'sealing')))
    expect(hex(deriveKey(masterKey, 'state'))).to.not.equal(
      hex(deriveKey(new Uint8Array(32), 'state')),
    )
    expect(deriveKey(masterKey, 'state', 64)).to.have.length(64)
  })

  it('are not taken from a master key of another length', () => {
    for (const length of [0, 16, 31, 33]) {
      expect(() => deriveKey(new Uint8Array(length), 'state')).to.throw(RangeError)
      expect(() => createKeyring({ current: new Uint8Array(length) })).to.throw(RangeError)
    }
  })
})

describe('sealed values', () => {
  const sealer = createSealer(createKeyring({ current: masterKey }), 'installation-1')

  it('open where they were sealed, and never look the same twice', () => {
    const sealed = sealer.seal(place, secret)
    expect(sealer.open(place, sealed)).to.deep.equal(secret)
    expect(sealed).to.not.deep.equal(sealer.seal(place, secret))
    expect(Buffer.from(sealed).includes(Buffer.from(secret))).to.equal(false)
    expect(sealer.open(place, sealer.seal(place, new Uint8Array(0)))).to.have.length(0)
  })

  it('open nowhere else', () => {
    const sealed = sealer.seal(place, secret)
    const elsewhere = createSealer(createKeyring({ current: masterKey }), 'installation-2')
    const attempts = [
      () => sealer.open({ ...place, userKey: 'corp:bob' }, sealed),
      () => sealer.open({ ...place, column: 'pin' }, sealed),
      () => sealer.open({ ...place, table: 'secret' }, sealed),
      () => elsewhere.open(place, sealed),
    ]
    for (const attempt of attempts) {
      expect(attempt).to.throw('does not open').with.property('code', 'sealed-value-invalid')
    }
  })

  it('do not open with any byte changed, nor cut short, nor with another key', () => {
    const sealed = sealer.seal(place, secret)
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Uint8Array.from(sealed, (byte, at) => (at === index ? byte ^ 1 : byte))
      expect(() => sealer.open(place, changed))
        .to.throw()
        .with.property('code', 'sealed-value-invalid')
    }
    for (const length of [0, 3, 31, sealed.length - 1]) {
      expect(() => sealer.open(place, sealed.subarray(0, length)))
        .to.throw()
        .with.property('code', 'sealed-value-invalid')
    }
    const other = createSealer(createKeyring({ current: new Uint8Array(32) }), 'installation-1')
    expect(() => other.open(place, sealed))
      .to.throw()
      .with.property('code', 'sealed-value-invalid')
  })
})

describe('sealed rows (sqlite)', () => {
  const folder = createFolder()
  after(() => folder.remove())
  const file = join(folder.path, 'store.db')
  const unreadable: StoreError[] = []
  const open = (current: Uint8Array, previous: readonly Uint8Array[] = []) =>
    openStore({
      file,
      keyring: createKeyring({ current, previous }),
      node: 'node-1',
      onUnreadable: (error) => unreadable.push(error),
    })

  it('hold no seed or PIN in clear text, and one swapped between users fails alone', async () => {
    const store = await open(masterKey)
    const seed = Buffer.from('seed of the attacker')
    await store.authenticators.add({ ...newTotp('corp:mallory'), seed })
    const stolen = await store.authenticators.add(newTotp('corp:alice'))
    const other = await store.authenticators.add({
      method: 'call',
      userKey: 'corp:alice',
      label: '',
      phone: '+4930',
      pin: '314159265',
    })
    await store.close()

    const database = new DatabaseSync(file)
    const rows = JSON.stringify(
      database.prepare('select * from authenticator').all(),
      (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value),
    )
    expect(rows).to.not.include('314159265').and.not.include(seed.toString())
    database
      .prepare(
        `update authenticator set seed = (select seed from authenticator where user_key = ?) where id = ?`,
      )
      .run('corp:mallory', stolen.id)
    database.close()

    const reopened = await open(masterKey)
    const alices = await reopened.authenticators.list('corp:alice')
    const mallorys = await reopened.authenticators.list('corp:mallory')
    await reopened.close()
    expect(alices).to.deep.equal([other])
    expect(mallorys).to.have.length(1)
    expect(unreadable).to.have.length(1)
    expect(unreadable[0]).to.include({ code: 'sealed-value-invalid' })
    expect(unreadable[0]?.details).to.include({ userKey: 'corp:alice', column: 'seed' })
  })

  it('are refused as a whole when the master key is another', async () => {
    const error = await rejectionOf(open(new Uint8Array(32)))
    expect(error).to.include({ name: 'StoreError', code: 'store-key-wrong' })
  })

  it('open with the right key after a start with a wrong one, also when it is a previous one', async () => {
    await rejectionOf(open(new Uint8Array(32).fill(1)))
    const store = await open(new Uint8Array(32).fill(1), [masterKey])
    const list = await store.authenticators.list('corp:mallory')
    await store.close()
    expect(list).to.have.length(1)
  })
})
