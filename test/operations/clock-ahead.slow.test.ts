import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { TotpAuthenticator, User } from '../../src/accounts/index.ts'
import { methods } from '../../src/accounts/index.ts'
import { createCodeChecker, formatSeed, otpCode } from '../../src/methods/index.ts'
import {
  type AdminOperations,
  createAdminOperations,
  createPersonLookup,
} from '../../src/operations/index.ts'
import type { CodeCheck } from '../../src/signin/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { HoldfastError } from '../../src/support/index.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'

const alice: User = {
  key: 'people:alice',
  directory: 'people',
  name: 'alice',
  displayName: 'Alice',
  groups: [],
  phones: [],
}
const seed = Buffer.alloc(20, 4)
const idle = {
  send: () => undefined,
  signal: new AbortController().signal,
  caller: { via: 'store', uid: 0, name: 'root' },
} as const
const stepMs = 30_000
const hour = 120

describe('a TOTP authenticator after a clock was ahead', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-clock-'))
  let clock: ManualClock
  let store: Store
  let operations: AdminOperations
  let id = ''
  let files = 0

  beforeEach(async () => {
    clock = createManualClock(1_750_000_000_000)
    files += 1
    store = await openStore({
      file: join(folder, `${files}.db`),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      node: 'test',
    })
    const directory = {
      name: 'people',
      resolve: async () => ({ kind: 'user', user: alice }) as const,
      resolveKey: async () => ({ kind: 'user', user: alice }) as const,
      verify: async () => ({ kind: 'busy' }) as const,
      close: async () => undefined,
    }
    operations = createAdminOperations({
      clock,
      store,
      findPerson: createPersonLookup({ directories: [directory], users: store.users }),
      gateways: async () => [],
      usableMethods: () => methods,
      issuer: 'Example',
      scratchFolder: folder,
    })
    const added = await operations['authenticator.add'](
      { name: 'alice', authenticator: { method: 'totp', seed: formatSeed(seed) } },
      idle,
    )
    id = added.authenticator.id
  })
  afterEach(() => store.close())
  after(() => rmSync(folder, { recursive: true }))

  const step = () => Math.floor(clock.nowMs() / stepMs)
  const codeAt = (offset: number) =>
    otpCode({ seed, algorithm: 'sha1', digits: 6 }, step() + offset)
  const enrolled = async (): Promise<TotpAuthenticator> => {
    const [one] = await store.authenticators.list(alice.key)
    if (one?.method !== 'totp') throw new Error('the authenticator is gone')
    return one
  }

  /** As at a sign-in: what the code is, and where it fits, what spending it gives. */
  async function type(offset: number): Promise<string> {
    const checker = createCodeChecker({
      window: 1,
      lookAhead: 10,
      store: store.authenticators,
      hashKey: seed,
    })
    const check: CodeCheck = checker.check(codeAt(offset), [await enrolled()], clock.nowMs())
    if (check.kind === 'wrong') return 'wrong'
    files += 1
    return check.match.spend({ requestAuthenticator: Buffer.alloc(16, files) })
  }

  async function jumpAndBack(steps: number): Promise<void> {
    const nowMs = clock.nowMs()
    clock.set(nowMs + steps * stepMs)
    expect(await type(0)).to.equal('spent')
    clock.set(nowMs)
  }

  const changes = async () =>
    (await store.audit.searchAudit({ limit: 20 })).map(({ reason }) => reason)

  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'nothing was thrown',
      (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
    )
  const resync = (first: number, second: number) =>
    operations['authenticator.resync'](
      { name: 'alice', codes: [codeAt(first), codeAt(second)] },
      idle,
    )

  it('signs in again after an unlock, which is audited; the earlier code stays spent', async () => {
    expect(await type(-1)).to.equal('spent')
    await jumpAndBack(hour)
    expect(await type(0)).to.equal('reused')

    const { reset } = await operations['user.unlock']({ name: 'alice' }, idle)
    expect(reset).to.deep.equal([{ id, aheadMinutes: 60, result: 'reset' }])
    expect((await changes()).slice(0, 2)).to.deep.equal([
      'admin-authenticator-put-back',
      'admin-user-unlocked',
    ])
    expect(await type(-1)).to.equal('reused')
    expect(await type(0)).to.equal('spent')
    expect(await type(0)).to.equal('reused')
  })

  it('never takes the code of the jump a second time, when the time gets there', async () => {
    await jumpAndBack(hour)
    await operations['user.unlock']({ name: 'alice' }, idle)
    clock.set(clock.nowMs() + (hour - 1) * stepMs)
    expect(await type(1)).to.equal('reused')
    expect(await type(0)).to.equal('spent')
  })

  it('stays as it is at an unlock where nothing lies in the future', async () => {
    expect(await type(1)).to.equal('spent')
    const { reset } = await operations['user.unlock']({ name: 'alice' }, idle)
    expect(reset).to.deep.equal([])
    expect(await changes()).to.not.include('admin-authenticator-put-back')
    expect(await type(0)).to.equal('reused')
  })

  it('is put right by two codes in a row, which are spent by it', async () => {
    await jumpAndBack(hour)
    const { reset } = await resync(-1, 0)
    expect(reset).to.deep.equal({ id, aheadMinutes: 60, result: 'reset' })
    for (const offset of [-1, 0]) expect(await type(offset)).to.equal('reused')
    expect(await type(1)).to.equal('spent')
    expect((await changes()).slice(0, 2)).to.deep.equal([
      'admin-authenticator-resynchronised',
      'admin-authenticator-put-back',
    ])
  })

  it('is not put back by codes that do not fit', async () => {
    await jumpAndBack(hour)
    expect(await codeOf(resync(0, 2))).to.equal('codes-do-not-fit')
    expect(await codeOf(resync(1, 0))).to.equal('codes-do-not-fit')
    expect(await type(0)).to.equal('reused')
    expect(await changes()).to.not.include('admin-authenticator-put-back')
  })

  it('is put right when its own clock has drifted, with codes that were not used', async () => {
    expect(await type(35)).to.equal('wrong')
    await resync(35, 36)
    expect(await enrolled()).to.include({ driftSteps: 36 })
    expect(await codeOf(resync(35, 36))).to.equal('codes-do-not-fit')
    expect(await codeOf(resync(36, 37))).to.equal('codes-do-not-fit')
    expect(await type(36)).to.equal('reused')
    expect(await type(37)).to.equal('spent')
    clock.set(clock.nowMs() + 10 * stepMs)
    expect(await type(36)).to.equal('spent')
    expect(await codeOf(resync(150, 151))).to.equal('codes-do-not-fit')
  })
})
