import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { NewAuthenticator, PersonChange, User } from '../../../src/accounts/index.ts'
import {
  type AdminOperations,
  createAdminOperations,
  createPersonLookup,
  type OperationCall,
} from '../../../src/operations/index.ts'
import type {
  Directory,
  FraudStop,
  PasswordChange,
  SignInRecord,
  Verified,
} from '../../../src/signin/index.ts'
import { createKeyring, openStore, type Store } from '../../../src/store/index.ts'
import { type PortalCaller, systemClock } from '../../../src/support/index.ts'

let user: User
let call: OperationCall
let people = 0

/** Of the session that asks. */
const ownToken = () => new Uint8Array(32).fill(people).fill(1, 0, 8)

/** Someone else each time, in one store: to open one takes a while. */
function nextPerson(): void {
  people += 1
  user = {
    ...{ key: `people:alice-${people}`, directory: 'people', name: 'alice', displayName: 'Alice' },
    ...{ groups: [], phones: [], language: 'nl' },
  }
  const caller: PortalCaller = {
    ...{ via: 'portal', userKey: user.key, name: user.name, address: '192.0.2.7' },
    ...{ session: 'whole', isConfirmed: true, tokenHash: ownToken() },
  }
  call = { send: () => undefined, signal: new AbortController().signal, caller }
}

describe('what people do for themselves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-own-'))
  let store: Store
  let operations: AdminOperations
  let verified: Verified
  let changed: PasswordChange
  let asked: string[]
  const told: PersonChange['kind'][] = []
  const reports: object[] = []
  const failures: unknown[] = []
  let onFraud: FraudStop | undefined
  const directory: Directory = {
    name: 'people',
    resolve: async () => ({ kind: 'user', user }),
    resolveKey: async () => ({ kind: 'user', user }),
    verify: async (_, credential) => {
      asked.push(credential.kind === 'pap' ? `verify ${credential.password.reveal()}` : 'other')
      return verified
    },
    changePassword: async (_, { old, chosen }) => {
      asked.push(`change ${old.reveal()} to ${chosen.reveal()}`)
      return changed
    },
    close: async () => undefined,
  }

  before(async () => {
    store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      node: 'test',
    })
  })
  beforeEach(() => {
    nextPerson()
    asked = []
    told.splice(0)
    reports.splice(0)
    failures.splice(0)
    onFraud = undefined
    verified = { kind: 'right' }
    changed = { kind: 'changed' }
    operations = createAdminOperations({
      clock: systemClock,
      store,
      findPerson: async () => user,
      gateways: async () => [],
      usableMethods: () => ['totp', 'sms'],
      issuer: 'Example',
      scratchFolder: folder,
      notices: { tell: (_, { kind }) => told.push(kind) },
      own: {
        find: async () => ({ directory, user }),
        lockout: () => ({ slowAfter: 5, lockAfter: 10, lockMs: 900_000, slowMs: 5_000 }),
        text: (key, language, values) =>
          [`${key} in ${language}`, ...Object.values(values ?? {})].join(', '),
        gatewayLabel: (name) => `the ${name}`,
        placeOf: (device) => (device === '203.0.113.7' ? 'office' : device),
        onFraud: () => onFraud,
        onReport: ({ name }, report) => reports.push({ user: name, ...report }),
        onStopFailed: (error) => failures.push(error),
      },
    })
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  async function alerts(): Promise<string[]> {
    return (await store.audit.searchAudit({ kind: 'alert', user: user.key })).map(
      ({ reason }) => reason,
    )
  }

  describe('their password', () => {
    const typed = { current: 'Winter-2024', chosen: 'Summer-2025' }

    it('is changed with the current one, and told; nothing of either is in the audit', async () => {
      expect(await operations['own.password'](typed, call)).to.deep.equal({ kind: 'changed' })
      expect(asked).to.deep.equal(['verify Winter-2024', 'change Winter-2024 to Summer-2025'])
      expect(told).to.deep.equal(['password-changed'])
      const entries = await store.audit.searchAudit({ user: user.key })
      expect(entries.map(({ reason }) => reason)).to.deep.equal(['own-password-changed'])
      expect(JSON.stringify(entries)).to.not.match(/Winter|Summer/)
    })

    it('is not changed by a wrong current one, which counts as a wrong password, once', async () => {
      verified = { kind: 'wrong' }
      const result = await operations['own.password'](typed, call)
      expect(result).to.include({ kind: 'refused', text: 'password-old-wrong in nl' })
      expect(asked).to.deep.equal(['verify Winter-2024'])
      const { wrongPasswords, wrongCodes, lockedUntilMs } = await store.accounts.load(user.key)
      expect({ wrongPasswords, wrongCodes, lockedUntilMs }).to.deep.equal({
        ...{ wrongPasswords: 1, wrongCodes: 0, lockedUntilMs: 0 },
      })
      expect(told).to.deep.equal([])
      expect(await alerts()).to.deep.equal(['own-password-not-changed'])
    })

    it('waits behind the shield of the directory: no change is asked for', async () => {
      verified = { kind: 'shielded', wrong: 3, threshold: 5, untilMs: 0 }
      const result = await operations['own.password'](typed, call)
      expect(result).to.include({ reason: 'shielded', text: 'password-try-later in nl' })
      expect(asked).to.have.length(1)
      expect((await store.accounts.load(user.key)).wrongPasswords).to.equal(0)
    })

    for (const [answer, says] of [
      [{ kind: 'too-short', atLeast: 12 }, 'new-password-short'],
      [{ kind: 'too-simple' }, 'new-password-simple'],
      [{ kind: 'refused' }, 'new-password-refused'],
      [{ kind: 'too-soon' }, 'password-change-too-soon'],
      [{ kind: 'old-wrong' }, 'password-old-wrong'],
      [{ kind: 'locked' }, 'account-unavailable'],
      [{ kind: 'not-permitted', detail: 'LDAP 50' }, 'password-not-changed'],
      [{ kind: 'busy' }, 'password-try-later'],
      [{ kind: 'down', detail: 'refused' }, 'password-try-later'],
    ] as const) {
      it(`says in words that it is ${answer.kind}, and tells no one of a change`, async () => {
        changed = answer
        const result = await operations['own.password'](typed, call)
        expect(result).to.include({ kind: 'refused' })
        expect(result).to.have.property('text').that.includes(`${says} in nl`)
        if (answer.kind === 'too-short')
          expect(result).to.include({ text: 'new-password-short in nl, 12' })
        expect(told).to.deep.equal([])
      })
    }

    it('is told where it is unknown whether it was changed', async () => {
      changed = { kind: 'unclear', detail: 'no answer' }
      const result = await operations['own.password'](typed, call)
      expect(result).to.include({ text: 'password-change-unclear in nl' })
      expect(told).to.deep.equal(['password-changed'])
    })

    for (const [what, chosen] of [
      ['the current one', typed.current],
      ['one that no gateway can send', 'x'.repeat(127)],
      ['one of 64 letters of three bytes', '€'.repeat(64)],
      ['one with a line break', 'Summer\n2025'],
      ['half a character', `Summer\ud800`],
    ] as const) {
      it(`is never ${what}: the directory is not asked`, async () => {
        const result = await operations['own.password']({ ...typed, chosen }, call)
        expect(result).to.have.property('kind', 'refused')
        expect(asked).to.deep.equal([])
      })
    }

    it('is not reset by an administrator through this', async () => {
      const root = { ...call, caller: { via: 'admin-socket', uid: 0, name: 'root' } as const }
      const refused = await operations['own.password'](typed, root).catch((error) => error.code)
      expect(refused).to.equal('bad-arguments')
      expect(asked).to.deep.equal([])
    })
  })

  function record(id: string, change: Partial<SignInRecord> = {}): Promise<void> {
    const atMs = systemClock.nowMs() - 600_000
    return store.audit.record({
      ...{
        signInId: `${people}-${id}`,
        attemptId: `${people}-${id}`,
        startedAtMs: atMs,
        endedAtMs: atMs,
        gateway: 'vpn',
      },
      ...{ sourceAddress: '10.0.0.1', userName: 'alice', userKey: user.key, outcome: 'reject' },
      ...{ reason: 'code-wrong', timeline: [], device: '203.0.113.7' },
      ...change,
    })
  }

  describe('their sign-ins', () => {
    it('are shown in words, with the label of the gateway and the name of the network', async () => {
      await record('one')
      await record('two', { outcome: 'accept', reason: 'accepted', method: 'totp', device: 'x' })
      const { items, next } = await operations['own.sign-ins']({}, call)
      expect(next).to.equal(undefined)
      expect(
        items.map(({ atMs: _, id, ...each }) => ({ ...each, id: id.replace(/^\d+-/, '') })),
      ).to.deep.equal([
        {
          ...{ id: 'two', gateway: 'the vpn', outcome: 'accepted', text: 'recent-accepted in nl' },
          ...{ place: 'x', method: 'totp', isReported: false },
        },
        {
          isReported: false,
          id: 'one',
          gateway: 'the vpn',
          outcome: 'refused',
          text: 'recent-code in nl',
          place: 'office',
        },
      ])
    })

    it('name the begin of a set-up as that; nothing to use at a gateway stays a refusal', async () => {
      await record('vpn', { reason: 'not-enrolled' })
      await record('before', { reason: 'not-enrolled', gateway: 'portal' })
      await record('began', { reason: 'set-up-begins', gateway: 'portal' })
      const { items } = await operations['own.sign-ins']({}, call)
      expect(items.map(({ outcome, text }) => [outcome, text])).to.deep.equal([
        ['set-up', 'recent-set-up in nl'],
        ['set-up', 'recent-set-up in nl'],
        ['refused', 'recent-not-enrolled in nl'],
      ])
    })

    it('are none of a person of the same name, or whose name is another one’s key', async () => {
      await record('other', { userKey: 'other:alice' })
      await record('named', { userKey: 'other:2', userName: user.key })
      expect((await operations['own.sign-ins']({}, call)).items).to.deep.equal([])
    })

    it('count a question once, by its result; one that was not answered is shown too', async () => {
      await record('asked', { outcome: 'challenge', reason: 'challenged' })
      await record('asked', { outcome: 'accept', reason: 'accepted' })
      await record('left', { outcome: 'challenge', reason: 'challenged' })
      const now = systemClock.nowMs()
      await record('open', { outcome: 'challenge', reason: 'challenged', endedAtMs: now })
      const { items } = await operations['own.sign-ins']({}, call)
      expect(items.map(({ id, text }) => [id.replace(/^\d+-/, ''), text])).to.deep.equal([
        ['left', 'recent-code in nl'],
        ['asked', 'recent-accepted in nl'],
      ])
    })

    it('come page by page, each once, and a forged page is the first one', async () => {
      for (let one = 0; one < 45; one++) await record(`s${one}`)
      const ids: string[] = []
      let after: string | undefined
      do {
        const page = await operations['own.sign-ins'](after === undefined ? {} : { after }, call)
        ids.push(...page.items.map(({ id }) => id))
        after = page.next
      } while (after !== undefined)
      expect(ids).to.have.length(45)
      expect(new Set(ids).size).to.equal(45)
      const forged = await operations['own.sign-ins']({ after: 'no-cursor' }, call)
      expect(forged.items[0]?.id).to.equal(`${people}-s44`)
    })
  })

  describe('"this was not me" (PEOPLE R13)', () => {
    const app = (): NewAuthenticator => ({
      ...{ method: 'totp', userKey: user.key, label: '', seed: new Uint8Array(20) },
      ...{ algorithm: 'sha1', digits: 6, periodSeconds: 30, driftSteps: 0, lastStep: -1 },
    })
    const mine = () => ({ signIn: `${people}-one`, method: 'totp' }) as const

    async function prepare(): Promise<void> {
      await record('one', { outcome: 'accept', reason: 'accepted' })
      const untilMs = systemClock.nowMs() + 3_600_000
      await store.remembered.keep(
        {
          ...{ userKey: user.key, gatewayGroup: 'vpn', network: '', method: 'totp' },
          ...{ device: { kind: 'mac', value: '001122334455' }, atMs: untilMs - 1, untilMs },
        },
        'stamp',
      )
      await store.accounts.giveBypass(user.key, { reason: 'x', untilMs, once: false })
    }

    it('stops calls and messages, devices and bypass, tells all; codes still work', async () => {
      await prepare()
      await store.authenticators.add(app())
      expect(await operations['own.report'](mine(), call)).to.deep.equal({ stopped: 'prompts' })
      const state = await store.accounts.load(user.key)
      expect(state).to.have.property('promptsStopped')
      expect(state).to.not.have.any.keys('blocked', 'bypass')
      expect(await store.remembered.list(user.key, 0)).to.deep.equal([])
      expect(reports).to.deep.equal([
        {
          ...{ user: 'alice', how: 'portal', gateway: 'vpn', signInId: `${people}-one` },
          ...{ from: '203.0.113.7', stopped: 'prompts' },
        },
      ])
      expect(await alerts()).to.include('own-sign-in-reported')
    })

    it('marks what was reported, here and in a call, and nothing else', async () => {
      await prepare()
      await record('other', { outcome: 'accept', reason: 'accepted' })
      await record('called', { reason: 'prompt-fraud' })
      await operations['own.report'](mine(), call)
      const { items } = await operations['own.sign-ins']({}, call)
      expect(
        items.map(({ id, isReported }) => [id.replace(/^\d+-/, ''), isReported]),
      ).to.deep.equal([
        ...[
          ['called', true],
          ['other', false],
          ['one', true],
        ],
      ])
    })

    it('blocks the account where nothing can be typed, and one command releases either', async () => {
      await prepare()
      expect(await operations['own.report'](mine(), call)).to.deep.equal({ stopped: 'account' })
      expect(await store.accounts.load(user.key)).to.have.nested.property('blocked.reason')
      await store.authenticators.add(app())
      await operations['own.report'](mine(), call)
      const root = { ...call, caller: { via: 'admin-socket', uid: 0, name: 'root' } as const }
      await operations['user.unlock']({ name: 'alice' }, root)
      const state = await store.accounts.load(user.key)
      expect(state).to.not.have.any.keys('blocked', 'promptsStopped')
    })

    for (const method of ['email', 'recovery'] as const) {
      it(`is not a weapon with ${method} alone: nothing stops, and it is told all the same`, async () => {
        await prepare()
        const result = await operations['own.report']({ ...mine(), method }, call)
        expect(result).to.deep.equal({ stopped: 'nothing' })
        expect(reports).to.have.length(1)
        expect(await store.accounts.load(user.key)).to.not.have.any.keys('blocked')
      })
    }

    it('blocks no one for a stranger who does not know the password', async () => {
      await record('one', { reason: 'password-wrong' })
      expect(await operations['own.report'](mine(), call)).to.deep.equal({ stopped: 'nothing' })
    })

    it('is about one’s own sign-ins alone, by the whole id', async () => {
      await record('one-of-bob', { userKey: 'people:bob', outcome: 'accept', reason: 'accepted' })
      await record('mine-long', { outcome: 'accept', reason: 'accepted' })
      for (const signIn of [`${people}-one-of-bob`, `${people}-mine`, 'none', '~']) {
        const code = await operations['own.report']({ ...mine(), signIn }, call).then(
          () => 'done',
          (error) => error.code,
        )
        expect(code, signIn).to.equal('sign-in-unknown')
      }
      expect(reports).to.deep.equal([])
      expect(await store.accounts.load(user.key)).to.not.have.any.keys('blocked')
    })

    it('a gateway whose prompts a report has stopped is released by its name', async () => {
      const key = 'gateway:pam'
      await store.accounts.block(key, 'fraud reported by the person', 1)
      await store.accounts.noteUser(key, 'pam')
      const lookUp = createPersonLookup({ directories: [], users: store.users })
      const released = createAdminOperations({
        ...{ clock: systemClock, store, findPerson: lookUp, issuer: 'Example' },
        ...{ gateways: async () => [], usableMethods: () => ['totp'], scratchFolder: folder },
      })
      const root = { ...call, caller: { via: 'admin-socket', uid: 0, name: 'root' } as const }
      await released['user.unlock']({ name: key }, root)
      expect(await store.accounts.load(key)).to.not.have.property('blocked')
    })

    for (const [setting, kept] of [
      ['account', 'promptsStopped'],
      ['prompts', 'blocked'],
    ] as const) {
      it(`stops what on_fraud says: ${setting}`, async () => {
        await prepare()
        if (setting === 'account') await store.authenticators.add(app())
        onFraud = setting
        expect(await operations['own.report'](mine(), call)).to.deep.equal({ stopped: setting })
        expect(await store.accounts.load(user.key)).to.not.have.property(kept)
      })
    }

    it('signs out all others at the portal, and not the one who reports', async () => {
      await prepare()
      await store.authenticators.add(app())
      const thief = new Uint8Array(32).fill(people).fill(9, 0, 8)
      const nowMs = systemClock.nowMs()
      for (const tokenHash of [thief, ownToken()]) {
        await store.webSessions.add({
          ...{ tokenHash, userKey: user.key, userName: 'alice', kind: 'whole' },
          ...{ createdAtMs: nowMs, seenAtMs: nowMs, endsAtMs: nowMs + 3_600_000 },
          ...{ address: '203.0.113.9', userAgent: '' },
        })
      }
      await operations['own.report'](mine(), call)
      expect(await store.webSessions.use(thief, nowMs, 3_600_000)).to.equal(undefined)
      expect(await store.webSessions.use(ownToken(), nowMs, 3_600_000)).to.include({
        userKey: user.key,
      })
    })
  })
})
