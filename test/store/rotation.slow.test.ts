import { expect } from 'chai'
import { createKeyring } from '../../src/store/index.ts'
import { describeStores, masterKey, newTotp, rejectionOf, signInRecord } from './stores.ts'

const newKey = new Uint8Array(32).fill(8)

describeStores('key rotation', (current) => {
  it('seals everything again while others are served; then the new key alone is enough', async () => {
    const store = current.store()
    const users = Array.from({ length: 130 }, (_, index) => `corp:user-${index}`)
    const ids = await Promise.all(
      users.map(async (userKey) => (await store.authenticators.add(newTotp(userKey))).id),
    )
    await store.authenticators.add({
      method: 'call',
      userKey: 'corp:alice',
      label: '',
      phone: '+4930',
      pin: '4711',
    })
    await store.audit.record(signInRecord())
    const step = { kind: 'setup', userKey: 'corp:alice', untilMs: 60_000 } as const
    const tokens = Array.from({ length: 130 }, (_, index) => new Uint8Array(32).fill(index))
    for (const [index, tokenHash] of tokens.entries()) {
      const userKey = `corp:user-${index}`
      await store.webSteps.put({ ...step, tokenHash, userKey, content: '{"seed":"secret"}' })
    }

    const rotation = store.rotateKeys(newKey)
    const evidence = { requestAuthenticator: new Uint8Array(16) }
    const spends = await Promise.all(
      ids.map((id) => store.authenticators.spendTotp(id, 7, 0, evidence)),
    )
    const added = await store.authenticators.add(newTotp('corp:late'))
    const result = await rotation
    expect(new Set(spends)).to.deep.equal(new Set(['spent']))
    // 130 seeds, a PIN, 130 steps of the portal, and the three secrets of the installation.
    expect(result).to.deep.equal({ resealed: 264, unreadable: [] })

    const { hashingKey } = store
    const reopened = await current.reopen({ keyring: createKeyring({ current: newKey }) })
    expect(await reopened.authenticators.list('corp:late')).to.deep.equal([added])
    const [first] = await reopened.authenticators.list('corp:user-0')
    expect(first).to.deep.include({ lastStep: 7, seed: newTotp('').seed })
    const [call] = await reopened.authenticators.list('corp:alice')
    expect(call).to.include({ pin: '4711' })
    const taken = tokens.map((tokenHash) => reopened.webSteps.take(tokenHash, 'setup', 0))
    const contents = new Set((await Promise.all(taken)).map((one) => one?.content))
    expect(contents).to.deep.equal(new Set(['{"seed":"secret"}']))
    expect(reopened.hashingKey).to.deep.equal(hashingKey)
    await reopened.audit.record(signInRecord())
    expect(await reopened.audit.verifyAuditChain()).to.include({ ok: true, rows: 2 })
    expect(await rejectionOf(current.reopen())).to.include({ code: 'store-key-wrong' })
  })

  it('finds nothing to do the second time', async () => {
    const store = current.store()
    await store.authenticators.add(newTotp('corp:alice'))
    await store.rotateKeys(newKey)
    expect(await store.rotateKeys(newKey)).to.deep.equal({ resealed: 0, unreadable: [] })
    expect(await rejectionOf(store.rotateKeys(new Uint8Array(5)))).to.be.instanceOf(RangeError)
    const both = createKeyring({ current: newKey, previous: [masterKey] })
    const reopened = await current.reopen({ keyring: both })
    expect(await reopened.authenticators.list('corp:alice')).to.have.length(1)
  })
})
