import { expect } from 'chai'
import { sql } from 'kysely'
import type { Authenticator, NewAuthenticator } from '../../../src/accounts/index.ts'
import { createCodeChecker } from '../../../src/methods/index.ts'
import { createContinuationSealer, createKeyedHash } from '../../../src/signin/index.ts'
import type { HourKeys, SharedRegistry, Store } from '../../../src/store/index.ts'
import {
  type Ask,
  call,
  createWorld,
  gatewayRules,
  hashKey,
  laptop,
  otherLaptop,
  type Pending,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  stateOf,
  totp,
  type World,
} from '../../signin/harness.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { aliveBut, type Dead, openProcesses, type Processes, shareRegistry } from './registries.ts'
import { needPostgresql } from './server.ts'

const minuteMs = 60_000
const append = gatewayRules({ flow: 'append' })
const appended = (code: string): Ask => ({
  ...{ gateway: append, device: laptop, password: `${password},${code}` },
})
const rung: Ask = { gateway: gatewayRules({ challenges: false }), device: laptop, password }

type Node = {
  readonly keys: HourKeys
  readonly registry: SharedRegistry
  readonly world: World
  /** Kills it between what it spends for this request and its answer. */
  dieAt(request: Pending): Promise<void>
}

// Each has a connection, keys, a registry and a sign-in of its own; only the database knows what the other has done.
describe('two nodes, of which one dies between the spend and the answer (O40)', function () {
  this.timeout(120_000)
  let processes: Processes
  let dead: Dead
  let a: Node
  let b: Node

  before(function () {
    needPostgresql(this)
  })
  beforeEach(async () => {
    processes = await openProcesses(2)
    dead = new Set()
    const clock = createManualClock(createWorld().clock.nowMs())
    const [first, second] = await Promise.all(processes.stores.map((store) => start(store, clock)))
    if (first === undefined || second === undefined) throw new Error('expected two')
    a = first
    b = second
  })
  afterEach(async () => {
    for (const { keys, registry } of [a, b]) {
      keys.stop()
      await registry.close()
    }
    await processes.close()
  })

  async function start(store: Store, clock: ManualClock): Promise<Node> {
    const keys = await store.shareHourKeys((error) => {
      throw error
    })
    if (keys === undefined) throw new Error('a database has keys')
    const registry = shareRegistry(store, {
      ...{ clock, hourKeys: keys, isAlive: (column) => aliveBut(dead)(column) },
      databaseNow: () => sql<number>`cast(${clock.nowMs()} as bigint)`,
    })
    await registry.start()
    const { accounts, authenticators, spent } = store
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    let isDying = false
    const world = createWorld({
      parts: {
        ...{ accounts, authenticators, spent },
        codes: createCodeChecker({ window: 1, lookAhead: 10, store: authenticators, hashKey }),
        passwordHasher: createKeyedHash(keys.hashing),
        continuationSealer: createContinuationSealer(keys.sealing),
        registry: {
          ...registry,
          settle(key, settled, keepMs) {
            if (!isDying) return registry.settle(key, settled, keepMs)
            dead.add(store.nodes?.processId() ?? '')
            reach()
            return new Promise(() => undefined)
          },
        },
      },
    })
    return {
      ...{ keys, registry, world },
      async dieAt({ done }) {
        isDying = true
        const ended = done.then((outcome) => expect.fail(`answered ${reasonOf(outcome)}`))
        await Promise.race([reached, ended])
      },
    }
  }

  const enrol = (authenticator: object): Promise<Authenticator> =>
    (processes.stores[0] as Store).authenticators.add({
      ...{ userKey: 'local:alice', label: '' },
      ...authenticator,
    } as NewAuthenticator)
  const ask = async (node: Node, request: Ask) => reasonOf(await node.world.start(request).done)
  const pass = (minutes: number) =>
    processes.psql(`update hour_key set begins_ms = begins_ms - ${minutes * minuteMs}`)
  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  it('lets the gateway’s next try with a code in at the other one, and no one else', async () => {
    const app = await enrol(totp)
    const request = appended(a.world.code(app))
    await a.dieAt(a.world.start(request))
    expect(await ask(b, { ...request, device: otherLaptop })).to.equal('code-reused')
    const { device: _, ...unnamed } = request
    expect(await ask(b, unnamed)).to.equal('code-reused')
    expect(await ask(b, request)).to.equal('accepted')
  })

  for (const ahead of ['the node that dies', 'the other one'] as const) {
    it(`does so around the change of the hour, where ${ahead} is ahead`, async () => {
      await enrol(recovery('alice'))
      await pass(56)
      await a.keys.refresh()
      await b.keys.refresh()
      await pass(6)
      // Only one has seen that the next key has begun.
      await (ahead === 'the other one' ? b : a).keys.refresh()
      const request = appended(recoveryCode)
      await a.dieAt(a.world.start(request))
      expect(await ask(b, { ...request, device: otherLaptop })).to.equal('code-reused')
      expect(await ask(b, request)).to.equal('accepted')
    })
  }

  for (const [whose, device, reason] of [
    ['the same device', laptop, 'accepted'],
    ['another device', otherLaptop, 'state-invalid'],
  ] as const) {
    it(`takes the answer to a question from ${whose}: ${reason}`, async () => {
      const app = await enrol(totp)
      const asked = await a.world.start({ device: laptop }).done
      const answer = { state: stateOf(asked), device: laptop, password: a.world.code(app) }
      await a.dieAt(a.world.start(answer))
      expect(await ask(b, { ...answer, device })).to.equal(reason)
    })
  }

  it('takes the yes of a call, and rings no one again', async () => {
    await enrol(call)
    const pending = a.world.start(rung)
    await until(() => a.world.phone.calls.length > 0)
    a.world.phone.approve()
    await a.dieAt(pending)
    expect(await ask(b, rung)).to.equal('accepted')
    expect(b.world.phone.calls).to.have.length(0)
    const thief = b.world.start({ ...rung, device: otherLaptop })
    await until(() => b.world.phone.calls.length > 0)
    expect(thief.outcome, 'their own call').to.equal(undefined)
  })

  it('has one prompt for equal requests at both nodes around the change of the hour (O14)', async () => {
    await enrol(call)
    await pass(56)
    await a.keys.refresh()
    await b.keys.refresh()
    await pass(6)
    await b.keys.refresh()
    const pending = a.world.start(rung)
    await until(() => a.world.phone.calls.length > 0)
    const joined = b.world.start(rung)
    a.world.phone.approve()
    expect(reasonOf(await pending.done)).to.equal('accepted')
    expect(reasonOf(await joined.done)).to.equal('accepted')
    expect(b.world.phone.calls).to.have.length(0)
    const timeline = b.world.rows.at(-1)?.timeline.map(({ what }) => what)
    expect(timeline).to.include('joined')
  })
})
