import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ChangedBy, PersonChange } from '../../../src/accounts/index.ts'
import { type AdminOperations, createAdminOperations } from '../../../src/operations/index.ts'
import { createKeyring, openStore, type Store } from '../../../src/store/index.ts'
import { type PortalCaller, systemClock } from '../../../src/support/index.ts'

const call = {
  send: () => undefined,
  signal: new AbortController().signal,
  caller: { via: 'admin-socket', uid: 0, name: 'root' },
} as const
const caller: PortalCaller = {
  ...{ via: 'portal', userKey: 'people:alice', name: 'alice', address: '192.0.2.7' },
  ...{ session: 'whole', isConfirmed: true, tokenHash: new Uint8Array(32) },
}
const portal = { ...call, caller }

describe('what administrators change is told to the person (PEOPLE R7)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-told-'))
  let store: Store
  let operations: AdminOperations
  const told: { to: string; change: PersonChange; by: ChangedBy }[] = []

  before(async () => {
    store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      node: 'test',
    })
    operations = createAdminOperations({
      clock: systemClock,
      store,
      findPerson: async (name) => ({ key: `people:${name}`, name }),
      gateways: async () => [],
      usableMethods: () => ['totp', 'sms'],
      issuer: 'Example',
      scratchFolder: folder,
      notices: { tell: ({ key }, change, by) => told.push({ to: key, change, by }) },
    })
  })
  beforeEach(() => told.splice(0))
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  const kinds = () => told.map(({ change }) => change.kind)
  const phone = { method: 'sms', phone: '+31612345678' } as const

  it('a new authenticator, and one that goes, with its number', async () => {
    const { authenticator } = await operations['authenticator.add'](
      { name: 'alice', authenticator: phone },
      call,
    )
    await operations['authenticator.remove']({ name: 'alice', id: authenticator.id }, call)
    expect(kinds()).to.deep.equal(['authenticator-added', 'authenticator-removed'])
    for (const { to, change, by } of told) {
      expect(to).to.equal('people:alice')
      expect(by).to.equal('administrator')
      expect(change).to.have.nested.property('authenticator.phone', '+31612345678')
    }
  })

  it('block, unlock, and a bypass from its beginning to its end', async () => {
    const name = 'alice'
    await operations['user.block']({ name, reason: 'lost' }, call)
    await operations['user.unlock']({ name }, call)
    await operations['bypass.give']({ name, forMs: 3_600_000, once: false, reason: 'lost' }, call)
    await operations['bypass.end']({ name }, call)
    // There is none any more.
    await operations['bypass.end']({ name }, call)
    expect(kinds()).to.deep.equal(['blocked', 'unlocked', 'bypass-given', 'bypass-ended'])
  })

  it('an unlock only where there was something to end, be it one wrong code or one call', async () => {
    const name = 'ulla'
    const key = `people:${name}`
    const unlock = async () => await operations['user.unlock']({ name }, call)
    await unlock()
    expect(kinds()).to.deep.equal([])
    const lockout = { slowAfter: 9, lockAfter: 9, lockMs: 60_000, slowMs: 1_000 }
    const nowMs = systemClock.nowMs()
    await store.accounts.recordFailure(key, 'code', nowMs, lockout)
    await unlock()
    await store.limits.take([{ key: `prompts:user:${key}`, limit: 9, windowMs: 3_600_000 }], nowMs)
    await unlock()
    await store.accounts.stopPrompts(key, nowMs)
    await unlock()
    expect(kinds()).to.deep.equal(['unlocked', 'unlocked', 'unlocked'])
    await unlock()
    expect(kinds()).to.have.length(3)
  })

  it('everything that is gone with a reset, which names the numbers there were', async () => {
    await operations['authenticator.add']({ name: 'alice', authenticator: phone }, call)
    told.splice(0)
    await operations['user.forget']({ name: 'alice', eraseAudit: false }, call)
    expect(told[0]?.change).to.have.nested.property('authenticators[0].phone', '+31612345678')
  })

  it('what the person does at the portal is told as their own', async () => {
    await operations['user.prefer']({ method: 'sms' }, portal)
    expect(told).to.deep.equal([
      { to: 'people:alice', change: { kind: 'default-changed', method: 'sms' }, by: 'self' },
    ])
  })

  it('a change that fails is not told', async () => {
    const unknown = operations['authenticator.remove']({ name: 'alice', id: 'none' }, call)
    await unknown.catch(() => undefined)
    expect(told).to.deep.equal([])
  })

  it('tokens of an import, to each of their people', async () => {
    const seed = {
      ...{ line: 1, user: 'bob', method: 'hotp', algorithm: 'sha1', digits: 6 },
      ...{ periodSeconds: 30, counter: 0, driftSteps: 0 },
      seed: Buffer.alloc(20, 7).toString('base64'),
    } as const
    await operations['seeds.import']({ seeds: [seed], dryRun: false }, call)
    expect(told[0]).to.include({ to: 'people:bob' })
    expect(kinds()).to.deep.equal(['authenticator-added'])
  })
})
