import { expect } from 'chai'
import type { AccountingRecord } from '../../../src/accounts/index.ts'
import { describeStores } from '../stores.ts'

const nowMs = 1_750_000_000_000
const hourMs = 3_600_000
const room = 1_000

let lastDigest = 0

function record(changes: Partial<AccountingRecord> = {}): AccountingRecord {
  lastDigest += 1
  const digest = new Uint8Array(16)
  new DataView(digest.buffer).setUint32(0, lastDigest)
  const { receivedAtMs = nowMs } = changes
  return {
    gateway: 'vpn',
    source: '192.0.2.1',
    receivedAtMs,
    eventAtMs: receivedAtMs,
    statusType: 1,
    digest,
    attributes: new Uint8Array(100),
    ...changes,
  }
}

describeStores('accounting', (current) => {
  const accounting = () => current.store().accounting
  const countRecords = () => accounting().count()

  it('keeps records over a restart, and tells when the last one of a gateway came', async () => {
    const records = [record(), record({ receivedAtMs: nowMs + 5_000 }), record({ gateway: 'wifi' })]
    expect(await accounting().add(records, room)).to.deep.equal([
      'recorded',
      'recorded',
      'recorded',
    ])
    await current.reopen()
    expect(await countRecords()).to.equal(3)
    expect([...(await accounting().lastOf(['vpn', 'wifi', 'silent']))]).to.deep.equal([
      ['vpn', nowMs + 5_000],
      ['wifi', nowMs],
    ])
  })

  it('stores a record once, also where it comes twice in one group', async () => {
    const first = record()
    const later = { ...first, receivedAtMs: nowMs + 60_000, eventAtMs: nowMs + 60_000 }
    expect(await accounting().add([first, first], room)).to.deep.equal(['recorded', 'repeated'])
    expect(await accounting().add([first, later], room)).to.deep.equal(['repeated', 'repeated'])
    expect(await countRecords()).to.equal(1)
  })

  it('takes what happened at another time for another record: a gateway that reboots twice', async () => {
    const on = record({ statusType: 7 })
    const again = { ...on, receivedAtMs: nowMs + hourMs, eventAtMs: nowMs + hourMs }
    expect(await accounting().add([on, again], room)).to.deep.equal(['recorded', 'recorded'])
    expect(await accounting().add([on, again], room)).to.deep.equal(['repeated', 'repeated'])
  })

  it('is full at its limit: nothing is stored, what is there is found, and other gateways have room', async () => {
    const flood = Array.from({ length: 12 }, () => record({ gateway: 'flood' }))
    const results = await accounting().add(flood, 10)
    expect(results.filter((result) => result === 'recorded')).to.have.length(5)
    expect(results.slice(5)).to.deep.equal(Array(7).fill('full'))
    expect(await accounting().add(flood, 10)).to.deep.equal([
      ...Array(5).fill('repeated'),
      ...Array(7).fill('full'),
    ])
    expect(await accounting().add([record(), record()], 10)).to.deep.equal(['recorded', 'recorded'])
    expect(await countRecords()).to.equal(7)
  })

  it('has the same limit after a restart', async () => {
    await accounting().add([record(), record()], room)
    await current.reopen()
    expect(await accounting().add([record()], 4)).to.deep.equal(['full'])
    expect(await accounting().add([record()], 5)).to.deep.equal(['recorded'])
  })

  it('purges what is older than a day, and what came while the clock was far ahead', async () => {
    const old = Array.from({ length: 25 }, () => record({ receivedAtMs: nowMs - 24 * hourMs }))
    const ahead = record({ receivedAtMs: nowMs + 25 * hourMs })
    const kept = [record({ receivedAtMs: nowMs - 24 * hourMs + 1 }), record()]
    await accounting().add([...old, ahead, ...kept], room)
    await accounting().purge(nowMs, 10)
    expect(await countRecords()).to.equal(2)
    expect(await accounting().add(kept, room)).to.deep.equal(['repeated', 'repeated'])
    expect(await accounting().add([ahead], room)).to.deep.equal(['recorded'])
  })

  it('purges none that is younger and equal to an older one', async () => {
    const on = record({ receivedAtMs: nowMs - 25 * hourMs })
    const again = { ...on, receivedAtMs: nowMs, eventAtMs: nowMs }
    await accounting().add([on, again], room)
    await accounting().purge(nowMs, 10)
    expect(await countRecords()).to.equal(1)
    expect(await accounting().add([again], room)).to.deep.equal(['repeated'])
  })
})
