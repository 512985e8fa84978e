import { expect } from 'chai'
import type { Outcome } from '../../../src/signin/index.ts'
import {
  type Ask,
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  password,
  reasonOf,
  totp,
  type World,
  wrongCodeFor,
} from '../harness.ts'

const gateway = gatewayRules({ flow: 'append' })

/** Every way to fail that must look like every other (RULES 9): prepares the world, then asks. */
const failures: readonly [reason: string, prepare: (world: World) => Promise<Ask>][] = [
  ['user-unknown', async () => ({ user: 'nobody' })],
  ['name-invalid', async () => ({ user: '\u0007' })],
  ['password-wrong', async () => ({ password: 'wrong' })],
  ['password-empty', async () => ({ password: '' })],
  [
    'code-missing',
    async (world) => {
      await world.enrol('alice', totp)
      return {}
    },
  ],
  [
    'code-wrong',
    async (world) => {
      const app = await world.enrol('alice', totp)
      return { password: `${password},${wrongCodeFor(world, app)}` }
    },
  ],
  [
    'code-reused',
    async (world) => {
      const app = await world.enrol('alice', totp)
      const ask = { gateway, password: `${password},${world.code(app)}` }
      await world.ask(ask)
      return ask
    },
  ],
  [
    'locked',
    async (world) => {
      const limits = { slowAfter: 1, lockAfter: 1, lockMs: 60_000, slowMs: 1 }
      await world.stores.accounts.recordFailure('local:alice', 'code', world.clock.nowMs(), limits)
      return {}
    },
  ],
  [
    'slowed',
    async (world) => {
      const limits = { slowAfter: 1, lockAfter: 9, lockMs: 60_000, slowMs: 60_000 }
      await world.stores.accounts.recordFailure('local:alice', 'code', world.clock.nowMs(), limits)
      return {}
    },
  ],
  [
    'blocked',
    async (world) => {
      await world.stores.accounts.block('local:alice', 'by hand', 0)
      return {}
    },
  ],
  ['denied', async () => ({ gateway: { ...gateway, denyGroups: ['staff'] } })],
  ['state-invalid', async () => ({ state: new Uint8Array(120).fill(1) })],
  [
    'account-locked-in-directory',
    async (world) => {
      world.local.instead.verify = async () => ({ kind: 'locked' })
      return {}
    },
  ],
  ['credential-missing', async () => ({ credential: { kind: 'none' } })],
]

async function fail(
  prepare: (world: World) => Promise<Ask>,
  workMs: number,
  rules = gateway,
): Promise<{ world: World; outcome: Outcome | undefined; receivedAtMs: number }> {
  const world = createWorld()
  const ask = await prepare(world)
  await flush()
  const { resolve } = world.local.directory
  // The work takes its time where every failure passes: before the name is looked up.
  world.local.instead.resolve = async (name, signal) => {
    if (workMs > 0) await new Promise<void>((done) => world.clock.after(workMs, done))
    delete world.local.instead.resolve
    return resolve(name, signal)
  }
  const pending = world.start({ gateway: rules, ...ask })
  await world.advance(workMs)
  return { world, outcome: pending.outcome, receivedAtMs: pending.attempt.receivedAtMs }
}

describe('refusals that must not tell which check failed (RULES 9)', () => {
  for (const [reason, prepare] of failures) {
    it(`${reason} leaves a second after receipt, with the common text`, async () => {
      const { outcome, receivedAtMs } = await fail(prepare, 0)
      expect(outcome).to.deep.equal({
        kind: 'reject',
        reason,
        message: 'Sign-in failed. Check your name, password and code, then try again.',
        notBeforeMs: receivedAtMs + 1_000,
      })
    })
  }

  for (const [reason, prepare] of failures.filter(([name]) => name !== 'state-invalid')) {
    it(`${reason} leaves at the next half second when the work took 1.2 s`, async () => {
      const { outcome, receivedAtMs } = await fail(prepare, 1_200)
      expect(outcome).to.include({ reason, notBeforeMs: receivedAtMs + 1_500 })
    })
  }

  it('never waits longer than the patience of the gateway', async () => {
    const hasty = gatewayRules({ flow: 'append', patienceMs: 1_500, marginMs: 200 })
    const early = await fail(async () => ({ password: 'wrong' }), 1_200, hasty)
    expect(early.outcome).to.include({ notBeforeMs: early.receivedAtMs + 1_300 })
    const late = await fail(async () => ({ password: 'wrong' }), 1_400, hasty)
    expect(late.outcome).to.include({ notBeforeMs: late.receivedAtMs + 1_400 })
  })

  it('holds 200 names that exist and 200 that do not to the same moment', async () => {
    const world = createWorld()
    const medians = []
    for (const user of ['alice', 'nobody']) {
      const delays = []
      for (let tries = 0; tries < 200; tries++) {
        const outcome = await world.ask({ gateway, user, password: `guess-${tries}` })
        if (outcome.kind !== 'reject') throw new Error('expected a Reject')
        delays.push((outcome.notBeforeMs ?? 0) - world.clock.nowMs())
      }
      medians.push(delays.sort((left, right) => left - right)[100])
    }
    expect(medians).to.deep.equal([1_000, 1_000])
  })

  it('counts from its own receipt for a request that shares a refusal', async () => {
    const world = createWorld()
    const ask = { gateway, device: laptop, password: 'wrong' }
    await world.ask(ask)
    await world.advance(3_000)
    expect(await world.ask(ask)).to.include({ notBeforeMs: world.clock.nowMs() + 1_000 })
    expect(world.local.verified).to.equal(1)
  })

  it('speaks the configured language to people whose own is another, also when a part is down', async () => {
    const world = createWorld()
    world.local.instead.verify = async () => ({ kind: 'down', detail: 'connection refused' })
    const known = await world.ask({ user: 'alice' })
    delete world.local.instead.verify
    world.local.instead.resolve = async () => ({ kind: 'down', detail: 'connection refused' })
    const unknown = await world.ask({ user: 'nobody' })
    expect(known).to.deep.equal(unknown)
    expect(reasonOf(known)).to.equal('directory-down')
  })

  it('speaks the language of the person after a right password, and at once', async () => {
    const world = createWorld()
    const outcome = await world.ask({ user: 'alice' })
    expect(outcome).to.include({ reason: 'not-enrolled' })
    expect(outcome).not.to.have.property('notBeforeMs')
    const other = await world.ask({ user: 'bob' })
    expect(outcome)
      .to.have.property('message')
      .that.does.not.equal(other.kind === 'reject' ? other.message : '')
  })

  it('delays no refusal of a prompt, outage or shutdown', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const hold = gatewayRules({ flow: 'hold' })
    const pending = world.start({ gateway: hold })
    await flush()
    world.phone.only().answer({ kind: 'refused' })
    await flush()
    const stopping = world.start({ gateway: hold })
    await flush()
    stopping.abort('stopping')
    await flush()
    world.local.instead.verify = async () => ({ kind: 'busy' })
    const busy = await world.ask({ gateway: hold })
    for (const outcome of [pending.outcome, stopping.outcome, busy]) {
      expect(outcome?.kind).to.equal('reject')
      expect(outcome).not.to.have.property('notBeforeMs')
    }
  })
})
