import { expect } from 'chai'
import {
  createMemoryRegistry,
  type KeptPrompt,
  type PromptResult,
  type SignInRegistry,
} from '../../src/signin/index.ts'
import type { Clock } from '../../src/support/index.ts'
import {
  type Ask,
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  password,
  reasonOf,
  type World,
} from './harness.ts'

const gateway = gatewayRules({ challenges: false })
const request: Ask = { gateway, device: laptop, password }

/** What happens right after an equal request has found the call. */
const whenFound: (() => void)[] = []

type Process = { readonly registry: SignInRegistry; die(): void }

/** What a database keeps for all processes: prompts with their claims, and what was spent. Claims go with their process. */
function createShared(clock: Clock): () => Process {
  const kept = createMemoryRegistry(clock)
  const opened: { readonly id: string; readonly userKey: string; readonly claim?: string }[] = []
  const spent = new Map<string, { readonly claim: string | undefined; readonly atMs: number }>()
  return () => {
    const own = createMemoryRegistry(clock)
    let isAlive = true
    const registry: SignInRegistry = {
      ...kept,
      isShared: true,
      claim: own.claim,
      settle: own.settle,
      async openPrompt(prompt, owner, record) {
        const other = await kept.openPrompt(prompt, owner, record)
        if (other === undefined) opened.unshift({ ...prompt, ...record?.() })
        return other
      },
      async findEqual(userKey, claimKeys) {
        return opened.find(
          ({ claim, ...prompt }) =>
            prompt.userKey === userKey && claim !== undefined && claimKeys.includes(claim),
        )?.id
      },
      async findKept(id) {
        if ((await kept.promptState(id)).kind !== 'open') return undefined
        const found = opened.find((each) => each.id === id)
        setImmediate(() => whenFound.shift()?.())
        return found && ({ prompt: found, gatewayWasRefused: false } as never as KeptPrompt)
      },
      async spend(_, id, __, claimKeys = []) {
        const before = spent.get(id)
        if (before === undefined) {
          spent.set(id, { claim: claimKeys[0], atMs: clock.nowMs() })
          return true
        }
        const { atMs, claim } = before
        return claim !== undefined && claimKeys.includes(claim) && clock.nowMs() - atMs < 10_000
      },
      async watchPrompt(id, watcher) {
        const ended = (result: PromptResult) => isAlive && watcher.ended(result)
        await kept.watchPrompt(id, { ended })
      },
    }
    return {
      registry,
      die() {
        isAlive = false
      },
    }
  }
}

/** Rings for the request at one process. `next`: the gateway goes to another one. */
async function ring(first: Ask = request): Promise<{ world: World; die(): void; next(): void }> {
  let start: (() => Process) | undefined
  const world = createWorld({ isShared: true })
  start = createShared(world.clock)
  const next = (process = start()) => {
    const { registry } = process
    world.restart({ registry, passwordHasher: world.parts.passwordHasher })
    return process
  }
  const process = next()
  await world.enrol('alice', call)
  world.start(first)
  await flush()
  expect(world.phone.calls).to.have.length(1)
  return { world, die: process.die, next: () => void next() }
}

async function ask(world: World, request: Ask): Promise<string> {
  const pending = world.start(request)
  await flush()
  return reasonOf(pending.outcome)
}

describe('an approval whose process died before it answered (RULES 10, O40)', () => {
  it('lets in at another process, without a second ring, where it was spent', async () => {
    const { world, next } = await ring()
    world.stores.failing.add('audit.record')
    world.phone.approve()
    await flush()
    world.stores.failing.clear()
    next()
    await world.advance(3_000)
    expect(await ask(world, request)).to.equal('accepted')
    expect(world.phone.calls).to.have.length(1)
  })

  it('lets in where the person answers while the other process looks for the call', async () => {
    const { world, die, next } = await ring()
    die()
    next()
    whenFound.push(() => world.phone.approve())
    const pending = world.start(request)
    await world.advance(1_000)
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    expect(world.phone.calls).to.have.length(1)
  })

  it('lets in also where the person answered after the death', async () => {
    const { world, die, next } = await ring()
    die()
    world.phone.approve()
    await flush()
    next()
    await world.advance(3_000)
    expect(await ask(world, request)).to.equal('accepted')
    expect(world.phone.calls).to.have.length(1)
    // Once: ten seconds later it is used up.
    next()
    await world.advance(10_100)
    expect(await ask(world, request)).to.equal('held')
    expect(world.phone.calls).to.have.length(2)
  })

  it('is joined where it still rings', async () => {
    const { world, die, next } = await ring()
    die()
    next()
    const pending = world.start(request)
    await flush()
    expect(world.phone.calls).to.have.length(1)
    world.phone.approve()
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
  })

  const others: readonly (readonly [string, Ask])[] = [
    ['another device', { ...request, device: otherLaptop }],
    ['no device', { gateway, password }],
    [
      'another group of gateways',
      { ...request, gateway: gatewayRules({ ...gateway, name: 'b', group: 'b' }) },
    ],
    [
      'a gateway of the group that allows other methods',
      { ...request, gateway: gatewayRules({ ...gateway, methods: ['call', 'totp'] }) },
    ],
  ]
  for (const [what, other] of others) {
    it(`lets no one in with ${what}: their own phone rings`, async () => {
      const { world, die, next } = await ring()
      die()
      world.phone.approve()
      await flush()
      next()
      expect(await ask(world, other)).to.equal('held')
      expect(world.phone.calls).to.have.length(2)
    })
  }

  it('lets no one in with a wrong password', async () => {
    const { world, die, next } = await ring()
    die()
    world.phone.approve()
    await flush()
    next()
    expect(await ask(world, { ...request, password: 'guess' })).to.equal('password-wrong')
  })

  it('is not taken where the person has refused, or has reported a stranger since', async () => {
    for (const result of [{ kind: 'refused' }, { kind: 'no-answer' }] as const) {
      const { world, die, next } = await ring()
      die()
      world.phone.only().answer(result)
      await flush()
      next()
      expect(await ask(world, request), result.kind).to.equal('held')
    }
    const { world, die, next } = await ring()
    die()
    world.phone.approve()
    await flush()
    await world.stores.accounts.stopPrompts('local:alice', world.clock.nowMs())
    next()
    expect(await ask(world, request)).not.to.equal('accepted')
  })

  it('is not taken where nothing tells devices apart', async () => {
    const { world, die, next } = await ring({ gateway, password, port: '7' })
    die()
    world.phone.approve()
    await flush()
    next()
    expect(await ask(world, { gateway, password, port: '7' })).to.equal('held')
    expect(world.phone.calls).to.have.length(2)
  })
})
