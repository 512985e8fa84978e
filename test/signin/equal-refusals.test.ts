import { expect } from 'chai'
import { alwaysReached } from '../../src/accounts/index.ts'
import {
  type Claim,
  createMemoryRegistry,
  type PromptResult,
  type SignInRegistry,
} from '../../src/signin/index.ts'
import {
  type Ask,
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  type Pending,
  password,
  reasonOf,
  type World,
} from './harness.ts'

/** It waits for 20 s in all. */
const gateway = gatewayRules({ flow: 'hold', challenges: false })
const request: Ask = { gateway, device: laptop, password }

/** Processes of one database: what one of them knows, all know. */
async function createNodes(isShared = true): Promise<World> {
  const world = createWorld({ isShared })
  const registry: SignInRegistry = { ...createMemoryRegistry(world.clock), isShared }
  world.restart({ registry, passwordHasher: world.parts.passwordHasher })
  await world.enrol('alice', call)
  return world
}

/** The phone rings, and no one says yes after this time. */
async function refuse(
  world: World,
  {
    after = 3_000,
    first = request,
    result = 'refused',
  }: {
    readonly after?: number
    readonly first?: Ask
    readonly result?: 'refused' | 'no-answer' | 'busy'
  } = {},
  meanwhile: (pending: Pending) => void = () => undefined,
): Promise<Pending> {
  const pending = world.start(first)
  await flush()
  expect(world.phone.ringing()).to.have.length(1)
  await world.advance(after)
  meanwhile(pending)
  world.phone.only().answer({ kind: result })
  await flush()
  expect(reasonOf(pending.outcome)).to.equal(`prompt-${result}`)
  return pending
}

/** At whichever server: `held` where the phone rings. */
async function ask(world: World, again: Ask = request): Promise<string> {
  const pending = world.start(again)
  await flush()
  return reasonOf(pending.outcome)
}

const isGone = (pending: Pending) => {
  pending.isStillAsked = false
}

describe('a call that was not approved, at the next server of the gateway', () => {
  for (const result of ['refused', 'no-answer', 'busy'] as const) {
    it(`rings no second time in the whole round of a gateway that was not there to hear: ${result}`, async () => {
      const world = await createNodes()
      await refuse(world, { result }, isGone)
      // By then it has asked a server that is dead.
      await world.advance(16_900)
      expect(await ask(world)).to.equal(`prompt-${result}`)
      expect(world.phone.calls).to.have.length(1)
    })
  }

  it('rings for another try of the person, once the gateway has heard', async () => {
    const world = await createNodes()
    await refuse(world)
    await world.advance(4_900)
    expect(await ask(world), 'the packet of a gateway that had just gone on').to.equal(
      'prompt-refused',
    )
    await world.advance(5_100)
    expect(await ask(world)).to.equal('held')
    expect(world.phone.calls).to.have.length(2)
  })

  it('rings for another try of the person, once the gateway has heard at its next server', async () => {
    const world = await createNodes()
    let second: Pending | undefined
    await refuse(world, {}, (first) => {
      first.isStillAsked = false
      second = world.start(request)
    })
    expect(reasonOf(second?.outcome)).to.equal('prompt-refused')
    await world.advance(5_100)
    expect(await ask(world)).to.equal('held')
  })

  it('rings again when the patience of the gateway is over, and five seconds after the end at the earliest', async () => {
    const world = await createNodes()
    await refuse(world, {}, isGone)
    await world.advance(17_100)
    expect(await ask(world)).to.equal('held')
    const late = await createNodes()
    await refuse(late, { after: 18_000 }, isGone)
    await late.advance(4_900)
    expect(await ask(late)).to.equal('prompt-refused')
  })

  it('refuses once at most a person who tries again after a gateway that was not seen to go', async () => {
    const world = await createNodes()
    await refuse(world, {}, isGone)
    await world.advance(8_000)
    expect(await ask(world)).to.equal('prompt-refused')
    await world.advance(5_100)
    expect(await ask(world)).to.equal('held')
  })

  it('is kept for a minute at most', async () => {
    const world = await createNodes()
    const patient = { ...request, gateway: { ...gateway, patienceMs: 300_000 } }
    await refuse(world, { first: patient }, isGone)
    await world.advance(59_900)
    expect(await ask(world, patient)).to.equal('prompt-refused')
    const later = await createNodes()
    await refuse(later, { first: patient }, isGone)
    await later.advance(60_100)
    expect(await ask(later, patient)).to.equal('held')
  })

  it('counts for a port of the gateway as well', async () => {
    const world = await createNodes()
    const first: Ask = { gateway, password, port: '7' }
    await refuse(world, { first }, isGone)
    await world.advance(10_000)
    expect(await ask(world, { ...first, port: '8' })).to.equal('held')
    world.phone.only().answer({ kind: 'refused' })
    await flush()
    expect(await ask(world, first)).to.equal('prompt-refused')
  })

  const others: readonly (readonly [string, Ask])[] = [
    ['another device', { ...request, device: otherLaptop }],
    ['no device', { gateway, password }],
    [
      'another gateway',
      { ...request, gateway: gatewayRules({ ...gateway, name: 'b', group: 'b' }) },
    ],
  ]
  for (const [what, other] of others) {
    it(`refuses no one who comes from ${what}`, async () => {
      const world = await createNodes()
      await refuse(world, {}, isGone)
      await world.advance(1_000)
      expect(await ask(world, other)).to.equal('held')
    })
  }

  it('rings at once with one process, whose gateway has no other server', async () => {
    const world = await createNodes(false)
    await refuse(world, {}, isGone)
    expect(await ask(world)).to.equal('held')
  })

  it('never makes a yes last: it counts for ten seconds, whether or not anyone heard', async () => {
    const world = await createNodes()
    const pending = world.start(request)
    await flush()
    isGone(pending)
    world.phone.approve()
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    await world.advance(9_900)
    expect(await ask(world)).to.equal('accepted')
    await world.advance(200)
    expect(await ask(world)).to.equal('held')
  })
})

describe('a request that waits for the database while another node answers its gateway', () => {
  const away = () => {
    const { promise: back, resolve } = Promise.withResolvers<void>()
    return {
      store: { ...alwaysReached, mayBeAway: () => true, ask: () => back },
      comeBack: resolve,
    }
  }

  for (const [what, end, reason] of [
    ['a no', (world: World) => world.phone.only().answer({ kind: 'refused' }), 'prompt-refused'],
    ['a yes', (world: World) => world.phone.approve(), 'accepted'],
  ] as const) {
    it(`rings no one when the database is back, after ${what}`, async () => {
      const world = createWorld({ isShared: true })
      const registry: SignInRegistry = { ...createMemoryRegistry(world.clock), isShared: true }
      const { passwordHasher } = world.parts
      await world.enrol('alice', call)
      const { comeBack, store } = away()
      world.restart({ registry, passwordHasher, store })
      const patient = { ...request, gateway: { ...gateway, patienceMs: 60_000 } }
      const waiting = world.start(patient)
      world.restart({ registry, passwordHasher })
      await world.advance(6_000)
      const next = world.start(patient)
      await flush()
      end(world)
      await flush()
      expect(reasonOf(next.outcome)).to.equal(reason)
      await world.advance(9_000)
      comeBack()
      await flush()
      expect(reasonOf(waiting.outcome)).to.equal(reason)
      expect(world.phone.calls).to.have.length(1)
    })
  }
})

describe('a request that followed one which is not answered any more', () => {
  /** The one that came first is lost while the other waits; its prompt has ended so. */
  async function follow(result: PromptResult): Promise<{ world: World; pending: Pending }> {
    const world = await createNodes()
    const own = createMemoryRegistry(world.clock)
    const lost = Promise.withResolvers<{ readonly abandoned: true }>()
    const claims: Claim[] = [{ role: 'owner' }, { role: 'follower', settled: lost.promise }]
    let promptId = ''
    const registry: SignInRegistry = {
      ...{ ...own, isShared: true, settle: async () => false },
      claim: async () => claims.shift() ?? { role: 'owner' },
      async openPrompt(prompt, owner) {
        promptId = prompt.id
        return own.openPrompt(prompt, owner)
      },
      findEqual: async () => promptId || undefined,
    }
    world.restart({ registry, passwordHasher: world.parts.passwordHasher })
    world.start(request)
    await flush()
    const pending = world.start(request)
    await flush()
    world.phone.only().answer(result)
    await flush()
    expect(pending.outcome).to.equal(undefined)
    lost.resolve({ abandoned: true })
    await flush()
    return { world, pending }
  }

  it('gets the no that was meant for both, and rings no one', async () => {
    const { world, pending } = await follow({ kind: 'refused' })
    expect(reasonOf(pending.outcome)).to.equal('prompt-refused')
    expect(world.phone.calls).to.have.length(1)
  })
})
