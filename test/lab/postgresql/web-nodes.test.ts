import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { createSharedShieldMemory } from '../../../src/directory/index.ts'
import { createPairings } from '../../../src/operations/index.ts'
import {
  createContinuationSealer,
  createKeyedHash,
  createMemoryRegistry,
  type SignInParts,
} from '../../../src/signin/index.ts'
import type { Store } from '../../../src/store/index.ts'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { type Clock, systemClock } from '../../../src/support/index.ts'
import { createFakeDomain, personOf } from '../../directory/ldap/lockout/fake-domain.ts'
import { call, createWorld, password, totp } from '../../signin/harness.ts'
import { freshUser } from '../../store/stores.ts'
import { type Answer, createPortalLab, type PortalLab } from '../../web/sign-in/lab.ts'
import { enrolPasskey, signed } from '../../web/sign-in/passkey-people.ts'
import { needPostgresql } from './server.ts'
import { openDatabase, sharedPostgresql } from './stores.ts'

const phone = { name: 'Safari on iPhone', address: '192.0.2.9', publicKey: new Uint8Array(91) }

async function newDatabase(): Promise<PostgresqlPlace> {
  return (await sharedPostgresql()).createDatabase()
}

function openNode(place: PostgresqlPlace, node: string, clock: Clock = systemClock) {
  return openDatabase(place, { node, clock, sharing: 'several' })
}

function questionOf({ body }: Answer): Record<string, unknown> {
  expect(body).to.have.property('step', 'question')
  return body.question as Record<string, unknown>
}

describe('a portal at two nodes, which take turns at every request', function () {
  this.timeout(120_000)
  let nodes: PortalLab[] = []
  let world: ReturnType<typeof createWorld>

  before(function () {
    needPostgresql(this)
  })

  beforeEach(async () => {
    world = createWorld()
    const place = await newDatabase()
    // What sign-ins share is a port of its own; here only what is the portal's is at each node.
    const parts: Partial<SignInParts> = {
      registry: createMemoryRegistry(world.clock),
      continuationSealer: createContinuationSealer(),
      passwordHasher: createKeyedHash(),
    }
    const open = (node: string) =>
      createPortalLab({ world, parts, openStore: (clock) => openNode(place, node, clock) })
    // The first makes the tables.
    const first = await open('node-1')
    nodes = [first, await open('node-2')]
  })
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop()
  })

  const at = (index: number) => nodes[index] ?? expect.fail()
  /** Its first request comes to the first node, its second one to the other, and so on. */
  function alternating() {
    let requests = 0
    return at(0).browser(undefined, undefined, () => {
      requests += 1
      return at((requests - 1) % 2).port()
    })
  }
  const stepOf = ({ body }: Answer) => (body.step === 'refused' ? body.reason : body.step)

  it('signs a person in, and a session of one ends at the other at once', async () => {
    const app = await at(0).enrol('alice', totp)
    const browser = alternating()
    questionOf(await browser.post('/api/sign-in', { name: 'alice', password }))
    const done = await browser.post('/api/sign-in/answer', { answer: world.code(app) })
    expect(done.body).to.deep.equal({ step: 'in', session: 'whole' })
    for (let request = 0; request < 4; request += 1) {
      expect((await browser.get('/api/sessions')).status).to.equal(200)
    }
    await at(1).store().accounts.block('local:alice', 'fraud', world.clock.nowMs())
    expect((await browser.get('/api/sessions')).status).to.equal(401)
  })

  it('takes a code once, whichever node it comes to', async () => {
    const app = await at(0).enrol('alice', totp)
    const code = world.code(app)
    const browsers = [0, 1].map((index) => at(index).browser())
    for (const browser of browsers) await browser.post('/api/sign-in', { name: 'alice', password })
    const both = await Promise.all(
      browsers.map((browser) => browser.post('/api/sign-in/answer', { answer: code })),
    )
    expect(both.filter(({ body }) => body.step === 'in')).to.have.length(1)
  })

  it('takes what a passkey has signed for the other one, once', async () => {
    const device = await enrolPasskey(at(0), 'alice')
    const browser = alternating()
    const body = signed(await browser.post('/api/passkey/begin'), device)
    expect(stepOf(await browser.post('/api/sign-in/passkey', body))).to.equal('in')
    expect(stepOf(await browser.post('/api/sign-in/passkey', body))).to.equal('step-ended')
    expect(stepOf(await browser.post('/api/sign-in/passkey', body))).to.equal('step-ended')
  })

  it('lets go of a call at one where a code is typed at the other', async () => {
    const app = await at(0).enrol('alice', totp)
    await at(0).enrol('alice', call)
    const browser = at(0).browser()
    const menu = await browser.post('/api/sign-in', { name: 'alice', password })
    const options = questionOf(menu).options as readonly { method: string; answer: string }[]
    const { answer = '' } = options.find(({ method }) => method === 'call') ?? {}
    await browser.post('/api/sign-in/answer', { answer })
    const held = firstCall(at(0).store().webWaits, 'begin')
    const waiting = browser.send('POST', '/api/sign-in/answer', { answer: '' })
    await at(0).settle(held)
    const other = at(1).browser()
    for (const [name, value] of browser.jar) other.jar.set(name, value)
    const typed = await other.post('/api/sign-in/answer', { answer: world.code(app) })
    expect(typed.body).to.have.property('step', 'in')
    expect((await at(0).settle(waiting)).body).to.have.property('step', 'question')
    expect(world.phone.ringing()).to.have.length(0)
  })

  it('gives the step of a node that is gone to the next one', async () => {
    const app = await at(0).enrol('alice', totp)
    const browser = alternating()
    await browser.post('/api/sign-in', { name: 'alice', password })
    // As the request of a process that was killed leaves it.
    const tokenHash = stepToken(browser.jar)
    const [first, second] = nodes.map((node) => node.store())
    const step = await first?.webSteps.take(tokenHash, 'sign-in', world.clock.nowMs())
    await first?.webWaits.begin(step ?? expect.fail())
    const done = await browser.post('/api/sign-in/answer', { answer: world.code(app) })
    expect(done.body).to.have.property('step', 'in')
    expect(await second?.webWaits.ask(tokenHash, world.clock.nowMs())).to.equal(false)
  })

  it('refuses whom the other one has blocked after the code was spent (O18)', async () => {
    const app = await at(0).enrol('alice', totp)
    const browser = alternating()
    await browser.post('/api/sign-in', { name: 'alice', password })
    const { authenticators } = at(1).store()
    const { spendTotp } = authenticators
    let spent: string | undefined
    authenticators.spendTotp = async (...spend) => {
      spent = await spendTotp(...spend)
      await at(0).store().accounts.block('local:alice', 'fraud', world.clock.nowMs())
      return spent as Awaited<ReturnType<typeof spendTotp>>
    }
    const done = await browser.post('/api/sign-in/answer', { answer: world.code(app) })
    expect(stepOf(done)).not.to.equal('in')
    expect(spent).to.equal('spent')
    const [row] = await at(1).store().audit.searchAudit({ limit: 1 })
    expect(row).to.include({ outcome: 'reject', reason: 'blocked' })
  })
})

/** Ends with the first call of a method of a store. */
function firstCall<Part extends object, Name extends keyof Part>(
  part: Part,
  name: Name,
): Promise<void> {
  return new Promise((resolve) => {
    const method = part[name] as (...args: unknown[]) => Promise<unknown>
    Object.assign(part, {
      [name]: async (...args: unknown[]) => {
        const result = await method(...args)
        resolve()
        return result
      },
    })
  })
}

/** What the store knows the step of a browser by. */
function stepToken(jar: ReadonlyMap<string, string>): Uint8Array {
  const token = jar.get('__Host-holdfast-step') ?? expect.fail()
  return new Uint8Array(createHash('sha256').update(token).digest())
}

describe('what two nodes of a portal count together', function () {
  this.timeout(120_000)
  let stores: readonly Store[]

  before(async function () {
    needPostgresql(this)
    const place = await newDatabase()
    const first = await openNode(place, 'node-1')
    stores = [first, ...(await Promise.all([2, 3, 4].map((at) => openNode(place, `node-${at}`))))]
  })
  after(async () => {
    for (const store of stores ?? []) await store.close()
  })
  const nowMs = () => Date.now()

  it('is the code of a pairing: begun at one, typed at another, confirmed at a third', async () => {
    const [one, two, three, four] = stores.map((store) => createPairings({ nowMs }, store.pairings))
    const alice = { key: freshUser(), name: 'Alice' }
    const code = (await one?.open(alice, nowMs() + 600_000)) ?? ''
    const claimed = await two?.claim('alice', code, phone)
    expect(await one?.claimed(alice.key, code)).to.include({ check: claimed?.check })
    await three?.finish(alice.key, code, { id: 'p1', seed: new Uint8Array(20) })
    const told = await Promise.all(
      [one, two, three, four].map((at) => at?.ask(claimed?.token ?? '')),
    )
    expect(told.filter((state) => state?.kind === 'paired')).to.have.length(1)
  })

  it('is each wrong try at a pairing, and which phone was first', async () => {
    const nodes = stores.map((store) => createPairings({ nowMs }, store.pairings))
    const [one] = nodes
    const alice = { key: freshUser(), name: `alice-${randomBytes(4).toString('hex')}` }
    const code = (await one?.open(alice, nowMs() + 600_000)) ?? ''
    const thief = { ...phone, address: '198.51.100.1' }
    const tries = nodes.flatMap((node) =>
      [1, 2, 3].map(() => node.claim(alice.name, 'AAAAAAAA', thief)),
    )
    expect(await Promise.all(tries)).to.deep.equal(tries.map(() => undefined))
    expect(await one?.claim(alice.name, code, thief), 'more than ten').to.equal(undefined)
    const claims = await Promise.all(nodes.map((node) => node.claim(alice.name, code, phone)))
    expect(claims.filter((claim) => claim !== undefined)).to.have.length(1)
  })

  it('is each wrong password: two are left to the person’s own computer (O41)', async () => {
    for (const hidesCounts of [true, false]) {
      const domain = createFakeDomain(5, { hidesCounts })
      const user = personOf(freshUser())
      const nodes = stores.map(({ shield }) =>
        domain.process(createSharedShieldMemory(systemClock, shield)),
      )
      await Promise.all(nodes.flatMap((node) => [1, 2, 3].map(() => node.attempt(user, 'wrong'))))
      expect(domain.wrong(user)).to.equal(hidesCounts ? 3 : 4)
    }
  })

  it('is a bypass for one sign-in, which a block ends at all of them', async () => {
    const userKey = freshUser()
    const [one, other] = stores
    await one?.accounts.giveBypass(userKey, {
      reason: 'new',
      untilMs: nowMs() + 60_000,
      once: true,
    })
    expect((await other?.accounts.load(userKey))?.bypass).to.include({ reason: 'new' })
    const used = await Promise.all(
      stores.map(({ accounts }) => accounts.useBypass(userKey, nowMs())),
    )
    expect(used.filter(Boolean)).to.have.length(1)
    await one?.accounts.block(userKey, 'fraud', nowMs())
    expect((await other?.accounts.load(userKey))?.blocked).to.not.equal(undefined)
  })
})
