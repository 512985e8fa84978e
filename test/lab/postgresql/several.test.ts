import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Store } from '../../../src/store/index.ts'
import { freshUser, newTotp } from '../../store/stores.ts'
import { needPostgresql } from './server.ts'
import { openDatabase, sharedPostgresql } from './stores.ts'

const connections = 8
const rounds = 40
const nowMs = 1_900_000_000_000
const hourMs = 3_600_000

const packet = () => ({ requestAuthenticator: new Uint8Array(randomBytes(16)) })

// Each store has a connection of its own, as processes beside each other would have.
describe('statements that decide something, by eight connections at once (O1, O2)', function () {
  this.timeout(600_000)
  let stores: readonly Store[]

  before(async function () {
    needPostgresql(this)
    const place = await (await sharedPostgresql()).createDatabase()
    const open = (index: number) =>
      openDatabase(place, { node: `node-${index}`, sharing: 'several', cacheUsers: 0 })
    // The first makes the tables.
    const first = await open(0)
    const others = Array.from({ length: connections - 1 }, (_, index) => open(index + 1))
    stores = [first, ...(await Promise.all(others))]
  })
  after(async () => {
    for (const store of stores ?? []) await store.close()
  })

  const one = () => stores[0] as Store
  const all = <Result>(ask: (store: Store, index: number) => Promise<Result>) =>
    Promise.all(stores.map(ask))
  const countOf = <Result>(results: readonly Result[], wanted: Result) =>
    results.filter((result) => result === wanted).length

  async function eachRound(run: (round: number) => Promise<void>): Promise<void> {
    for (let round = 0; round < rounds; round += 1) await run(round)
  }

  it('no limit is exceeded, and all that is allowed is given', () =>
    eachRound(async () => {
      const key = freshUser()
      const results = await all(({ limits }) =>
        limits.take([{ key, limit: 3, windowMs: hourMs }], nowMs),
      )
      expect(results.filter(({ ok }) => ok)).to.have.length(3)
      expect(await one().limits.take([{ key, limit: 3, windowMs: hourMs }], nowMs)).to.deep.equal({
        ok: false,
        key,
      })
    }))

  it('two keys named in either order neither block each other nor count too much', () =>
    eachRound(async () => {
      const keys = [freshUser(), freshUser()]
      const uses = keys.map((key) => ({ key, limit: 4, windowMs: hourMs }))
      const results = await all(({ limits }, index) =>
        limits.take(index % 2 === 0 ? uses : uses.toReversed(), nowMs),
      )
      expect(results.filter(({ ok }) => ok)).to.have.length(4)
    }))

  it('a code that was sent, or a State, works once, and no loser takes it for free', () =>
    eachRound(async () => {
      const id = `sent:${freshUser()}`
      const results = await all(({ spent }) => spent.spend(id, packet(), Date.now() + hourMs))
      expect(countOf(results, 'spent')).to.equal(1)
      expect(countOf(results, 'reused')).to.equal(connections - 1)
    }))

  it('calls start one after the other at an account (O41)', () =>
    eachRound(async () => {
      const account = freshUser()
      const waits = await all(async ({ callTurns }) => callTurns?.take(account, 1_000, 60_000))
      const sorted = waits.map((wait) => wait ?? -1).sort((one, other) => one - other)
      expect(sorted[0]).to.be.within(0, 1_000)
      for (const [index, wait] of sorted.entries()) {
        // All were taken within a moment, which on a busy machine may last.
        if (index > 0) expect(wait - (sorted[index - 1] ?? 0)).to.be.within(1, 1_000)
      }
      expect(await one().callTurns?.take(account, 1_000, 10), 'too late').to.equal(undefined)
      expect(await one().callTurns?.take(freshUser(), 1_000, 10)).to.equal(0)
    }))

  it('the code of an app works once', async () => {
    const { id } = await one().authenticators.add(newTotp(freshUser()))
    await eachRound(async (round) => {
      const results = await all(({ authenticators }) =>
        authenticators.spendTotp(id, 1_000 + round, 0, packet()),
      )
      expect(countOf(results, 'spent')).to.equal(1)
      expect(countOf(results, 'reused')).to.equal(connections - 1)
    })
  })

  it('the code of a token works once', async () => {
    const { seed, algorithm, digits, label } = newTotp('')
    const userKey = freshUser()
    const token = { method: 'hotp', userKey, label, seed, algorithm, digits, counter: 0 } as const
    const { id } = await one().authenticators.add(token)
    await eachRound(async (round) => {
      const results = await all(({ authenticators }) =>
        authenticators.spendHotp(id, round, packet()),
      )
      expect(countOf(results, 'spent')).to.equal(1)
    })
  })

  it('a recovery code works once', async () => {
    const codeHashes = Array.from({ length: rounds }, () => new Uint8Array(randomBytes(32)))
    const list = { method: 'recovery', userKey: freshUser(), label: 'codes', codeHashes } as const
    const { id } = await one().authenticators.add(list)
    await eachRound(async (round) => {
      const hash = codeHashes[round] ?? new Uint8Array()
      const results = await all(({ authenticators }) =>
        authenticators.spendRecovery(id, hash, packet()),
      )
      expect(countOf(results, 'spent')).to.equal(1)
    })
  })

  it('of signatures of a passkey with one count, one is taken', async () => {
    const { id } = await one().authenticators.add({
      ...{ method: 'passkey', userKey: freshUser(), label: 'Pixel', credentialId: freshUser() },
      ...{ publicKey: new Uint8Array(77), isDeviceBound: false, aaguid: '', transports: [] },
      ...{ signCount: 0, isBackedUp: true },
    })
    await eachRound(async (round) => {
      const use = { signCount: round + 1, isBackedUp: true, atMs: nowMs }
      const results = await all(({ authenticators }) => authenticators.usePasskey(id, use))
      expect(countOf(results, true)).to.equal(1)
    })
  })

  it('a bypass for one sign-in lets one in', () =>
    eachRound(async () => {
      const userKey = freshUser()
      const bypass = { reason: 'new phone', untilMs: nowMs + hourMs, once: true }
      await one().accounts.giveBypass(userKey, bypass)
      const results = await all(({ accounts }) => accounts.useBypass(userKey, nowMs))
      expect(countOf(results, true)).to.equal(1)
    }))

  it('every wrong code counts', () =>
    eachRound(async () => {
      const userKey = freshUser()
      const limits = { slowAfter: 3, lockAfter: connections, lockMs: hourMs, slowMs: 1_000 }
      await all(({ accounts }) => accounts.recordFailure(userKey, 'code', nowMs, limits))
      const state = await one().accounts.load(userKey)
      expect(state).to.include({ wrongCodes: connections, lockedUntilMs: nowMs + hourMs })
    }))

  it('a code of the helpdesk works once, and wrong tries take it away', () =>
    eachRound(async () => {
      const code = {
        ...{ userKey: freshUser(), codeHash: new Uint8Array(randomBytes(32)) },
        ...{ createdAtMs: nowMs, untilMs: nowMs + hourMs, triesLeft: 5, madeBy: 'helpdesk' },
      }
      await one().enrolmentCodes.put(code)
      const right = await all(({ enrolmentCodes }) =>
        enrolmentCodes.spend(code.userKey, code.codeHash, nowMs),
      )
      expect(countOf(right, 'right')).to.equal(1)
      await one().enrolmentCodes.put(code)
      const wrong = await all(({ enrolmentCodes }) =>
        enrolmentCodes.spend(code.userKey, new Uint8Array(32), nowMs),
      )
      expect(countOf(wrong, 'wrong')).to.equal(5)
      expect(await one().enrolmentCodes.look(code.userKey, nowMs)).to.equal(undefined)
    }))

  it('a step of the portal is taken by one', () =>
    eachRound(async () => {
      const tokenHash = new Uint8Array(randomBytes(32))
      const step = { tokenHash, kind: 'proof', content: '{}', untilMs: nowMs + hourMs } as const
      await one().webSteps.put({ ...step, userKey: freshUser() })
      const results = await all(({ webSteps }) => webSteps.take(tokenHash, 'proof', nowMs))
      expect(results.filter((found) => found !== undefined)).to.have.length(1)
    }))

  it('what a person may once in a while is given once, and their handle is one', () =>
    eachRound(async () => {
      const userKey = freshUser()
      const handles = await all(({ personRecords }) => personRecords.userHandle(userKey))
      expect(new Set(handles.map((handle) => Buffer.from(handle).toString('hex')))).to.have.length(
        1,
      )
      const reminded = await all(({ personRecords }) =>
        personRecords.takeReminder(userKey, nowMs, hourMs),
      )
      expect(countOf(reminded, true)).to.equal(1)
    }))

  it('no session and no remembered sign-in outlives a block (O18)', () =>
    eachRound(async () => {
      const userKey = freshUser()
      const device = { kind: 'mac', value: '0123456789ab' } as const
      const place = { userKey, gatewayGroup: 'vpn', device, network: '' }
      await all<unknown>(({ accounts, remembered, webSessions }, index) => {
        if (index === 3) return accounts.block(userKey, 'fraud', nowMs)
        const times = { createdAtMs: nowMs, seenAtMs: nowMs, endsAtMs: nowMs + hourMs }
        if (index % 2 === 0) {
          const tokenHash = new Uint8Array(randomBytes(32))
          const who = { userKey, userName: 'alice', kind: 'whole', address: '', userAgent: '' }
          return webSessions.add({ ...who, ...times, tokenHash, kind: 'whole' })
        }
        const remembers = { atMs: nowMs, untilMs: nowMs + hourMs }
        return remembered.keep({ ...place, method: 'totp', ...remembers }, 'stamp')
      })
      expect(await one().webSessions.list(userKey, nowMs, hourMs)).to.deep.equal([])
      expect(await one().remembered.list(userKey, nowMs)).to.deep.equal([])
    }))

  it('an accounting record that comes to all of them is recorded once', () =>
    eachRound(async () => {
      const record = {
        ...{ digest: new Uint8Array(randomBytes(32)), eventAtMs: nowMs, gateway: 'vpn' },
        ...{ source: '192.0.2.1', receivedAtMs: nowMs, statusType: 1 },
        attributes: new Uint8Array([1]),
      }
      const results = await all(({ accounting }) => accounting.add([record], 1_000_000))
      expect(countOf(results.flat(), 'recorded')).to.equal(1)
    }))

  it('each chain of the audit holds while all are written', async () => {
    await eachRound(async (round) => {
      await all(({ audit }) =>
        audit.record({
          ...{ signInId: `s${round}`, attemptId: 'a', startedAtMs: nowMs, endedAtMs: nowMs },
          ...{ gateway: 'vpn', sourceAddress: '192.0.2.1', userName: 'alice', outcome: 'reject' },
          ...{ reason: 'password-wrong', timeline: [] },
        }),
      )
    })
    expect(await one().audit.verifyAuditChain()).to.include({
      ok: true,
      rows: rounds * connections,
    })
  })
})
