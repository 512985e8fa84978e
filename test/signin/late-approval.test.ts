import { expect } from 'chai'
import type { PromptRequest, PromptResult } from '../../src/signin/index.ts'
import {
  type Ask,
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  password,
  reasonOf,
  stateOf,
  totp,
  type World,
  type WorldOptions,
  wrongCodeFor,
} from './harness.ts'
import { msChap, successFor } from './ms-chap-peer.ts'

const gateway = gatewayRules({ challenges: false })
const approved: PromptResult = { kind: 'approved', byMachine: false }

/** A first try that was refused at the margin while the phone goes on ringing. */
async function refusedFirst(first: Ask = {}, options?: WorldOptions): Promise<World> {
  const world = createWorld(options)
  await world.enrol('alice', call)
  const pending = world.start({ gateway, device: laptop, ...first })
  await world.advance(19_100)
  expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
  return world
}

/** Whether this second try is let in at once, without anyone being asked again. */
async function isLetIn(world: World, second: Ask = {}): Promise<boolean> {
  const calls = world.phone.calls.length
  const pending = world.start({ gateway, device: laptop, ...second })
  await flush()
  const letIn = pending.outcome?.kind === 'accept'
  if (letIn) expect(world.phone.calls).to.have.length(calls)
  return letIn
}

describe('an approval that comes after the Reject (RULES 14)', () => {
  it('lets the second try in at once, and tells the approver to sign in again', async () => {
    const world = await refusedFirst()
    expect(world.phone.only().closingText()).to.equal('call-sign-in-again')
    world.phone.approve()
    await world.advance(10_000)
    expect(await isLetIn(world)).to.equal(true)
    expect(world.rows.at(-1)?.timeline.map(({ what }) => what)).to.include('late-approval')
  })

  it('lets a second try by MS-CHAP in, with the same password and no other way', async () => {
    for (const [second, letIn] of [
      [{ credential: msChap(password) }, true],
      [{ credential: msChap('wrong') }, false],
      [{ credential: msChap(password), device: otherLaptop }, false],
      [{ credential: chap(password) }, false],
    ] as const) {
      const world = await refusedFirst({ credential: msChap(password) })
      world.phone.approve()
      await world.advance(10_000)
      expect(await isLetIn(world, second)).to.equal(letIn)
    }
  })

  it('dies with the password it came after, by MS-CHAP as well', async () => {
    const world = await refusedFirst({ credential: msChap(password) })
    world.phone.approve()
    await flush()
    const credential = msChap('Summer-2026')
    world.local.instead.verify = async () => ({
      kind: 'right',
      msChap: successFor(credential, 'Summer-2026'),
      passwordDigest: new Uint8Array(16).fill(9),
    })
    expect(await isLetIn(world, { credential })).to.equal(false)
  })

  it('is used once: a third try rings again', async () => {
    const world = await refusedFirst()
    world.phone.approve()
    await flush()
    expect(await isLetIn(world)).to.equal(true)
    await world.advance(10_100)
    expect(await isLetIn(world)).to.equal(false)
    expect(world.phone.ringing()).to.have.length(1)
  })

  it('counts for 60 s', async () => {
    const world = await refusedFirst()
    world.phone.approve()
    await world.advance(59_900)
    expect(await isLetIn(world)).to.equal(true)
    const late = await refusedFirst()
    late.phone.approve()
    await late.advance(60_100)
    expect(await isLetIn(late)).to.equal(false)
  })

  it('counts only within 30 s of the Reject, after which the phone is silent', async () => {
    const world = await refusedFirst()
    await world.advance(29_500)
    expect(world.phone.ringing()).to.have.length(1)
    await world.advance(600)
    expect(world.phone.ringing()).to.have.length(0)
    expect(await isLetIn(world)).to.equal(false)
  })

  it('does not count from a method that is late all the same', async () => {
    const world = createWorld({
      parts: {
        approvals: new Map([
          [
            'call',
            {
              method: 'call',
              prompt: async (request: PromptRequest) => {
                await waitUntil(world, request.deadlineMs + 200)
                return approved
              },
              endOrphan: async () => undefined,
            },
          ],
        ]),
      },
    })
    await world.enrol('alice', call)
    const first = world.start({ gateway, device: laptop })
    await world.advance(50_000)
    expect(reasonOf(first.outcome)).to.equal('prompt-timeout')
    expect(await isLetIn(world)).to.equal(false)
  })

  const others: readonly [string, Ask, Ask][] = [
    ['another device', {}, { device: otherLaptop }],
    ['another password', {}, { password: 'guess' }],
    ['another gateway', {}, { gateway: gatewayRules({ name: 'wifi', challenges: false }) }],
    ['another person', {}, { user: 'bob' }],
    ['CHAP, whose password cannot be compared', {}, { credential: chap(password) }],
    ['CHAP both times', { credential: chap(password) }, { credential: chap(password) }],
  ]
  for (const [what, first, second] of others) {
    it(`does not count for ${what}`, async () => {
      const world = await refusedFirst(first)
      await world.enrol('bob', call)
      if (world.phone.ringing().length > 0) world.phone.approve()
      await flush()
      expect(await isLetIn(world, second)).to.equal(false)
    })
  }

  it('does not count for another password, even where the directory takes both', async () => {
    const world = await refusedFirst()
    world.phone.approve()
    await flush()
    world.local.instead.verify = async () => ({ kind: 'right' })
    expect(await isLetIn(world, { password: 'other' })).to.equal(false)
  })

  it('does not count without a device, nor for the port of a gateway', async () => {
    for (const evidence of [{}, { port: '1' }]) {
      const world = createWorld()
      await world.enrol('alice', call)
      const first = world.start({ gateway, ...evidence })
      await world.advance(19_100)
      expect(reasonOf(first.outcome)).to.equal('prompt-timeout')
      expect(world.phone.ringing(), 'nothing can come of this call').to.have.length(0)
    }
  })

  it('counts for the same password when a word follows it', async () => {
    const world = await refusedFirst()
    world.phone.approve()
    await flush()
    expect(await isLetIn(world, { password: `${password},call` })).to.equal(true)
  })

  const ends: readonly PromptResult[] = [
    { kind: 'refused' },
    { kind: 'fraud' },
    { kind: 'no-answer' },
    { kind: 'approved', byMachine: true },
  ]
  for (const result of ends) {
    it(`does not count when the call ends with ${JSON.stringify(result)}`, async () => {
      const world = await refusedFirst()
      world.phone.only().answer(result)
      await flush()
      expect(await isLetIn(world)).to.equal(false)
    })
  }

  it('passes the first factor and policy again', async () => {
    const world = await refusedFirst()
    world.phone.approve()
    await flush()
    const closed = { ...gateway, denyGroups: ['staff'] }
    expect(reasonOf(await world.ask({ gateway: closed, device: laptop }))).to.equal('denied')
    world.local.instead.verify = async () => ({ kind: 'wrong' })
    expect(reasonOf(await world.ask({ gateway, device: laptop }))).to.equal('password-wrong')
    await world.stores.accounts.block('local:alice', 'stolen laptop', world.clock.nowMs())
    expect(reasonOf(await world.ask({ gateway, device: laptop }))).to.equal('blocked')
  })

  it('dies with a new prompt', async () => {
    const world = await refusedFirst()
    world.phone.approve()
    await flush()
    const other = world.start({ gateway, device: otherLaptop })
    await flush()
    world.phone.approve()
    await flush()
    expect(reasonOf(other.outcome)).to.equal('accepted')
    expect(await isLetIn(world)).to.equal(false)
  })

  it('dies with a lock, even one that has ended', async () => {
    const world = await refusedFirst(
      {},
      { settings: { lockout: { slowAfter: 9, lockAfter: 1, lockMs: 5_000, slowMs: 1 } } },
    )
    const app = await world.enrol('alice', totp)
    world.phone.approve()
    await flush()
    const append = gatewayRules({ name: 'other', flow: 'append' })
    const wrong = `${password},${wrongCodeFor(world, app)}`
    expect(reasonOf(await world.ask({ gateway: append, password: wrong }))).to.equal('code-wrong')
    expect(reasonOf(await world.ask({ gateway, device: laptop }))).to.equal('locked')
    await world.advance(5_100)
    expect(await isLetIn(world)).to.equal(false)
  })

  it('joins a second try to the call while it rings, and is spent with it', async () => {
    const world = await refusedFirst()
    const second = world.start({ gateway, device: laptop })
    await world.advance(2_000)
    expect(second.outcome).to.equal(undefined)
    world.phone.approve()
    await flush()
    expect(reasonOf(second.outcome)).to.equal('accepted')
    await world.advance(10_100)
    const third = world.start({ gateway, device: laptop })
    await flush()
    expect(third.outcome, 'asked anew, not refused').to.equal(undefined)
    expect(world.phone.calls).to.have.length(2)
  })

  it('counts for one of two second tries at the same moment', async () => {
    const world = await refusedFirst()
    world.phone.approve()
    await flush()
    const tries = [
      world.start({ gateway, device: laptop }),
      world.start({ gateway, device: laptop, password: `${password},call` }),
    ]
    await flush()
    expect(tries.filter(({ outcome }) => outcome?.kind === 'accept')).to.have.length(1)
  })

  it('is not kept over a restart', async () => {
    const world = await refusedFirst()
    world.phone.approve()
    await flush()
    world.restart()
    expect(await isLetIn(world)).to.equal(false)
  })
})

describe('an approval after a challenge that was not answered (RULES 14)', () => {
  const asks = gatewayRules()

  /** The gateway is told to ask for Enter, and the person approves. */
  async function challenged(): Promise<{ world: World; state: Uint8Array }> {
    const world = createWorld()
    await world.enrol('alice', call)
    const pending = world.start({ gateway: asks, device: laptop })
    await world.advance(19_100)
    const state = stateOf(pending.outcome)
    world.phone.approve()
    await flush()
    return { world, state }
  }

  it('lets the next try in at once, and is spent with it: Enter is too late then', async () => {
    const { world, state } = await challenged()
    expect(await isLetIn(world, { gateway: asks })).to.equal(true)
    await world.advance(10_100)
    const enter = await world.ask({ gateway: asks, device: laptop, password: '', state })
    expect(reasonOf(enter)).to.equal('state-invalid')
    expect(await isLetIn(world, { gateway: asks })).to.equal(false)
  })

  it('is spent by Enter, and by a code that is typed instead', async () => {
    const entered = await challenged()
    const enter = { gateway: asks, device: laptop, password: '', state: entered.state }
    expect(reasonOf(await entered.world.ask(enter))).to.equal('accepted')
    const { world, state } = await challenged()
    const app = await world.enrol('alice', totp)
    const typed = { gateway: asks, device: laptop, password: world.code(app), state }
    expect(reasonOf(await world.ask(typed))).to.equal('accepted')
    for (const each of [entered.world, world]) {
      await each.advance(10_100)
      expect(await isLetIn(each, { gateway: asks })).to.equal(false)
    }
  })

  it('does not count for another device, another password, nor after 90 s', async () => {
    for (const other of [{ device: otherLaptop }, { password: 'guess' }]) {
      const { world } = await challenged()
      expect(await isLetIn(world, { gateway: asks, ...other })).to.equal(false)
    }
    const { world } = await challenged()
    await world.advance(90_100)
    expect(await isLetIn(world, { gateway: asks })).to.equal(false)
  })
})

function waitUntil(world: World, atMs: number): Promise<void> {
  return new Promise((resolve) => world.wheel.at(atMs, resolve))
}
