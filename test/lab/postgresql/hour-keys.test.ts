import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { createContinuationSealer, createKeyedHash } from '../../../src/signin/index.ts'
import { createKeyring, type HourKeys, openStore, type Store } from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { freshUser, newTotp } from '../../store/stores.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { needPostgresql } from './server.ts'
import { openDatabase, sharedPostgresql } from './stores.ts'

const minuteMs = 60_000
const parts = ['join', 'corp:alice', 'Winter-2024']

type Node = { readonly store: Store; readonly keys: HourKeys }

describe('keys that the processes of a database share for an hour (O9, O14)', function () {
  this.timeout(120_000)
  let place: PostgresqlPlace
  let nodes: Node[]

  before(function () {
    needPostgresql(this)
  })
  beforeEach(async () => {
    place = await (await sharedPostgresql()).createDatabase()
    nodes = []
  })
  afterEach(async () => {
    for (const { store, keys } of nodes) {
      keys.stop()
      await store.close()
    }
  })

  /** A process whose own clock is that much ahead. */
  async function start(aheadMs = 0): Promise<Node> {
    const clock = createManualClock(Date.now() + aheadMs)
    const name = `node-${nodes.length}`
    const store = await openDatabase(place, { node: name, clock, sharing: 'several' })
    const keys = await store.shareHourKeys((error) => {
      throw error
    })
    if (keys === undefined) throw new Error('a database has keys')
    const node = { store, keys }
    nodes.push(node)
    return node
  }

  const query = async <Row>(statement: string) =>
    (await sharedPostgresql()).admin<Row>(statement, place.database)
  const hasherOf = ({ keys }: Node) => createKeyedHash(keys.hashing)
  /** As if so much time had passed at the database. */
  const pass = (minutes: number) =>
    query(`update hour_key set begins_ms = begins_ms - ${minutes * minuteMs}`)
  const numbers = async () =>
    (await query<{ number: number }>('select number::int from hour_key order by number')).map(
      ({ number }) => number,
    )

  it('are made once, by the first who comes, and read by all, whatever their own clocks say', async () => {
    const first = await start()
    const others = await Promise.all([start(-90_000), start(3_600_000), start(-86_400_000)])
    const hashes = [first, ...others].map((node) => hasherOf(node).hashes(...parts))
    expect(new Set(hashes.map((each) => each.join()))).to.have.length(1)
    expect(await numbers()).to.deep.equal([1])
  })

  it('of processes that start at once into an empty database, one makes the first', async () => {
    await (await start()).store.close()
    nodes = []
    await query('delete from hour_key')
    const all = await Promise.all(Array.from({ length: 6 }, () => start()))
    expect(new Set(all.map((node) => hasherOf(node).hash(...parts)))).to.have.length(1)
    expect(await numbers()).to.deep.equal([1])
  })

  it('change at one process before another, and each still knows what the other makes', async () => {
    const [a, b] = [await start(), await start(3_600_000)]
    const hashed = hasherOf(a).hash(...parts)
    await pass(56)
    await a.keys.refresh()
    await b.keys.refresh()
    expect(await numbers(), 'the next one lies ready').to.deep.equal([1, 2])
    expect(hasherOf(a).hash(...parts), 'and does not count yet').to.equal(hashed)
    await pass(6)
    await b.keys.refresh()
    const ofA = hasherOf(a)
    const ofB = hasherOf(b)
    expect(ofB.hash(...parts)).not.to.equal(ofA.hash(...parts))
    expect(ofB.hashes(...parts), 'what the slower one writes').to.include(ofA.hash(...parts))
    expect(ofA.hashes(...parts), 'what the faster one writes').to.include(ofB.hash(...parts))
    const state = randomBytes(120)
    const seal = ({ keys }: Node) =>
      createContinuationSealer(keys.sealing).seal(state, 'corp:alice', 'Old-1')
    const open = ({ keys }: Node, sealed: Uint8Array) =>
      createContinuationSealer(keys.sealing).open(state, 'corp:alice', sealed)
    expect(open(a, seal(b))).to.equal('Old-1')
    expect(open(b, seal(a))).to.equal('Old-1')
    await a.keys.refresh()
    expect(hasherOf(a).hash(...parts)).to.equal(ofB.hash(...parts))
  })

  it('are kept for the hour after their own, then deleted', async () => {
    const a = await start()
    const hashed = hasherOf(a).hash(...parts)
    const sealed = a.keys.seal('claim a', Buffer.from('outcome'))
    for (const [minutes, expected] of [
      [56, [1, 2]],
      [6, [1, 2]],
      [54, [1, 2, 3]],
    ] as const) {
      await pass(minutes)
      await a.keys.refresh()
      expect(await numbers()).to.deep.equal(expected)
      expect(hasherOf(a).hashes(...parts)).to.include(hashed)
      expect(a.keys.open('claim a', sealed)).to.deep.equal(new Uint8Array(Buffer.from('outcome')))
    }
    await pass(6)
    await a.keys.refresh()
    expect(await numbers()).to.deep.equal([2, 3])
    expect(hasherOf(a).hashes(...parts)).not.to.include(hashed)
    expect(a.keys.open('claim a', sealed)).to.equal(undefined)
  })

  it('seal for one place, and open at every process', async () => {
    const [a, b] = [await start(), await start()]
    const value = new Uint8Array(randomBytes(64))
    const sealed = a.keys.seal('claim a', value)
    expect(b.keys.open('claim a', sealed)).to.deep.equal(value)
    expect(b.keys.open('claim b', sealed)).to.equal(undefined)
    for (const index of sealed.keys()) {
      const forged = Uint8Array.from(sealed)
      forged[index] = (forged[index] ?? 0) ^ 1
      expect(b.keys.open('claim a', forged), `byte ${index}`).to.equal(undefined)
      expect(b.keys.open('claim a', sealed.subarray(0, index))).to.equal(undefined)
    }
  })

  it('lie sealed, each under its own number: a row that is moved or written by hand does not count', async () => {
    const a = await start()
    const hashed = hasherOf(a).hash(...parts)
    await pass(56)
    await a.keys.refresh()
    await query('update hour_key set sealed = (select sealed from hour_key where number = 1)')
    await pass(6)
    await a.keys.refresh()
    expect(hasherOf(a).hash(...parts), 'the old key in the place of the new one').to.equal(hashed)
    await query(`insert into hour_key values (9, 0, decode(repeat('00', 64), 'hex'))`)
    await a.keys.refresh()
    expect(hasherOf(a).hash(...parts)).to.equal(hashed)
    expect(await numbers(), 'one that opens is made').to.deep.equal([1, 2, 3, 9])
    await pass(6)
    await a.keys.refresh()
    const [now, before] = hasherOf(a).hashes(...parts)
    expect(before, 'the one that counted before').to.equal(hashed)
    expect(now).not.to.equal(hashed)
  })

  it('survive a change of the sealing key', async () => {
    const a = await start()
    const hashed = hasherOf(a).hash(...parts)
    const next = new Uint8Array(randomBytes(32))
    await a.store.rotateKeys(next)
    await a.store.close()
    a.keys.stop()
    nodes = []
    const store = await openStore({
      ...{ postgresql: place, node: 'node-1', commitTimeoutMs: 60_000 },
      keyring: createKeyring({ current: next }),
    })
    const keys = await store.shareHourKeys(() => undefined)
    if (keys === undefined) throw new Error('a database has keys')
    nodes.push({ store, keys })
    expect(createKeyedHash(keys.hashing).hash(...parts)).to.equal(hashed)
  })
})

describe('an equal request at another process of one database (O40)', function () {
  this.timeout(120_000)
  let stores: readonly [Store, Store]
  const clock = createManualClock(1_900_000_000_000)
  // Some seconds are nothing that anyone notices; three minutes are.
  const slow = createManualClock(1_900_000_000_000 - 3_000)

  before(async function () {
    needPostgresql(this)
    const place = await (await sharedPostgresql()).createDatabase()
    const open = (node: string, its: typeof clock) =>
      openDatabase(place, { node, clock: its, sharing: 'several' })
    stores = [await open('a', clock), await open('b', slow)]
  })
  after(async () => {
    for (const store of stores ?? []) await store.close()
  })

  const request = (...claimKeys: readonly string[]) => ({
    requestAuthenticator: new Uint8Array(randomBytes(16)),
    ...(claimKeys.length === 0 ? {} : { claimKeys }),
  })
  type Spend = (store: Store, evidence: ReturnType<typeof request>) => Promise<string>

  const kinds: readonly (readonly [string, () => Promise<Spend>])[] = [
    [
      'a code that was sent, or a State',
      async () => {
        const id = `sent:${freshUser()}`
        return ({ spent }, evidence) => spent.spend(id, evidence, 1_900_000_600_000)
      },
    ],
    [
      'the code of an app',
      async () => {
        const { id } = await stores[0].authenticators.add(newTotp(freshUser()))
        return ({ authenticators }, evidence) => authenticators.spendTotp(id, 1_000, 0, evidence)
      },
    ],
    [
      'the code of a token',
      async () => {
        const { seed, algorithm, digits } = newTotp('')
        const { id } = await stores[0].authenticators.add({
          ...{ method: 'hotp', userKey: freshUser(), label: '', seed, algorithm, digits },
          counter: 0,
        })
        return ({ authenticators }, evidence) => authenticators.spendHotp(id, 5, evidence)
      },
    ],
    [
      'a recovery code',
      async () => {
        const codeHash = new Uint8Array(randomBytes(32))
        const { id } = await stores[0].authenticators.add({
          ...{ method: 'recovery', userKey: freshUser(), label: '', codeHashes: [codeHash] },
        })
        return ({ authenticators }, evidence) =>
          authenticators.spendRecovery(id, codeHash, evidence)
      },
    ],
  ]
  for (const [what, prepare] of kinds) {
    it(`spends ${what} once, and again only for the equal request, for 10 s`, async () => {
      const spend = await prepare()
      const [a, b] = stores
      expect(await spend(a, request('alice-laptop', 'alice-laptop-earlier'))).to.equal('spent')
      expect(await spend(b, request('alice-laptop')), 'another node').to.equal('same-request')
      expect(await spend(b, request('new-key', 'alice-laptop')), 'another hour').to.equal(
        'same-request',
      )
      expect(await spend(b, request('thief')), 'another device').to.equal('reused')
      expect(await spend(b, request()), 'no device').to.equal('reused')
      expect(await spend(b, request('')), 'an empty key').to.equal('reused')
      slow.advance(13_000)
      clock.advance(13_000)
      expect(await spend(b, request('alice-laptop')), 'later').to.equal('reused')
      expect(await spend(a, request('alice-laptop')), 'later').to.equal('reused')
    })
  }

  it('is refused where the first named no device', async () => {
    const [a, b] = stores
    const id = `sent:${freshUser()}`
    expect(await a.spent.spend(id, request(), 1_900_000_600_000)).to.equal('spent')
    expect(await b.spent.spend(id, request('alice-laptop'), 1_900_000_600_000)).to.equal('reused')
    expect(await b.spent.look(id, request('alice-laptop'))).to.equal('reused')
  })
})
