import { join } from 'node:path'
import { expect } from 'chai'
import { createKeyring, openStore, type Store } from '../../../src/store/index.ts'
import { createFolder, masterKey, newTotp } from '../stores.ts'

const farMs = Date.now() + 86_400_000

// It has one process, which knows the outcomes of equal requests itself (RULES 10).
describe('a store in a file', () => {
  const folder = createFolder()
  let store: Store

  before(async () => {
    store = await openStore({
      file: join(folder.path, 'store.db'),
      keyring: createKeyring({ current: masterKey }),
      node: 'node-1',
      commitTimeoutMs: 60_000,
    })
  })
  after(async () => {
    await store.close()
    folder.remove()
  })

  const packet = (fill: number) => ({
    requestAuthenticator: new Uint8Array(16).fill(fill),
    claimKeys: ['alice-laptop'],
  })

  it('takes no other packet for the one that has spent a code', async () => {
    const { authenticators, spent } = store
    expect(await spent.spend('sent:a', packet(1), farMs)).to.equal('spent')
    expect(await spent.spend('sent:a', packet(2), farMs)).to.equal('reused')
    expect(await spent.spend('sent:a', packet(1), farMs)).to.equal('same-request')
    const { id } = await authenticators.add(newTotp('corp:alice'))
    expect(await authenticators.spendTotp(id, 7, 0, packet(1))).to.equal('spent')
    expect(await authenticators.spendTotp(id, 7, 0, packet(2))).to.equal('reused')
  })

  it('has no keys that processes share', async () => {
    expect(await store.shareHourKeys(() => undefined)).to.equal(undefined)
  })
})
