import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { User } from '../../src/accounts/index.ts'
import { methods } from '../../src/accounts/index.ts'
import { formatSeed, otpCode } from '../../src/methods/index.ts'
import {
  type AdminOperations,
  type BackupReady,
  createAdminOperations,
  createPersonLookup,
} from '../../src/operations/index.ts'
import type { Directory, Resolved, SignInRecord } from '../../src/signin/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { HoldfastError, systemClock } from '../../src/support/index.ts'
import { holdsText } from '../holds-text.ts'

const person = (name: string): User => ({
  key: `people:${name}`,
  directory: 'people',
  name,
  displayName: name.toUpperCase(),
  groups: ['staff'],
  phones: [],
})

/** A directory that knows alice and bob, until it is down. */
function createDirectory(): Directory & { down: boolean } {
  const answer = (name: string): Resolved =>
    name === 'twins'
      ? { kind: 'ambiguous' }
      : name === 'alice' || name === 'bob'
        ? { kind: 'user', user: person(name) }
        : { kind: 'unknown' }
  const directory = {
    name: 'people',
    down: false,
    resolve: async (name: string): Promise<Resolved> =>
      directory.down ? { kind: 'down', detail: 'connection refused' } : answer(name),
    resolveKey: async (): Promise<Resolved> => ({ kind: 'unknown' }),
    verify: async () => ({ kind: 'busy' }) as const,
    close: async () => undefined,
  }
  return directory
}

/** The system's clock, with short waits. */
const clock = {
  ...systemClock,
  after: (delayMs: number, run: () => void) => systemClock.after(delayMs / 50, run),
}

const idle = {
  send: () => undefined,
  signal: new AbortController().signal,
  caller: { via: 'store', uid: 0, name: 'root' },
} as const

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'nothing was thrown'
  } catch (error) {
    return error instanceof HoldfastError ? error.code : String(error)
  }
}

describe('admin operations', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-admin-'))
  const directory = createDirectory()
  let store: Store
  let operations: AdminOperations

  before(async () => {
    store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      node: 'test',
    })
    operations = createAdminOperations({
      clock,
      store,
      findPerson: createPersonLookup({ directories: [directory], users: store.users }),
      gateways: async () => [],
      usableMethods: () => methods,
      issuer: 'Example',
      scratchFolder: folder,
    })
  })
  afterEach(async () => {
    directory.down = false
    for (const { userKey } of await store.users.listUsers({})) await store.users.removeUser(userKey)
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  describe('arguments from the socket', () => {
    const garbage: readonly (readonly [keyof AdminOperations, unknown])[] = [
      ['user.show', undefined],
      ['user.show', {}],
      ['user.show', { name: '' }],
      ['user.show', { name: 7 }],
      ['user.show', { name: 'x'.repeat(300) }],
      ['user.block', { name: 'alice' }],
      ['user.list', { search: 'a', drop: 'table' }],
      ['authenticator.add', { name: 'alice', authenticator: { method: 'push' } }],
      ['authenticator.add', { name: 'alice', authenticator: { method: 'sms', phone: '0612' } }],
      ['authenticator.add', { name: 'alice', authenticator: { method: 'totp', seed: 'AAAA' } }],
      ['authenticator.add', { name: 'alice', authenticator: { method: 'totp', digits: 7 } }],
      ['bypass.give', { name: 'alice', forMs: 900_000, once: true }],
      ['bypass.give', { name: 'alice', forMs: 59_999, once: true, reason: 'r' }],
      ['bypass.give', { name: 'alice', forMs: 604_800_001, once: true, reason: 'r' }],
      ['bypass.give', { name: 'alice', forMs: 900_000, once: true, reason: '' }],
      ['remembered.list', {}],
      ['remembered.forget', { name: 'alice', device: '001122334455' }],
      ['remembered.forget', { name: 'alice', device: { kind: 'text', value: 'x' } }],
      ['remembered.forget', { name: 'alice', device: { kind: 'mac', value: '' } }],
      ['user.prefer', { name: 'alice', method: 'pigeon' }],
      ['authenticator.resync', { name: 'alice', codes: ['123456'] }],
      ['authenticator.resync', { name: 'alice', codes: ['123456', '12345'] }],
      ['audit.search', { limit: 0 }],
      ['audit.search', { limit: 100_000 }],
      ['seeds.import', { seeds: [], dryRun: false }],
      ['key.rotate', { key: 'AAAA' }],
      ['backup.read', { id: '../../etc/passwd', offset: 0 }],
      ['backup.end', { id: '00000000-0000-4000-8000-000000000000' }],
    ]
    for (const [name, args] of garbage) {
      it(`${name} refuses ${JSON.stringify(args)?.slice(0, 60)}`, async () => {
        expect(await codeOf(operations[name](args, idle))).to.equal('bad-arguments')
      })
    }
  })

  describe('people', () => {
    it('blocks through the directory, shows why, and unlocks', async () => {
      await operations['user.block']({ name: 'alice', reason: 'phone lost' }, idle)
      const shown = await operations['user.show']({ name: 'alice' }, idle)
      expect(shown.state.blocked?.reason).to.equal('phone lost')
      expect(shown.person.displayName).to.equal('ALICE')
      const { before } = await operations['user.unlock']({ name: 'alice' }, idle)
      expect(before.blocked?.reason).to.equal('phone lost')
      expect((await store.accounts.load('people:alice')).blocked).to.equal(undefined)
    })

    it('sets every count of a person back with unlock, and no one else’s (RULES 41)', async () => {
      const { accounts, authenticators, limits } = store
      await authenticators.add({
        ...{ method: 'sms', userKey: 'people:alice', label: '', phone: '+31612345678' },
      })
      const lockout = { slowAfter: 1, lockAfter: 1, lockMs: 60_000, slowMs: 1_000 }
      await accounts.recordFailure('people:alice', 'code', clock.nowMs(), lockout)
      await accounts.recordFailure('people:alice', 'password', clock.nowMs(), lockout)
      const use = (key: string) => ({ key, limit: 1, windowMs: 3_600_000 })
      const own = [use('prompts:user:people:alice'), use('prompts:to:+31612345678')]
      const shared = [use('prompts:prefix:+3161234'), use('prompts:user:people:bob')]
      await limits.take([...own, ...shared], clock.nowMs())
      await operations['user.unlock']({ name: 'alice' }, idle)
      expect(await limits.look(own, clock.nowMs())).to.deep.equal({ ok: true })
      for (const one of shared) {
        expect(await limits.look([one], clock.nowMs())).to.have.property('key', one.key)
      }
      expect(await accounts.load('people:alice')).to.include({
        ...{ lockedUntilMs: 0, slowedUntilMs: 0, wrongCodes: 0, wrongPasswords: 0 },
      })
    })

    it('gives a bypass that ends by itself, lists it, ends it, and says so in the audit', async () => {
      const give = { name: 'alice', forMs: 900_000, once: true, reason: 'phone at home' }
      const { untilMs } = await operations['bypass.give'](give, idle)
      expect(untilMs - clock.nowMs()).to.be.within(890_000, 900_000)
      expect(await operations['bypass.list']({}, idle)).to.deep.equal([
        { userKey: 'people:alice', name: 'alice', untilMs, once: true, reason: 'phone at home' },
      ])
      const { before } = await operations['bypass.end']({ name: 'alice' }, idle)
      expect(before?.reason).to.equal('phone at home')
      expect(await operations['bypass.list']({}, idle)).to.deep.equal([])
      expect(await operations['bypass.end']({ name: 'alice' }, idle)).not.to.have.property('before')
      const rows = await store.audit.searchAudit({ limit: 2 })
      expect(rows.map(({ reason }) => reason)).to.deep.equal([
        'admin-bypass-ended',
        'admin-bypass-given',
      ])
      expect(rows[1]?.userKey).to.equal('people:alice')
      expect(rows[1]?.timeline[0]?.detail).to.include({ reason: 'phone at home', once: 'true' })
    })

    it('forgets what is remembered, of one device or of all, and says so in the audit', async () => {
      const signIn = {
        userKey: 'people:alice',
        gatewayGroup: 'vpn',
        device: { kind: 'mac' as const, value: '001122334455' },
        network: '',
        method: 'call' as const,
        atMs: clock.nowMs(),
        untilMs: clock.nowMs() + 60_000,
      }
      await store.remembered.keep(signIn, 'stamp')
      const listed = await operations['remembered.list']({ name: 'alice' }, idle)
      expect(listed.signIns).to.deep.equal([signIn])
      const { device } = signIn
      const one = await operations['remembered.forget']({ name: 'alice', device }, idle)
      expect(one.forgotten).to.equal(1)
      const rest = await operations['remembered.forget']({ name: 'alice' }, idle)
      expect(rest.forgotten).to.equal(0)
      const rows = await store.audit.searchAudit({ limit: 2 })
      expect(rows.map(({ reason }) => reason)).to.deep.equal([
        'admin-remembered-forgotten',
        'admin-remembered-forgotten',
      ])
      expect(rows[1]?.timeline[0]?.detail).to.include({ device: '001122334455' })
    })

    it('sets and takes back the method that is asked first', async () => {
      await operations['user.prefer']({ name: 'alice', method: 'sms' }, idle)
      expect((await store.accounts.load('people:alice')).defaultMethod).to.equal('sms')
      await operations['user.prefer']({ name: 'alice', method: null }, idle)
      expect((await store.accounts.load('people:alice')).defaultMethod).to.equal(undefined)
      const entries = await store.audit.searchAudit({ limit: 2 })
      expect(entries.map(({ reason }) => reason)).to.deep.equal([
        'admin-default-method-set',
        'admin-default-method-set',
      ])
    })

    it('blocks who is remembered while the directory is down', async () => {
      await store.accounts.noteUser('people:alice', 'alice')
      directory.down = true
      await operations['user.block']({ name: 'ALICE', reason: 'fraud' }, idle)
      expect((await store.accounts.load('people:alice')).blocked?.reason).to.equal('fraud')
      expect(await codeOf(operations['user.show']({ name: 'stranger' }, idle))).to.equal(
        'directory-down',
      )
    })

    it('forgets who has left the directory', async () => {
      await store.accounts.noteUser('people:gone', 'gone')
      const { known } = await operations['user.forget']({ name: 'gone', eraseAudit: false }, idle)
      expect(known).to.equal(true)
      expect(await operations['user.list']({}, idle)).to.deep.equal([])
    })

    it('does not guess between two people of one name', async () => {
      await store.accounts.noteUser('north:kim', 'kim')
      await store.accounts.noteUser('south:kim', 'kim')
      expect(await codeOf(operations['user.show']({ name: 'kim' }, idle))).to.equal(
        'user-ambiguous',
      )
      expect(await codeOf(operations['user.show']({ name: 'twins' }, idle))).to.equal(
        'user-ambiguous',
      )
      const { person: found } = await operations['user.show']({ name: 'south:kim' }, idle)
      expect(found.key).to.equal('south:kim')
    })

    it('does not take % and _ in a name for wildcards', async () => {
      await store.accounts.noteUser('people:al', 'al')
      for (const name of ['%', 'a_', 'people:%']) {
        expect(await codeOf(operations['user.show']({ name }, idle))).to.equal('user-unknown')
      }
    })
  })

  describe('authenticators', () => {
    it('enrols an app and gives its link once, never its seed again', async () => {
      const enrolment = await operations['authenticator.add'](
        { name: 'alice', authenticator: { method: 'totp', label: 'work' } },
        idle,
      )
      const uri = new URL(enrolment.uri ?? '')
      expect(uri.protocol).to.equal('otpauth:')
      expect(decodeURIComponent(uri.pathname)).to.include('Example:alice')
      const listed = await operations['authenticator.list']({ name: 'alice' }, idle)
      expect(listed.authenticators).to.have.length(1)
      expect(JSON.stringify(listed)).to.not.include(uri.searchParams.get('secret'))
    })

    it('never shows a PIN', async () => {
      const authenticator = { method: 'call', phone: '+31612345678', pin: '4711' } as const
      await operations['authenticator.add']({ name: 'bob', authenticator }, idle)
      const shown = JSON.stringify(await operations['user.show']({ name: 'bob' }, idle))
      expect(shown).to.include('with PIN')
      expect(holdsText(shown, '4711')).to.equal(false)
    })

    it('replaces recovery codes, so that a lost list is worthless', async () => {
      const add = () =>
        operations['authenticator.add'](
          { name: 'alice', authenticator: { method: 'recovery' } },
          idle,
        )
      const first = await add()
      const second = await add()
      expect(first.codes).to.have.length(10)
      expect(new Set([...(first.codes ?? []), ...(second.codes ?? [])]).size).to.equal(20)
      const { authenticators } = await operations['authenticator.list']({ name: 'alice' }, idle)
      expect(authenticators.map(({ id }) => id)).to.deep.equal([second.authenticator.id])
    })

    it('removes by a shortened id, but only when it fits one', async () => {
      const add = () =>
        operations['authenticator.add']({ name: 'bob', authenticator: { method: 'totp' } }, idle)
      const { authenticator } = await add()
      await add()
      const remove = (id: string) => operations['authenticator.remove']({ name: 'bob', id }, idle)
      expect(await codeOf(remove('zzz'))).to.equal('authenticator-unknown')
      expect((await remove(authenticator.id.slice(0, 20))).removed.id).to.equal(authenticator.id)
      expect(await codeOf(remove(authenticator.id))).to.equal('authenticator-unknown')
    })

    it('does not remove what belongs to someone else', async () => {
      const { authenticator } = await operations['authenticator.add'](
        { name: 'alice', authenticator: { method: 'totp' } },
        idle,
      )
      const attempt = operations['authenticator.remove'](
        { name: 'bob', id: authenticator.id },
        idle,
      )
      expect(await codeOf(attempt)).to.equal('authenticator-unknown')
      expect(await store.authenticators.list('people:alice')).to.have.length(1)
    })
  })

  describe('an HOTP token that ran ahead', () => {
    const token = { seed: Buffer.alloc(20, 4), algorithm: 'sha1', digits: 6 } as const
    const codesAt = (counter: number): [string, string] => [
      otpCode(token, counter),
      otpCode(token, counter + 1),
    ]
    const add = async (fill = 4) => {
      const seed = formatSeed(Buffer.alloc(20, fill))
      const enrolment = await operations['authenticator.add'](
        { name: 'alice', authenticator: { method: 'hotp', seed } },
        idle,
      )
      return enrolment.authenticator.id
    }
    const resync = (codes: [string, string], id?: string, name = 'alice') =>
      operations['authenticator.resync']({ name, id, codes }, idle)
    const counters = async () =>
      (await store.authenticators.list('people:alice')).map((one) =>
        one.method === 'hotp' ? one.counter : -1,
      )

    it('is put right by two codes in a row, which then are spent', async () => {
      await add()
      const { authenticator } = await resync(codesAt(60))
      expect(authenticator.detail).to.include('counter 62')
      expect(await counters()).to.deep.equal([62])
      expect(await codeOf(resync(codesAt(60)))).to.equal('codes-do-not-fit')
      const [entry] = await store.audit.searchAudit({ limit: 1 })
      expect(entry?.reason).to.equal('admin-authenticator-resynchronised')
    })

    it('stays as it is with codes that are not in a row, swapped, or too far ahead', async () => {
      await add()
      const [first, second] = codesAt(60)
      for (const codes of [
        [first, first],
        [second, first],
        [first, otpCode(token, 62)],
        codesAt(5_000),
      ] as [string, string][]) {
        expect(await codeOf(resync(codes))).to.equal('codes-do-not-fit')
      }
      expect(await counters()).to.deep.equal([0])
    })

    it('is named where there are several, and is never a token of someone else', async () => {
      const id = await add()
      await add(5)
      const codes = codesAt(60)
      expect(await codeOf(resync(codes))).to.equal('authenticator-unknown')
      expect(await codeOf(resync(codes, id, 'bob'))).to.equal('authenticator-unknown')
      expect(await codeOf(resync(codes, undefined, 'bob'))).to.equal('authenticator-unknown')
      expect((await resync(codes, id)).authenticator.id).to.equal(id)
      expect((await counters()).toSorted()).to.deep.equal([0, 62])
    })
  })

  describe('backup', () => {
    it('hands out the copy in pieces and leaves nothing behind', async () => {
      let ready: BackupReady | undefined
      const gone = new AbortController()
      const announced = Promise.withResolvers<void>()
      const running = operations.backup(
        {},
        {
          ...idle,
          signal: gone.signal,
          send(event) {
            ready = event as BackupReady
            announced.resolve()
          },
        },
      )
      await announced.promise
      const { id = '', bytes = 0 } = ready ?? {}
      const pieces: Buffer[] = []
      for (let offset = 0; offset < bytes; offset += pieces.at(-1)?.length ?? bytes) {
        const { piece } = await operations['backup.read']({ id, offset }, idle)
        pieces.push(Buffer.from(piece, 'base64'))
      }
      await operations['backup.end']({ id }, idle)
      await running
      expect(Buffer.concat(pieces)).to.have.length(bytes)
      expect(Buffer.concat(pieces).toString('latin1')).to.match(/^SQLite format 3/)
      expect(readdirSync(folder).filter((name) => name.startsWith('backup-'))).to.deep.equal([])
      expect(await codeOf(operations['backup.read']({ id, offset: 0 }, idle))).to.equal(
        'bad-arguments',
      )
    })

    it('removes the copy when the caller goes away', async () => {
      const gone = new AbortController()
      await operations.backup({}, { ...idle, signal: gone.signal, send: () => gone.abort() })
      expect(readdirSync(folder).filter((name) => name.startsWith('backup-'))).to.deep.equal([])
    })
  })

  describe('audit', () => {
    const record = (userName: string, signInId: string, more: Partial<SignInRecord> = {}) =>
      store.audit.record({
        signInId,
        attemptId: `a-${signInId}`,
        startedAtMs: 1000,
        endedAtMs: 2000,
        gateway: 'vpn',
        sourceAddress: '192.0.2.1',
        userName,
        outcome: 'reject',
        reason: 'password-wrong',
        timeline: [{ atMs: 1000, what: 'received' }],
        ...more,
      })

    it('shows one sign-in by a shortened id, and says when there is none', async () => {
      await record('alice', 'S1abcdef')
      const rows = await operations['audit.show']({ id: 'S1ab' }, idle)
      expect(rows.map(({ userName }) => userName)).to.deep.equal(['alice'])
      expect(await codeOf(operations['audit.show']({ id: 'nope' }, idle))).to.equal(
        'sign-in-unknown',
      )
    })

    it('shows one sign-in by a request in the middle of it', async () => {
      const timeline = ['R1', 'R2', 'R3'].map((attempt) => ({
        atMs: 1000,
        what: 'received',
        detail: { attempt },
      }))
      await record('alice', 'R1', { attemptId: 'R3', timeline })
      for (const id of ['R1', 'R2', 'R3']) {
        const rows = await operations['audit.show']({ id }, idle)
        expect(rows.map(({ signInId }) => signInId)).to.deep.equal(['R1'])
      }
    })

    it('compares what the log says of its end with this store, and with nothing from before a restore', async () => {
      await record('alice', 'S9')
      const head = { ...(await store.audit.head()), store: store.installationId.slice(0, 8) }
      const gone = { ...head, seq: head.seq + 5, atMs: systemClock.nowMs() }
      const compare = (...heads: (typeof gone)[]) => operations['audit.compare']({ heads }, idle)
      expect(await compare({ ...gone, seq: head.seq })).to.deep.equal({
        compared: 1,
        differences: [],
      })
      expect((await compare(gone)).differences).to.have.length(1)
      const others = [
        { ...gone, store: '' },
        { ...gone, store: 'ffffffff' },
      ]
      expect(await compare(...others)).to.deep.equal({ compared: 0, differences: [] })
      await store.audit.noteRestore({})
      expect(await compare(gone)).to.deep.equal({ compared: 0, differences: [] })
    })

    it('follows only what is new and fits, until the caller goes', async () => {
      await record('alice', 'S2old')
      const gone = new AbortController()
      const seen: unknown[] = []
      const arrived = Promise.withResolvers<void>()
      const running = operations['audit.follow'](
        { user: 'ALICE' },
        {
          ...idle,
          signal: gone.signal,
          send(event) {
            const { signInId } = event as { signInId: string }
            seen.push(signInId)
            if (signInId === 'S2new') arrived.resolve()
          },
        },
      )
      // What is recorded before its first look counts as old.
      while (seen.length === 0) {
        await record('alice', 'S2first')
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      await record('bob', 'S2other')
      await record('alice', 'S2new')
      await arrived.promise
      gone.abort()
      await running
      expect(seen.filter((id) => id !== 'S2first')).to.deep.equal(['S2new'])
    })
  })

  it('leaves a trail of what administrators change, without secrets', async () => {
    await operations['user.block']({ name: 'alice', reason: 'phone lost' }, idle)
    const authenticator = { method: 'call', phone: '+31612345678', pin: '4711' } as const
    const added = await operations['authenticator.add']({ name: 'alice', authenticator }, idle)
    const { id } = added.authenticator
    await operations['authenticator.remove']({ name: 'alice', id }, idle)
    await operations['user.unlock']({ name: 'alice' }, idle)
    await operations['user.forget']({ name: 'alice', eraseAudit: true }, idle)
    const rows = await operations['audit.search']({ limit: 6 }, idle)
    expect(rows.map(({ reason }) => reason).toReversed()).to.deep.equal([
      'admin-user-blocked',
      'admin-authenticator-added',
      'admin-authenticator-removed',
      'admin-user-unlocked',
      'user-removed',
      'admin-user-removed',
    ])
    const said = rows.map(({ hash: _, ...row }) => row)
    expect(JSON.stringify(said)).to.not.match(/4711|alice/)
  })

  it('says what needs a running service', async () => {
    for (const name of ['status', 'check', 'reload'] as const) {
      expect(await codeOf(operations[name]({}, idle))).to.equal('needs-service')
    }
  })

  it('seals everything with a new key while it goes on', async () => {
    await operations['authenticator.add'](
      { name: 'alice', authenticator: { method: 'totp' } },
      idle,
    )
    const key = Buffer.alloc(32, 9).toString('base64')
    const { resealed, unreadable } = await operations['key.rotate']({ key }, idle)
    expect(resealed).to.be.at.least(1)
    expect(unreadable).to.deep.equal([])
    expect(await store.authenticators.list('people:alice')).to.have.length(1)
    expect(readFileSync(join(folder, 'holdfast.db')).includes(Buffer.alloc(32, 9))).to.equal(false)
  })
})
