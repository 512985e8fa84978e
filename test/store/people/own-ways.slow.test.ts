import { expect } from 'chai'
import { describeStores } from '../stores.ts'

const nowMs = 1_750_000_000_000
const userKey = 'corp:alice'
const endpoint = 'https://push.example/secret-place'
const place = { group: 'vpn', gateway: 'VPN Amsterdam', network: '203.0.113.7' }

/** Everything that a person who approves sign-ins has in the store. */
describeStores('what is kept of a person’s phones and passkeys', (current) => {
  async function fill(): Promise<{ readonly phone: string }> {
    const store = current.store()
    await store.accounts.noteUser(userKey, 'alice')
    const common = { userKey, label: 'mine' }
    await store.authenticators.add({
      ...{ ...common, method: 'passkey', credentialId: 'AAEC', signCount: 1, isBackedUp: true },
      ...{ publicKey: new Uint8Array(77).fill(1), isDeviceBound: false, transports: ['internal'] },
      aaguid: '00000000-0000-0000-0000-000000000000',
    })
    const { id } = await store.authenticators.add({
      ...{ ...common, method: 'push', publicKey: new Uint8Array(91).fill(1) },
    })
    const keys = { p256dh: new Uint8Array(65).fill(4), auth: new Uint8Array(16).fill(5) }
    await store.authenticators.subscribePhone(id, { endpoint, ...keys })
    await store.receipts.note({ promptId: 'prompt-1', phoneId: id, userKey }, 'shown', nowMs)
    for (let times = 0; times < 3; times++) await store.pauses.note(userKey, place, nowMs)
    await store.phoneNotices.add({
      ...{ id: 'notice-1', userKey, kind: 'unlocked', text: 'Your sign-in was unlocked.' },
      ...{ by: 'administrator', atMs: nowMs },
    })
    return { phone: id }
  }

  it('is in an export, without what could stand for the person', async () => {
    const { phone } = await fill()
    const exported = await current.store().users.exportUser(userKey, [])
    expect(exported.authenticator).to.have.length(2)
    expect(exported.receipt).to.have.length(1)
    expect(exported.receipt[0]).to.include({ phone_id: phone })
    const [unanswered] = exported.unanswered
    expect(unanswered).to.include({ gateway: 'VPN Amsterdam', network: '203.0.113.7', times: 3 })
    const [notice] = exported.phone_notice
    expect(notice).to.include({ said: 'Your sign-in was unlocked.', made_by: 'administrator' })
    const all = JSON.stringify(exported)
    expect(all).to.not.include('secret-place')
    expect(all).to.not.include(Buffer.from(new Uint8Array(16).fill(5)).toString('base64'))
  })

  it('goes with the person, from memory as well', async () => {
    const { phone } = await fill()
    const store = current.store()
    await store.accounts.load(userKey)
    await store.users.removeUser(userKey)
    expect(await store.accounts.load(userKey)).to.not.have.property('unanswered')
    expect(await store.authenticators.findPhone(phone)).to.equal(undefined)
    expect(await store.authenticators.findPasskey('AAEC')).to.equal(undefined)
    expect(await store.phoneNotices.list(userKey, nowMs)).to.deep.equal([])
    expect(await store.receipts.list(userKey, 0)).to.deep.equal([])
  })

  it('outlives a restart', async () => {
    const { phone } = await fill()
    const store = await current.reopen()
    expect((await store.accounts.load(userKey)).unanswered).to.have.length(1)
    expect(await store.phoneNotices.list(userKey, nowMs)).to.have.length(1)
    expect(await store.authenticators.findPhone(phone)).to.have.nested.property(
      'subscription.endpoint',
      endpoint,
    )
  })
})
