import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createWhyOperation } from '../../src/operations/audit/why.ts'
import { AdminError } from '../../src/operations/index.ts'
import type { SignInRecord } from '../../src/signin/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'

const minute = 60_000
const at0812 = new Date(2025, 2, 1, 8, 12).getTime()
const call = {
  send: () => undefined,
  signal: new AbortController().signal,
  caller: { via: 'store' },
} as const

describe('why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-why-'))
  let store: Store
  let why: ReturnType<typeof createWhyOperation>['audit.why']

  function record(signInId: string, startedAtMs: number, change: Partial<SignInRecord> = {}) {
    return store.audit.record({
      signInId,
      attemptId: `a-${signInId}`,
      startedAtMs,
      endedAtMs: startedAtMs + 1000,
      gateway: 'vpn',
      sourceAddress: '192.0.2.1',
      userName: 'alice',
      userKey: 'corp:alice',
      outcome: 'reject',
      reason: 'password-wrong',
      timeline: [{ atMs: startedAtMs, what: 'received' }],
      ...change,
    })
  }

  async function idsOf(args: { what: string; atMs?: number }): Promise<readonly string[]> {
    return (await why(args, call)).map(({ signInId }) => signInId)
  }

  async function textOf(args: { what: string; atMs?: number }): Promise<string> {
    const error = await why(args, call).catch((thrown: unknown) => thrown)
    if (!(error instanceof AdminError)) throw new Error('it found something')
    expect(error.code).to.equal('sign-in-unknown')
    return error.message
  }

  before(async () => {
    store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      node: 'test',
    })
    why = createWhyOperation({
      store,
      findPerson: async (name) => {
        if (name === 'CORP\\alice') return { key: 'corp:alice', name: 'alice' }
        throw new AdminError('user-unknown', name)
      },
    })['audit.why']
    await record('early', at0812 - 10 * minute, { reference: '7K2M' })
    await record('fits', at0812 + 4_000, { reference: '7K2N' })
    await record('well', at0812 + 20_000, { outcome: 'accept', reason: 'accepted' })
    await record('again', at0812 + 5 * minute, {
      reference: '7K2M',
      outcome: 'drop',
      reason: 'abandoned',
    })
    const nobody = { userName: 'al…', reason: 'user-unknown' } as const
    const { userKey: _, ...unknown } = { userKey: '', ...nobody }
    await store.audit.record({
      signInId: 'typo',
      attemptId: 'a-typo',
      startedAtMs: at0812 + minute,
      endedAtMs: at0812 + minute,
      gateway: 'vpn',
      sourceAddress: '192.0.2.1',
      outcome: 'reject',
      timeline: [],
      reference: 'BBBB',
      ...unknown,
    })
    await record('anna', at0812, { userName: 'anna', userKey: 'corp:anna', reference: '0000' })
    await record('other', at0812 + 2 * minute, {
      userName: 'bob',
      userKey: 'corp:bob',
      reference: 'ANNA',
    })
    await record('carol', at0812, {
      userName: 'carol',
      userKey: 'corp:carol',
      outcome: 'accept',
      reason: 'accepted',
    })
    const dave = { userName: 'dave', userKey: 'corp:dave' }
    await record('set-up', at0812, { ...dave, reason: 'set-up-begins' })
    await record('dave', at0812 + 5 * minute, { ...dave, outcome: 'accept', reason: 'accepted' })
    await store.audit.alert({ atMs: at0812, kind: 'fraud', userKey: 'corp:alice', detail: {} })
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('finds what a reference stands for, also as it is misread, and a drop as well', async () => {
    expect(await idsOf({ what: '7k2n' })).to.deep.equal(['fits'])
    expect(await idsOf({ what: 'OOoo' })).to.deep.equal(['anna'])
  })

  it('lists all that a reference fits, newest first; a time tells them apart', async () => {
    expect(await idsOf({ what: '7K2M' })).to.deep.equal(['again', 'early'])
    const [first] = await idsOf({ what: '7K2M', atMs: at0812 - 9 * minute })
    expect(first).to.equal('early')
  })

  it('finds a person by any name, the refusal nearest to the time first', async () => {
    for (const what of ['alice', 'ALICE', 'corp:alice', 'CORP\\alice']) {
      const ids = await idsOf({ what, atMs: at0812 })
      expect(ids[0], what).to.equal('fits')
      expect(ids, what).to.include.members(['early', 'again', 'well']).and.not.include('other')
      expect(ids.at(-1), what).to.equal('well')
    }
  })

  it('takes the sign-in with which a first set-up began for none that was refused', async () => {
    expect(await idsOf({ what: 'dave', atMs: at0812 + 5 * minute })).to.deep.equal([
      'dave',
      'set-up',
    ])
    expect(await textOf({ what: 'dave' })).to.include('was not refused lately')
  })

  it('shows unknown names that begin so: a slip of the finger', async () => {
    expect(await idsOf({ what: 'alcie', atMs: at0812 })).to.deep.equal(['typo'])
  })

  it('shows names that stood for no one user, whatever the reason, once each', async () => {
    const reasons = ['user-ambiguous', 'domain-unknown', 'name-invalid', 'directory-down'] as const
    for (const [at, reason] of reasons.entries()) {
      await store.audit.record({
        ...{ signInId: reason, attemptId: reason, gateway: 'vpn', sourceAddress: '192.0.2.1' },
        ...{ startedAtMs: at0812 + at, endedAtMs: at0812 + at, outcome: 'reject', reason },
        ...{ userName: at === 3 ? 'xy' : 'sh…', timeline: [] },
      })
    }
    const names = ['name-invalid', 'domain-unknown', 'user-ambiguous']
    expect(await idsOf({ what: 'shared@corp.example' })).to.deep.equal(names)
    expect(await idsOf({ what: 'xy' })).to.deep.equal(['directory-down'])
  })

  it('takes a word that is both for both', async () => {
    expect(await idsOf({ what: 'anna' })).to.deep.equal(['other'])
    expect(await idsOf({ what: 'anna', atMs: at0812 })).to.deep.equal(['anna', 'other'])
  })

  it('shows the newest refusals without a time, and nothing that went well', async () => {
    expect(await idsOf({ what: 'alice' })).to.deep.equal(['again', 'typo', 'fits', 'early'])
  })

  it('says what it looked for when nothing fits', async () => {
    expect(await textOf({ what: 'ZZZZ' })).to.include('The audit has no reference "ZZZZ"')
    expect(await textOf({ what: 'carol' })).to.include('was not refused lately')
    expect(await textOf({ what: 'bob', atMs: at0812 - 60 * minute })).to.include('packet-dropped')
  })
})
