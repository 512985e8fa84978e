import { expect } from 'chai'
import type { Authenticator, AuthenticatorChange } from '../../../src/accounts/index.ts'
import { createKeyring } from '../../../src/store/index.ts'
import { describeStores, newTotp } from '../stores.ts'

const alice = 'corp:alice'
const phone = { method: 'call', userKey: alice, label: 'desk', phone: '+49301234567' } as const

describeStores('changing an authenticator', (current) => {
  const list = () => current.store().authenticators.list(alice)
  const change = (one: Authenticator, values: AuthenticatorChange) =>
    current.store().authenticators.change(alice, one.id, values)

  it('renames it, and leaves everything else as it is', async () => {
    const { authenticators } = current.store()
    const app = await authenticators.add({ ...newTotp(alice), shownToAgent: true })
    const other = await authenticators.add(phone)
    await list()
    const label = `Ünïcode 🔑', seed = null; --`
    expect(await change(app, { label })).to.equal(true)
    expect(await list()).to.have.deep.members([{ ...app, label }, other])
    await current.reopen()
    expect(await list()).to.have.deep.members([{ ...app, label }, other])
  })

  it('gives, changes and takes away the backup number and the PIN of a phone', async () => {
    const added = await current.store().authenticators.add(phone)
    const backupPhone = '+49301234568'
    expect(await change(added, { backupPhone, pin: '4711' })).to.equal(true)
    expect(await list()).to.deep.equal([{ ...added, backupPhone, pin: '4711' }])
    await change(added, { pin: '0815' })
    await current.reopen()
    expect(await list()).to.deep.equal([{ ...added, backupPhone, pin: '0815' }])
    await change(added, { backupPhone: null, pin: null })
    expect(await list()).to.deep.equal([added])
  })

  it('seals the PIN, with the current key after a rotation', async () => {
    const newKey = new Uint8Array(32).fill(8)
    const store = current.store()
    const added = await store.authenticators.add({ ...phone, pin: '4711' })
    await store.rotateKeys(newKey)
    await change(added, { pin: '0815' })
    await current.reopen({ keyring: createKeyring({ current: newKey }) })
    expect(await list()).to.deep.equal([{ ...added, pin: '0815' }])
  })

  it('gives no number and no PIN to what is not a phone', async () => {
    const app = await current.store().authenticators.add(newTotp(alice))
    expect(await change(app, { label: 'new', pin: '4711' })).to.equal(false)
    expect(await change(app, { backupPhone: '+49301234568' })).to.equal(false)
    expect(await change(app, {})).to.equal(false)
    expect(await list()).to.deep.equal([app])
  })

  it('changes nothing of anyone else, or what is gone', async () => {
    const { authenticators } = current.store()
    const added = await authenticators.add(phone)
    expect(await authenticators.change('corp:mallory', added.id, { label: 'x' })).to.equal(false)
    expect(await list()).to.deep.equal([added])
    await authenticators.remove(alice, added.id)
    expect(await change(added, { label: 'x' })).to.equal(false)
    expect(await list()).to.deep.equal([])
  })
})
