import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { methods, type WebSession } from '../../../src/accounts/index.ts'
import {
  type AdminOperations,
  createAdminOperations,
  createPersonLookup,
  createSelfOperations,
  endSessionsOf,
  sessionId,
} from '../../../src/operations/index.ts'
import { createKeyring, openStore, type Store } from '../../../src/store/index.ts'
import { HoldfastError, type PortalCaller } from '../../../src/support/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const userKey = 'people:alice'

const idle = {
  send: () => undefined,
  signal: new AbortController().signal,
  caller: { via: 'store', uid: 0, name: 'root' },
} as const

describe('ending sessions of the portal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-sessions-'))
  const clock = createManualClock()
  let store: Store
  let operations: AdminOperations
  let tokens = 0

  before(async () => {
    store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      ...{ node: 'test', clock },
    })
    operations = createAdminOperations({
      ...{ clock, store, issuer: 'Example', scratchFolder: folder },
      findPerson: createPersonLookup({ directories: [], users: store.users }),
      gateways: async () => [],
      usableMethods: () => methods,
    })
  })
  beforeEach(async () => {
    await store.accounts.noteUser(userKey, 'alice')
    await store.accounts.noteUser('people:bob', 'bob')
  })
  afterEach(async () => {
    for (const key of [userKey, 'people:bob']) await store.users.removeUser(key)
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(name = 'alice'): Promise<WebSession> {
    tokens += 1
    const session: WebSession = {
      tokenHash: new Uint8Array(32).fill(tokens),
      ...{ userKey: `people:${name}`, userName: name, kind: 'whole', method: 'totp' },
      ...{ createdAtMs: clock.nowMs() + tokens, seenAtMs: clock.nowMs() },
      endsAtMs: clock.nowMs() + 43_200_000,
      ...{ address: '192.0.2.7', userAgent: 'Firefox', passwordStamp: '133' },
    }
    await store.webSessions.add(session)
    return session
  }

  /** Those of these sessions that are still open. */
  async function left(...sessions: readonly WebSession[]): Promise<readonly WebSession[]> {
    const found = sessions.map(({ tokenHash }) =>
      store.webSessions.use(tokenHash, clock.nowMs(), 3_600_000),
    )
    return (await Promise.all(found)).filter((one) => one !== undefined)
  }

  const portal = ({ tokenHash }: WebSession): PortalCaller => ({
    ...{ via: 'portal', userKey, name: 'alice', address: '192.0.2.7', tokenHash },
    ...{ session: 'whole', isConfirmed: false },
  })

  const lastRow = async () => {
    const [row] = await store.audit.searchAudit({ limit: 1 })
    return { kind: row?.reason, of: row?.userKey, ...row?.timeline[0]?.detail }
  }

  const codeOf = async (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof HoldfastError ? error.code : error),
    )

  it('lists what is open, with nothing that could stand for a session', async () => {
    const session = await open()
    await open('bob')
    const { sessions } = await operations['session.list']({ name: 'alice' }, idle)
    const { kind, method, createdAtMs, seenAtMs, endsAtMs, address, userAgent } = session
    expect(sessions).to.deep.equal([
      {
        ...{ id: sessionId(session), kind, method, createdAtMs, seenAtMs },
        ...{ endsAtMs, address, userAgent },
      },
    ])
    clock.advance(3_600_000)
    expect((await operations['session.list']({ name: 'alice' }, idle)).sessions).to.deep.equal([])
  })

  it('ends all of a person for an administrator, and says so in the audit', async () => {
    const [first, second, other] = [await open(), await open(), await open('bob')]
    const args = { name: 'alice', reason: 'laptop stolen' }
    expect((await operations['session.end'](args, idle)).ended).to.equal(2)
    expect(await left(first, second, other)).to.deep.equal([other])
    expect(await lastRow()).to.deep.equal({
      ...{ kind: 'admin-sessions-ended', of: userKey, why: 'asked-for', count: '2' },
      ...{ reason: 'laptop stolen', by: 'root', uid: '0', via: 'store' },
    })
    expect((await operations['session.end'](args, idle)).ended).to.equal(0)
  })

  it('ends one by its id, once, and none of someone else', async () => {
    const [first, second, other] = [await open(), await open(), await open('bob')]
    const end = (id: string) => codeOf(operations['session.end']({ name: 'alice', id }, idle))
    expect(await Promise.all([end(sessionId(first)), end(sessionId(first))])).to.have.members([
      'done',
      'session-unknown',
    ])
    expect(await end(sessionId(other))).to.equal('session-unknown')
    for (const garbage of ['', 'x'.repeat(16), '%', sessionId(second).slice(1)]) {
      expect(await end(garbage), garbage).to.equal('bad-arguments')
    }
    expect(await left(first, second, other)).to.deep.equal([second, other])
  })

  it('ends all others for a person at the portal, or one of them', async () => {
    const [mine, second, third, other] = [
      await open(),
      await open(),
      await open(),
      await open('bob'),
    ]
    const own = createSelfOperations(() => operations)
    const { signal } = idle
    await own(portal(mine), 'session.end', { id: sessionId(second) }, signal)
    expect(await lastRow()).to.include({ kind: 'own-sessions-ended', by: 'alice' })
    expect(
      await codeOf(own(portal(mine), 'session.end', { id: sessionId(other) }, signal)),
    ).to.equal('session-unknown')
    expect(await codeOf(own(portal(mine), 'session.end', { name: 'bob' }, signal))).to.equal(
      'not-permitted',
    )
    expect(await left(mine, second, third, other)).to.deep.equal([mine, third, other])
    expect((await own(portal(mine), 'session.end', {}, signal)).ended).to.equal(1)
    expect(await left(mine, third, other)).to.deep.equal([mine, other])
  })

  it('ends what the person is in the middle of as well, and of no one else', async () => {
    const put = async (name: string) => {
      const tokenHash = (await open(name)).tokenHash
      const step = { tokenHash, kind: 'setup', userKey: `people:${name}`, content: '{}' } as const
      await store.webSteps.put({ ...step, untilMs: clock.nowMs() + 1_000 })
      return () => store.webSteps.take(tokenHash, 'setup', clock.nowMs())
    }
    const [mine, other] = [await put('alice'), await put('bob')]
    await operations['session.end']({ name: 'alice' }, idle)
    expect(await mine()).to.equal(undefined)
    expect(await other()).to.include({ userKey: 'people:bob' })
  })

  it('keeps the session of the person who makes a change at the portal, unless that person has left the group', async () => {
    const person = { key: userKey, name: 'alice' }
    for (const why of ['authenticator-removed', 'password-changed'] as const) {
      const [mine, thief] = [await open(), await open()]
      await endSessionsOf({ store, clock }, portal(mine), person, why)
      expect(await left(mine, thief), why).to.deep.equal([mine])
      expect(await lastRow()).to.include({ kind: 'own-sessions-ended', why })
      await store.webSessions.endAll(userKey)
    }
    const mine = await open()
    await endSessionsOf({ store, clock }, portal(mine), person, 'left-group')
    expect(await left(mine)).to.deep.equal([])
  })

  it('follows when an administrator takes an authenticator away, or puts another in its place', async () => {
    const add = (authenticator: { method: 'totp' | 'recovery' }) =>
      operations['authenticator.add']({ name: 'alice', authenticator }, idle)
    const { authenticator } = await add({ method: 'totp' })
    const before = await open()
    await add({ method: 'recovery' })
    expect(await left(before)).to.deep.equal([before])
    await operations['authenticator.remove']({ name: 'alice', id: authenticator.id }, idle)
    expect(await left(before)).to.deep.equal([])
    const later = await open()
    await add({ method: 'recovery' })
    expect(await left(later)).to.deep.equal([])
  })

  it('follows when a seed file replaces a token', async () => {
    const seed = {
      ...{ line: 1, user: 'alice', serial: '4711', method: 'hotp' as const, counter: 0 },
      ...{
        algorithm: 'sha1' as const,
        digits: 6 as const,
        periodSeconds: 30 as const,
        driftSteps: 0,
      },
      seed: Buffer.alloc(20, 4).toString('base64'),
    }
    const importing = (counter: number) =>
      operations['seeds.import'](
        { seeds: [{ ...seed, counter }], replace: true, skipRefused: false, dryRun: false },
        idle,
      )
    const before = await open()
    expect(await importing(0)).to.include({ imported: true })
    expect(await left(before)).to.deep.equal([before])
    seed.seed = Buffer.alloc(20, 5).toString('base64')
    expect(await importing(0)).to.include({ imported: true })
    expect(await left(before)).to.deep.equal([])
  })

  it('follows a block and an erasure at once', async () => {
    const blocked = await open()
    await operations['user.block']({ name: 'alice', reason: 'phone stolen' }, idle)
    expect(await left(blocked)).to.deep.equal([])
    await operations['user.unlock']({ name: 'alice' }, idle)
    const erased = await open()
    await operations['user.forget']({ name: 'alice', eraseAudit: false }, idle)
    expect(await left(erased)).to.deep.equal([])
  })
})

describe('who set an authenticator up', () => {
  it('is an administrator for what a command adds, and the secret was seen where there is one (PEOPLE R24)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-provenance-'))
    const clock = createManualClock()
    const store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      ...{ node: 'test', clock },
    })
    const operations = createAdminOperations({
      ...{ clock, store, issuer: 'Example', scratchFolder: folder },
      findPerson: createPersonLookup({ directories: [], users: store.users }),
      gateways: async () => [],
      usableMethods: () => methods,
    })
    await store.accounts.noteUser(userKey, 'alice')
    const phone = '+31612345678'
    const wanted = [
      { authenticator: { method: 'totp' as const }, seen: true },
      { authenticator: { method: 'hotp' as const }, seen: true },
      { authenticator: { method: 'recovery' as const }, seen: true },
      { authenticator: { method: 'call' as const, phone, pin: '4711' }, seen: true },
      { authenticator: { method: 'call' as const, phone }, seen: undefined },
      { authenticator: { method: 'sms' as const, phone }, seen: undefined },
      { authenticator: { method: 'email' as const, address: 'a@example.com' }, seen: undefined },
    ]
    for (const { authenticator, seen } of wanted) {
      const added = await operations['authenticator.add']({ name: 'alice', authenticator }, idle)
      const { id } = added.authenticator
      const stored = (await store.authenticators.list(userKey)).find((one) => one.id === id)
      expect(stored, authenticator.method).to.include({ setUpBy: 'administrator' })
      expect(stored?.shownToAgent, authenticator.method).to.equal(seen)
      expect(added.authenticator.shownToAgent).to.equal(seen)
    }
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
})
