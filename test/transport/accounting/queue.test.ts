import { expect } from 'chai'
import type { AccountingRecord } from '../../../src/accounts/index.ts'
import { createAccountingQueue, type Settle } from '../../../src/transport/accounting/queue.ts'
import { accepted, accessRequest, createHarness, flush, readReply } from '../harness.ts'
import {
  accountingRequest,
  createAccountingHarness,
  createHeldStore,
} from './accounting-harness.ts'

function record(gateway = 'vpn'): AccountingRecord {
  return {
    gateway,
    source: '192.0.2.1',
    receivedAtMs: 0,
    eventAtMs: 0,
    statusType: 1,
    digest: new Uint8Array(16),
    attributes: new Uint8Array(40),
  }
}

const ignore: Settle = () => undefined

describe('the queue of accounting', () => {
  it('stores at a time what has gathered, and not more than it may', async () => {
    const { groups, store } = createHeldStore()
    const queue = createAccountingQueue({ store, maxWaiting: 1_000, atOnce: 100 })
    for (let index = 0; index < 250; index += 1) queue.offer(`a${index}`, record(), ignore)
    await flush()
    const sizes: number[] = []
    while (sizes.length < groups.length) {
      const group = groups[sizes.length]
      sizes.push(group?.records.length ?? 0)
      group?.end()
      await flush()
    }
    expect(sizes).to.deep.equal([100, 100, 50])
    await queue.drain()
  })

  it('takes no more than there is room for, and more once some are stored', async () => {
    const { groups, store } = createHeldStore()
    const queue = createAccountingQueue({ store, maxWaiting: 10, atOnce: 2 })
    const offer = (key: string, gateway: string) => queue.offer(key, record(gateway), ignore)
    const flooded = Array.from({ length: 100 }, (_, index) => offer(`a${index}`, 'flood'))
    expect(flooded.filter(Boolean)).to.have.length(5)
    // A gateway that floods leaves room for the others.
    expect(offer('b1', 'vpn')).to.equal(true)
    expect(offer('b2', 'vpn')).to.equal(true)
    await flush()
    groups[0]?.end()
    await flush()
    expect(queue.isWaiting('a0')).to.equal(false)
    expect(queue.isWaiting('a2')).to.equal(true)
    expect(offer('b3', 'vpn')).to.equal(true)
  })

  it('tells of each record what became of it, in their order', async () => {
    const { groups, store } = createHeldStore()
    const queue = createAccountingQueue({ store })
    const told: unknown[] = []
    for (const key of ['a', 'b', 'c']) queue.offer(key, record(), (result) => told.push(result))
    await flush()
    groups[0]?.end(['recorded', 'full', 'repeated'])
    await queue.drain()
    expect(told).to.deep.equal(['recorded', 'full', 'repeated'])
  })

  it('of a listener holds what it may and names the rest, while sign-ins go on', async () => {
    const { receive, drops, groups } = createAccountingHarness({ maxWaiting: 100, atOnce: 10 })
    const signIns = createHarness()
    for (let index = 0; index < 5_000; index += 1) {
      receive(accountingRequest({ identifier: index & 255, session: String(index) }).bytes)
    }
    await flush()
    // The store hangs: half of the room is taken by this one gateway, and each of the others has a name.
    expect(groups).to.have.length(1)
    expect(groups[0]?.records).to.have.length(10)
    expect(drops).to.have.length(4_950)
    expect(new Set(drops.map(({ reason }) => reason))).to.deep.equal(
      new Set(['accounting-overload']),
    )
    expect(drops.filter(({ log }) => log)).to.have.length(1)
    const request = accessRequest()
    signIns.receive(request.bytes)
    await signIns.held[0]?.end(accepted)
    readReply(signIns.sent[0]?.bytes, request)
  })
})
