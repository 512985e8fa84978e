import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { methods, type TotpAuthenticator, type User } from '../../src/accounts/index.ts'
import { createCodeChecker, otpCode } from '../../src/methods/index.ts'
import {
  createAdminOperations,
  createPersonLookup,
  type OperationArgs,
  type SeedRow,
} from '../../src/operations/index.ts'
import type { Resolved } from '../../src/signin/index.ts'
import { createKeyring, openStore, type Store } from '../../src/store/index.ts'
import { HoldfastError, systemClock } from '../../src/support/index.ts'

type Seed = OperationArgs<'seeds.import'>['seeds'][number]

const known = ['alice', 'bob', 'carol']
const person = (name: string): User => ({
  key: `people:${name}`,
  directory: 'people',
  name,
  displayName: name,
  groups: [],
  phones: [],
})
const idle = {
  signal: new AbortController().signal,
  caller: { via: 'store', uid: 0, name: 'root' },
} as const

function seed(line: number, user: string, fill: number, changes: Partial<Seed> = {}): Seed {
  return {
    ...{ line, user, method: 'totp', seed: Buffer.alloc(20, fill).toString('base64') },
    ...{ algorithm: 'sha1', digits: 6, periodSeconds: 30, counter: 0, driftSteps: 0 },
    ...changes,
  }
}

describe('importing seeds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-import-'))
  let store: Store
  let isDown = false
  let asked = 0
  const directory = {
    name: 'people',
    resolve: async (name: string): Promise<Resolved> => {
      asked += 1
      if (isDown) return { kind: 'down', detail: 'connection refused' }
      if (name === 'twins') return { kind: 'ambiguous' }
      const isKnown = known.includes(name) || /^many\d+$/.test(name)
      return isKnown ? { kind: 'user', user: person(name) } : { kind: 'unknown' }
    },
    resolveKey: async (): Promise<Resolved> => ({ kind: 'unknown' }),
    verify: async () => ({ kind: 'busy' }) as const,
    close: async () => undefined,
  }
  const operationsOn = (parts: Partial<Store> = {}) =>
    createAdminOperations({
      clock: systemClock,
      store: { ...store, ...parts },
      findPerson: createPersonLookup({ directories: [directory], users: store.users }),
      gateways: async () => [],
      usableMethods: () => methods,
      issuer: 'Example',
      scratchFolder: folder,
    })
  const load = async (
    seeds: readonly Seed[],
    options: Partial<Omit<OperationArgs<'seeds.import'>, 'seeds'>> = {},
    operations = operationsOn(),
  ) => {
    const rows: SeedRow[] = []
    const send = (event: unknown) => rows.push(...(event as { rows: SeedRow[] }).rows)
    const call = { seeds: [...seeds], dryRun: false, ...options }
    return { ...(await operations['seeds.import'](call, { ...idle, send })), rows }
  }
  const states = ({ rows }: { rows: readonly SeedRow[] }) => rows.map(({ state }) => state)
  const enrolled = (name: string) => store.authenticators.list(`people:${name}`)
  const codeOf = async (work: Promise<unknown>) =>
    await work.then(
      () => 'nothing was thrown',
      (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
    )

  before(async () => {
    store = await openStore({
      file: join(folder, 'holdfast.db'),
      keyring: createKeyring({ current: new Uint8Array(32).fill(1) }),
      node: 'test',
      // Ten thousand rows in one transaction, and its end, on a busy machine too.
      commitTimeoutMs: 60_000,
    })
  })
  afterEach(async () => {
    isDown = false
    asked = 0
    for (;;) {
      const users = await store.users.listUsers({ limit: 1000 })
      if (users.length === 0) break
      await Promise.all(users.map(({ userKey }) => store.users.removeUser(userKey)))
    }
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('stores all, and leaves what is there when it comes again', async () => {
    const seeds = [seed(2, 'alice', 1, { serial: '1001' }), seed(3, 'bob', 2, { serial: '1002' })]
    const first = await load(seeds)
    expect(first.counts).to.deep.equal({ add: 2, spare: 0, there: 0, replace: 0, refuse: 0 })
    expect(first.imported).to.equal(true)
    const again = await load([...seeds, seed(4, 'bob', 3, { serial: '1003' })])
    expect(states(again)).to.deep.equal(['there', 'there', 'add'])
    expect(again.rows[0]?.text).to.equal('this person has this token already')
    expect(await enrolled('bob')).to.have.length(2)
  })

  it('stores nothing in a dry run, and says the same as the import after it', async () => {
    const seeds = [seed(2, 'alice', 1), seed(3, 'bob', 2)]
    const trial = await load(seeds, { dryRun: true })
    expect(trial.imported).to.equal(false)
    expect(await enrolled('alice')).to.have.length(0)
    const { rows, plan } = await load(seeds, { plan: trial.plan })
    expect({ rows, plan }).to.deep.equal({ rows: trial.rows, plan: trial.plan })
  })

  it('stores nothing when users or tokens have changed since the dry run', async () => {
    const seeds = [seed(2, 'alice', 1), seed(3, 'bob', 2)]
    const { plan } = await load(seeds, { dryRun: true })
    await load([seed(2, 'alice', 1)])
    expect(await codeOf(load(seeds, { plan }))).to.equal('plan-changed')
    expect(await enrolled('bob')).to.have.length(0)
  })

  it('stores nothing when one line does not fit, unless those are skipped', async () => {
    const seeds = [seed(2, 'alice', 1), seed(3, 'nobody', 2), seed(4, 'twins', 3)]
    const result = await load(seeds)
    expect(states(result)).to.deep.equal(['add', 'refuse', 'refuse'])
    expect(result.rows.slice(1).map(({ text }) => text)).to.deep.equal([
      'no directory knows this user name',
      'the user name means more than one person; write directory:name',
    ])
    expect(await enrolled('alice')).to.have.length(0)
    expect((await load(seeds, { skipRefused: true })).imported).to.equal(true)
    expect(await enrolled('alice')).to.have.length(1)
  })

  it('refuses a seed and a serial number that are enrolled for another person, and names that person', async () => {
    await load([seed(2, 'alice', 1, { serial: '10010' })])
    const result = await load([
      seed(2, 'bob', 1, { serial: '10011' }),
      seed(3, 'bob', 2, { serial: '10010' }),
    ])
    expect(result.rows.map(({ text }) => text)).to.deep.equal([
      'this seed is already enrolled for alice; remove it there first',
      'this serial number is already enrolled for alice, with another seed; remove it there first',
    ])
    const forced = await load([seed(2, 'bob', 1)], { replace: true })
    expect(states(forced)).to.deep.equal(['refuse'])
  })

  it('refuses a token of the same person that differs, and replaces it when that is asked for', async () => {
    const old = seed(2, 'alice', 1, { serial: '1001' })
    await load([old])
    const otherSeed = seed(2, 'alice', 9, { serial: '1001' })
    const otherPeriod = seed(2, 'alice', 1, { serial: '1001', periodSeconds: 60 })
    for (const changed of [otherSeed, otherPeriod]) {
      const refused = await load([changed])
      expect(refused.rows[0]?.text).to.include('--replace puts this one in its place')
    }
    const replaced = await load([otherSeed], { replace: true })
    expect(replaced.counts).to.include({ replace: 1, add: 0 })
    const [token, second] = await enrolled('alice')
    expect(second).to.equal(undefined)
    expect(Buffer.from((token as TotpAuthenticator).seed)).to.deep.equal(Buffer.alloc(20, 9))
  })

  it('does not make used codes good again by replacing', async () => {
    await load([seed(2, 'alice', 1)])
    await load([seed(3, 'bob', 2, { method: 'hotp', counter: 3 })])
    const [totp] = await enrolled('alice')
    const [hotp] = await enrolled('bob')
    const evidence = { requestAuthenticator: Buffer.alloc(16) }
    await store.authenticators.spendTotp(totp?.id ?? '', 1000, 0, evidence)
    await store.authenticators.spendHotp(hotp?.id ?? '', 40, evidence)
    const changes = { digits: 8 } as const
    const replaced = await load(
      [seed(2, 'alice', 1, changes), seed(3, 'bob', 2, { ...changes, method: 'hotp', counter: 3 })],
      { replace: true },
    )
    expect(replaced.counts.replace).to.equal(2)
    expect((await enrolled('alice'))[0]).to.include({ digits: 8, lastStep: 1000 })
    expect((await enrolled('bob'))[0]).to.include({ digits: 8, counter: 41 })
  })

  it('counts a line that is there twice once', async () => {
    const result = await load([seed(2, 'alice', 1), seed(3, 'alice', 1)])
    expect(states(result)).to.deep.equal(['add', 'there'])
    expect(await enrolled('alice')).to.have.length(1)
  })

  it('keeps drift and validity, so that codes count by them', async () => {
    const nowMs = Date.now()
    const validUntilMs = nowMs + 86_400_000
    await load([
      seed(2, 'alice', 1, { driftSteps: 5 }),
      seed(3, 'bob', 2, { validUntilMs }),
      seed(4, 'carol', 3, { validFromMs: validUntilMs }),
    ])
    const checker = createCodeChecker({
      window: 1,
      lookAhead: 10,
      store: store.authenticators,
      hashKey: store.hashingKey,
    })
    const check = async (name: string, aheadSteps: number, atMs: number) => {
      const tokens = await enrolled(name)
      const [token] = tokens
      if (token?.method !== 'totp') throw new Error('no token')
      const code = otpCode(token, Math.floor(atMs / 30_000) + aheadSteps)
      return {
        kind: checker.check(code, tokens, atMs).kind,
        isFound: checker.codes(tokens, atMs).includes(code),
        notValid: checker.notValid(code, tokens, atMs)?.id === token.id,
      }
    }
    const right = { kind: 'match', isFound: true, notValid: false }
    const outside = { kind: 'wrong', isFound: false, notValid: true }
    expect(await check('alice', 5, nowMs)).to.deep.equal(right)
    expect(await check('alice', 6, nowMs)).to.deep.equal(right)
    expect(await check('alice', 0, nowMs)).to.include({ kind: 'wrong', notValid: false })
    expect(await check('bob', 0, nowMs)).to.deep.equal(right)
    expect(await check('bob', 0, validUntilMs)).to.deep.equal(outside)
    expect(await check('carol', 0, nowMs)).to.deep.equal(outside)
    expect(await check('carol', 0, validUntilMs)).to.deep.equal(right)
  })

  it('keeps nothing when the audit cannot be written, and puts back what was replaced', async () => {
    await load([seed(2, 'alice', 1, { serial: '1001' })])
    const failing = operationsOn({
      audit: {
        ...store.audit,
        alert: async (change) => {
          if (change.userName === 'bob') throw new HoldfastError('store-full', 'no room')
          await store.audit.alert(change)
        },
      },
    })
    const seeds = [seed(2, 'alice', 9, { serial: '1001' }), seed(3, 'bob', 2)]
    const attempt = load(seeds, { replace: true }, failing)
    expect(await codeOf(attempt)).to.equal('store-full')
    expect(await enrolled('bob')).to.have.length(0)
    const [token, second] = await enrolled('alice')
    expect(second).to.equal(undefined)
    expect(Buffer.from((token as TotpAuthenticator).seed)).to.deep.equal(Buffer.alloc(20, 1))
  })

  it('stops when the directory is down, instead of calling every user unknown, and names no one', async () => {
    isDown = true
    const error = await load([seed(2, 'JBSWY3DPEHPK3PXP', 1)]).catch((reason: unknown) => reason)
    expect(error).to.include({ code: 'directory-down' })
    expect(String(error)).to.not.include('JBSWY3DPEHPK3PXP')
  })

  it('takes ten thousand at once: all of them in one transaction', async () => {
    const many = Array.from({ length: 10_000 }, (_, at) => {
      const bytes = Buffer.alloc(20)
      bytes.writeUInt32BE(at)
      return seed(at + 2, `many${at % 5000}`, 0, {
        ...{ seed: bytes.toString('base64'), serial: String(5_000_000 + at) },
      })
    })
    const seen: number[] = []
    const operations = operationsOn({
      tokens: {
        ...store.tokens,
        exchange: async (change) => {
          seen.push(change.add.length)
          await store.tokens.exchange(change)
        },
      },
    })
    const { counts, rows } = await load(many, {}, operations)
    expect(counts).to.include({ add: 10_000, refuse: 0 })
    expect(rows).to.have.length(10_000)
    expect(seen).to.deep.equal([10_000])
    expect(asked).to.equal(5000)
    expect(await enrolled('many4999')).to.have.length(2)
  }).timeout(60_000)

  it('adds nothing when one row of a transaction fails', async () => {
    await load([seed(2, 'alice', 1)])
    const [token] = await enrolled('alice')
    if (token?.method !== 'totp') throw new Error('no token')
    const fresh = { ...token, id: 'fresh', userKey: 'people:bob' }
    const attempt = store.tokens.exchange({ add: [fresh, token], remove: [] })
    expect(await codeOf(attempt)).to.not.equal('nothing was thrown')
    expect(await enrolled('bob')).to.have.length(0)
  })
})
