import { expect } from 'chai'
import type { Authenticator, NewAuthenticator } from '../../../src/accounts/index.ts'
import { createCodeChecker } from '../../../src/methods/index.ts'
import { type AuditSink, createKeyedHash } from '../../../src/signin/index.ts'
import type { HourKeys, Store } from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import {
  type Ask,
  createWorld,
  gatewayRules,
  hashKey,
  laptop,
  otherLaptop,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  totp,
  type World,
} from '../../signin/harness.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { needPostgresql } from './server.ts'
import { openDatabase, sharedPostgresql } from './stores.ts'

const minuteMs = 60_000
const append = gatewayRules({ flow: 'append' })
const appended = (code: string): Ask => ({
  ...{ gateway: append, device: laptop, password: `${password},${code}` },
})

type Node = {
  readonly store: Store
  readonly keys: HourKeys
  readonly world: World
  /** From now on its sign-ins end before they are answered. */
  die(): void
}

// Each has a connection, keys and a sign-in of its own; only the database knows what the other has done.
describe('two nodes, of which one dies between the spend and the answer (O40)', function () {
  this.timeout(120_000)
  let place: PostgresqlPlace
  let a: Node
  let b: Node

  before(function () {
    needPostgresql(this)
  })
  beforeEach(async () => {
    place = await (await sharedPostgresql()).createDatabase()
    a = await start('a')
    b = await start('b')
  })
  afterEach(async () => {
    for (const { keys, store } of [a, b]) {
      keys.stop()
      await store.close()
    }
  })

  async function start(node: string): Promise<Node> {
    const clock = createManualClock(createWorld().clock.nowMs())
    const store = await openDatabase(place, { node, clock, sharing: 'several' })
    const keys = await store.shareHourKeys((error) => {
      throw error
    })
    if (keys === undefined) throw new Error('a database has keys')
    const { accounts, authenticators, spent } = store
    let isAlive = true
    const audit: AuditSink = {
      async record() {
        if (!isAlive) throw new Error('killed')
      },
      alert: async () => undefined,
    }
    const codes = createCodeChecker({ window: 1, lookAhead: 10, store: authenticators, hashKey })
    const passwordHasher = createKeyedHash(keys.hashing)
    const world = createWorld({
      parts: { accounts, authenticators, spent, codes, audit, passwordHasher },
    })
    return {
      ...{ store, keys, world },
      die() {
        isAlive = false
      },
    }
  }

  const enrol = (authenticator: object): Promise<Authenticator> =>
    a.store.authenticators.add({
      ...{ userKey: 'local:alice', label: '' },
      ...authenticator,
    } as NewAuthenticator)
  const ask = async (node: Node, request: Ask) => reasonOf(await node.world.start(request).done)
  const pass = async (minutes: number) =>
    (await sharedPostgresql()).admin(
      `update hour_key set begins_ms = begins_ms - ${minutes * minuteMs}`,
      place.database,
    )

  it('lets the gateway’s next try in at the other one, and nobody else', async () => {
    const app = await enrol(totp)
    const request = appended(a.world.code(app))
    a.die()
    expect(await ask(a, request)).to.equal('internal-error')
    expect(await ask(b, { ...request, device: otherLaptop })).to.equal('code-reused')
    const { device: _, ...unnamed } = request
    expect(await ask(b, unnamed)).to.equal('code-reused')
    expect(await ask(b, request)).to.equal('accepted')
  })

  it('does so around the change of the hour, whichever node is ahead', async () => {
    for (const [first, second] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const { id } = await enrol(recovery('alice'))
      await pass(56)
      await a.keys.refresh()
      await b.keys.refresh()
      await pass(6)
      // Only one has seen that the next key has begun.
      await (first === 'a' ? a : b).keys.refresh()
      const [dying, other] = first === 'a' ? [a, b] : [b, a]
      const request = appended(recoveryCode)
      dying.die()
      expect(await ask(dying, request), `${first}, then ${second}`).to.equal('internal-error')
      expect(await ask(other, { ...request, device: otherLaptop })).to.equal('code-reused')
      expect(await ask(other, request)).to.equal('accepted')
      await a.store.authenticators.remove('local:alice', id)
      for (const { keys, store } of [a, b]) {
        keys.stop()
        await store.close()
      }
      a = await start('a')
      b = await start('b')
    }
  })
})
