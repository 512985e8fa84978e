import { expect } from 'chai'
import type { NewAuthenticator } from '../../../src/accounts/index.ts'
import { createKeyring } from '../../../src/store/index.ts'
import { describeStores } from '../stores.ts'

const newKey = new Uint8Array(32).fill(8)

const passkeyOf = (userKey: string, more: { credentialId: string; signCount?: number }) =>
  ({
    ...{ method: 'passkey', userKey, label: 'Pixel', publicKey: new Uint8Array(77).fill(3) },
    ...{ isDeviceBound: false, aaguid: '00000000-0000-0000-0000-000000000000' },
    ...{ transports: ['internal'], signCount: 0, isBackedUp: true },
    ...more,
  }) as const satisfies NewAuthenticator

describeStores('passkeys in the store', (current) => {
  it('are found by what browsers call them, also after a restart and with another key', async () => {
    const { authenticators, rotateKeys } = current.store()
    const added = await authenticators.add(passkeyOf('corp:alice', { credentialId: 'one' }))
    await authenticators.add(passkeyOf('corp:bob', { credentialId: 'two' }))
    expect(await authenticators.findPasskey('one')).to.deep.equal(added)
    expect(await authenticators.findPasskey('three')).to.equal(undefined)
    await rotateKeys(newKey)
    const reopened = await current.reopen({ keyring: createKeyring({ current: newKey }) })
    expect(await reopened.authenticators.findPasskey('one')).to.deep.equal(added)
  })

  it('count up: of many signatures at once with one count, one is taken', async () => {
    const { authenticators } = current.store()
    const { id } = await authenticators.add(
      passkeyOf('corp:alice', { credentialId: 'one', signCount: 4 }),
    )
    const use = { signCount: 5, isBackedUp: true, atMs: 1_000 }
    const used = await Promise.all(
      Array.from({ length: 20 }, () => authenticators.usePasskey(id, use)),
    )
    expect(used.filter(Boolean)).to.have.length(1)
    expect(await authenticators.usePasskey(id, { ...use, signCount: 4 })).to.equal(false)
    const [kept] = await authenticators.list('corp:alice')
    expect(kept).to.include({ signCount: 5, lastUsedMs: 1_000 })
  })

  it('that do not count sign any number of times, until they are removed', async () => {
    const { authenticators } = current.store()
    const { id } = await authenticators.add(passkeyOf('corp:alice', { credentialId: 'one' }))
    const use = { signCount: 0, isBackedUp: false, atMs: 1_000 }
    expect(await authenticators.usePasskey(id, use)).to.equal(true)
    expect(await authenticators.usePasskey(id, use)).to.equal(true)
    expect(await authenticators.removePasskeys()).to.equal(1)
    expect(await authenticators.usePasskey(id, use)).to.equal(false)
    expect(await authenticators.findPasskey('one')).to.equal(undefined)
    expect(await authenticators.list('corp:alice')).to.deep.equal([])
  })

  it('have one handle for each person, which stays', async () => {
    const { personRecords } = current.store()
    const handles = await Promise.all(
      ['corp:alice', 'corp:bob', 'corp:alice'].map((key) => personRecords.userHandle(key)),
    )
    const [alice, bob, again] = handles.map((handle) => Buffer.from(handle).toString('hex'))
    expect(alice).to.equal(again)
    expect(alice).to.not.equal(bob)
    const { personRecords: reread } = await current.reopen()
    expect(Buffer.from(await reread.userHandle('corp:alice')).toString('hex')).to.equal(alice)
  })
})
