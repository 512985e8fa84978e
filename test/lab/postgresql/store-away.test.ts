import { expect } from 'chai'
import { sql } from 'kysely'
import { Client } from 'pg'
import type { NewAuthenticator, TotpAuthenticator } from '../../../src/accounts/index.ts'
import { createCodeChecker } from '../../../src/methods/index.ts'
import type { Outcome } from '../../../src/signin/index.ts'
import type { SharedRegistry, Store } from '../../../src/store/index.ts'
import { type Clock, systemClock } from '../../../src/support/index.ts'
import {
  call,
  createWorld,
  gatewayRules,
  hashKey,
  laptop,
  otherLaptop,
  type Pending,
  password,
  reasonOf,
  stateOf,
  totp,
  type World,
} from '../../signin/harness.ts'
import { numberIn, type Phone, phonesOf } from '../../signin/page/phones.ts'
import { shareRegistry } from './registries.ts'
import { needPostgresql } from './server.ts'
import { type Break, type StatementBreaker, startStatementBreaker } from './statement-breaker.ts'
import { openDatabase, sharedPostgresql } from './stores.ts'

/** What the server says where a moment later may do: locks, time-outs, others that are in the way. */
const errors = ['55P03', '57014', '40001', '40P01'] as const
const refusalOf = (statement: number): Break =>
  statement % 2 === 0 ? 'ended' : `error ${errors[(statement >> 1) % errors.length] ?? '55P03'}`
/** Longer than any sign-in here has statements, or none would ever be done. */
const mostStatements = 400

const append = gatewayRules({ flow: 'append' })
const holding = gatewayRules({ flow: 'hold' })
const asking = gatewayRules({ flow: 'challenge' })
const pushing = gatewayRules({ flow: 'challenge', methods: ['push'] })

describe('a sign-in of which any one statement fails', function () {
  this.timeout(900_000)
  let breaker: StatementBreaker
  let store: Store
  let registry: SharedRegistry
  let world: World
  let phone: Phone | undefined
  let psqlPlace: { readonly host: string; readonly port: number; readonly database: string }
  let psql: <Row>(statement: string) => Promise<readonly Row[]>

  before(function () {
    needPostgresql(this)
  })
  beforeEach(async () => {
    const server = await sharedPostgresql()
    const place = await server.createDatabase()
    psqlPlace = { host: server.socketFolder, port: server.port, database: place.database }
    psql = (statement) => server.admin(statement, place.database)
    breaker = await startStatementBreaker(place, server)
    // The time of the sign-ins, and timers of the world outside.
    const clock: Clock = { nowMs: () => world.clock.nowMs(), after: systemClock.after }
    world = createWorld()
    phone = undefined
    store = await openDatabase(breaker.place, {
      ...{ clock, sharing: 'several', serves: { version: 'x' } },
      ...{ commitTimeoutMs: 10_000, patienceMs: 300_000 },
    })
    registry = shareRegistry(store, {
      databaseNow: () => sql<number>`cast(${clock.nowMs()} as bigint)`,
    })
    await registry.start()
    const { accounts, authenticators, audit, history, limits, pauses } = store
    const { personRecords, prompts, reach, remembered, spent } = store
    const codes = createCodeChecker({ window: 1, lookAhead: 10, store: authenticators, hashKey })
    world = createWorld({
      parts: {
        ...{ accounts, authenticators, audit, codes, history, limits, pauses, personRecords },
        ...{ prompts, registry, remembered, spent, store: reach },
      },
    })
  })
  afterEach(async () => {
    await registry?.close()
    await store?.close()
    await breaker?.stop()
  })

  const enrol = (authenticator: object) =>
    store.authenticators.add({
      ...{ userKey: 'local:alice', label: '' },
      ...authenticator,
    } as NewAuthenticator)

  /** Lets time pass until it is so: what waits at the sign-in waits by the clock of the world. */
  async function until(isSo: () => boolean): Promise<void> {
    for (const endMs = performance.now() + 120_000; !isSo(); ) {
      if (performance.now() > endMs) throw new Error('it does not come to an end')
      await new Promise((resolve) => setTimeout(resolve, 2))
      world.clock.advance(2)
    }
  }

  async function outcomeOf(pending: Pending): Promise<Outcome> {
    await until(() => pending.outcome !== undefined)
    return pending.done
  }

  async function rowsOf({ attempt }: Pending): Promise<readonly string[]> {
    const rows = await psql<{ reason: string }>(
      `select reason from audit where kind = 'sign-in' and attempt_id = '${attempt.id}'`,
    )
    return rows.map(({ reason }) => reason)
  }

  /** What no one must be able to do again. */
  type Afterwards = () => Promise<void>

  async function code(): Promise<Afterwards> {
    const app = (await store.authenticators.list('local:alice'))[0] as TotpAuthenticator
    const request = { gateway: append, device: laptop, password: `${password},${world.code(app)}` }
    const tried = world.local.passwords.length
    const pending = world.start(request)
    expect(reasonOf(await outcomeOf(pending))).to.equal('accepted')
    return async () => {
      expect(world.local.passwords).to.have.lengthOf(tried + 1)
      expect(await rowsOf(pending)).to.deep.equal(['accepted'])
      const again = world.start({ ...request, device: otherLaptop })
      expect(reasonOf(await outcomeOf(again))).to.equal('code-reused')
    }
  }

  async function question(): Promise<Afterwards> {
    const app = (await store.authenticators.list('local:alice'))[0] as TotpAuthenticator
    const tried = world.local.passwords.length
    const first = { gateway: asking, device: laptop }
    const state = stateOf(await outcomeOf(world.start(first)))
    const request = { ...first, state, password: world.code(app) }
    const pending = world.start(request)
    expect(reasonOf(await outcomeOf(pending))).to.equal('accepted')
    return async () => {
      expect(world.local.passwords).to.have.lengthOf(tried + 1)
      expect(await rowsOf(pending)).to.deep.equal(['accepted'])
      const again = world.start({ ...request, device: otherLaptop })
      expect(reasonOf(await outcomeOf(again))).to.equal('state-invalid')
    }
  }

  async function rung(): Promise<Afterwards> {
    const calls = world.phone.calls.length
    const tried = world.local.passwords.length
    const pending = world.start({ gateway: holding, device: laptop })
    await until(() => pending.outcome !== undefined || world.phone.ringing().length > 0)
    expect(reasonOf(pending.outcome)).to.equal('held')
    world.phone.approve()
    expect(reasonOf(await outcomeOf(pending))).to.equal('accepted')
    return async () => {
      expect(world.phone.calls).to.have.lengthOf(calls + 1)
      expect(world.local.passwords).to.have.lengthOf(tried + 1)
      expect(await rowsOf(pending)).to.deep.equal(['accepted'])
      const [spent] = await psql<{ count: number }>(
        "select count(*)::int as count from shared_kept where kind = 'spent-approval'",
      )
      expect(spent?.count).to.equal(1)
    }
  }

  async function pushed(): Promise<Afterwards> {
    const phones = phonesOf({ ...world, stores: { ...world.stores, ...store } })
    phone ??= await phones.enrol('alice')
    const first = { gateway: pushing, device: laptop }
    const asked = await outcomeOf(world.start(first))
    const number = numberIn(asked.kind === 'challenge' ? asked.message : '')
    const answered = await phones.approve('alice', phone, number)
    expect(answered).to.include({ kind: 'approved' })
    const request = { ...first, state: stateOf(asked), password: '' }
    const pending = world.start(request)
    expect(reasonOf(await outcomeOf(pending))).to.equal('accepted')
    return async () => {
      expect(await rowsOf(pending)).to.deep.equal(['accepted'])
      const again = world.start({ ...request, device: otherLaptop })
      expect(reasonOf(await outcomeOf(again))).to.equal('state-invalid')
    }
  }

  /** From one sign-in to the next: other codes count, and nothing is limited. */
  async function passHours(): Promise<void> {
    world.clock.advance(2 * 3_600_000)
    await psql('delete from shared_kept; delete from shared_claim')
  }

  async function breakEach(
    signIn: () => Promise<Afterwards>,
    howOf: (statement: number) => Break,
  ): Promise<void> {
    let statement = 0
    for (let hasBroken = true; hasBroken; ) {
      statement += 1
      expect(statement).to.be.lessThan(mostStatements)
      const how = howOf(statement)
      breaker.arm(statement, how)
      const checked = await signIn().catch((error: unknown) => {
        throw new Error(`statement ${statement}, ${how}: ${error}`, { cause: error })
      })
      hasBroken = breaker.disarm()
      await checked().catch((error: unknown) => {
        throw new Error(`after statement ${statement}, ${how}: ${error}`, { cause: error })
      })
      await passHours()
    }
    // It has done something between.
    expect(statement).to.be.greaterThan(10)
  }

  it('a table that psql has locked is waited for, and the others are not', async () => {
    const app = (await enrol(totp)) as TotpAuthenticator
    const client = new Client({ ...psqlPlace, user: 'postgres' })
    await client.connect()
    try {
      await client.query('begin; lock table spent in exclusive mode')
      const evidence = { requestAuthenticator: new Uint8Array(16) }
      const farMs = world.clock.nowMs() + 86_400_000
      let isSpent = false
      const spending = store.spent.spend('sent:a', evidence, farMs).finally(() => {
        isSpent = true
      })
      // Each is a commit of its own, and so are those of the sign-in that goes on meanwhile.
      expect(await store.authenticators.spendTotp(app.id, 5, 0, evidence)).to.equal('spent')
      expect(isSpent).to.equal(false)
      await client.query('rollback')
      expect(await spending).to.equal('spent')
    } finally {
      await client.end()
    }
  })

  it('what leaves no mark is not done again where it was perhaps done', async () => {
    const server = await sharedPostgresql()
    const place = await server.createDatabase()
    const other = await startStatementBreaker(place, server)
    // A command: no node, so that no row of its own tells what has counted.
    const command = await openDatabase(other.place, { sharing: 'several', patienceMs: 300_000 })
    const uses = [{ key: 'prompts:user:alice', limit: 5, windowMs: 3_600_000 }]
    try {
      // begin, turn, three statements, commit
      other.arm(6, 'answer-lost')
      const error = await command.limits.take(uses, Date.now()).catch((cause: unknown) => cause)
      expect(other.disarm()).to.equal(true)
      expect(error).to.include({ code: 'database-away' })
      const [counted] = await server.admin<{ amount: number }>(
        'select sum(amount)::int as amount from limit_use',
        place.database,
      )
      expect(counted?.amount).to.equal(1)
    } finally {
      await command.close()
      await other.stop()
    }
  })

  for (const [what, signIn, enrolled] of [
    ['a code after the password', code, totp],
    ['a question that is answered with a code', question, totp],
    ['a call', rung, call],
    ['a phone on which a number is typed', pushed, undefined],
  ] as const) {
    for (const [title, howOf] of [
      ['the connection breaks before it', () => 'not-sent'],
      ['the connection breaks when it was carried out', () => 'answer-lost'],
      ['the server refuses it, or ends the connection', refusalOf],
    ] as const satisfies readonly (readonly [string, (statement: number) => Break])[]) {
      it(`ends as it should, once: ${what}, ${title}`, async () => {
        if (enrolled !== undefined) await enrol(enrolled)
        await breakEach(signIn, howOf)
      })
    }
  }
})
