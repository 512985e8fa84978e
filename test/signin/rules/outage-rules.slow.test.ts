import { expect } from 'chai'
import fc from 'fast-check'
import type {
  DeviceEvidence,
  OutageRule,
  Outcome,
  PolicyRule,
  PromptResult,
} from '../../../src/signin/index.ts'
import { dryRun } from '../../../src/signin/index.ts'
import {
  type Ask,
  call,
  createWorld,
  defaultSettings,
  email,
  flush,
  gatewayRules,
  otherLaptop,
  type Pending,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  sms,
  stateOf,
  totp,
  type World,
  type WorldOptions,
} from '../harness.ts'

const hourMs = 3_600_000
const down: PromptResult = { kind: 'failed', detail: 'HTTP 503, twice', outage: true }
/** Says no more than hold: another method cannot be asked for. */
const holding = gatewayRules({ flow: 'hold', challenges: false })
const mac: DeviceEvidence = { kind: 'mac', value: '001122334455' }
const remembers: PolicyRule = {
  name: 'remembers',
  outcome: { kind: 'second-factor', remember: { forMs: hourMs, address: false } },
}

function standIn(change: Partial<OutageRule> = {}): OutageRule {
  return { name: 'stand-in', methods: [], passwordAlone: false, ...change }
}

const breakGlass = standIn({ userKeys: ['local:alice'], passwordAlone: true })

function worldWith(rule: OutageRule | undefined, options: WorldOptions = {}): World {
  const outageRules = rule === undefined ? [] : [rule]
  return createWorld({ ...options, parts: { outageRules, ...options.parts } })
}

/** A sign-in whose call ends so. */
async function callEnds(world: World, result: PromptResult, ask: Ask = {}): Promise<Pending> {
  const pending = world.start(ask)
  await flush()
  world.phone.only().answer(result)
  await flush()
  return pending
}

/** What the row of the last sign-in tells, step by step. */
function steps(world: World): readonly string[] {
  return world.rows.at(-1)?.timeline.map(({ what }) => what) ?? []
}

describe('while a provider is down (RULES 23)', () => {
  it('another method comes first, and the audit marks the sign-in', async () => {
    const world = worldWith(breakGlass)
    await world.enrol('alice', call)
    const app = await world.enrol('alice', totp)
    const { outcome } = await callEnds(world, down)
    const answered = await world.ask({ state: stateOf(outcome), password: world.code(app) })
    expect(reasonOf(answered)).to.equal('accepted')
    expect(steps(world)).to.include.members(['provider-failed', 'degraded'])
    expect(world.rows.at(-1)).to.include({ method: 'totp' })
  })

  it('a text that cannot be sent is followed by a call, and the other way round', async () => {
    const world = worldWith(undefined)
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    const gateway = gatewayRules({ flow: 'challenge' })
    world.sms.next.push(async () => ({ kind: 'failed', detail: 'refused', outage: true }))
    const menu = await world.ask({ gateway })
    const failed = await world.ask({ gateway, state: stateOf(menu), password: 'sms' })
    expect(failed.kind).to.equal('challenge')
    const calling = world.start({ gateway, state: stateOf(failed), password: 'call' })
    await flush()
    world.phone.approve()
    await flush()
    expect(reasonOf(calling.outcome)).to.equal('accepted')
    expect(steps(world)).to.include('degraded')
  })

  it('a rule may add methods, for as long as it lasts, and no longer', async () => {
    const gateway = gatewayRules({ methods: ['call'] })
    const world = worldWith(standIn({ methods: ['recovery', 'email'] }))
    await world.enrol('alice', call)
    await world.enrol('alice', recovery('alice'))
    const { outcome } = await callEnds(world, down, { gateway })
    const state = stateOf(outcome)
    const answered = await world.ask({ gateway, state, password: recoveryCode })
    expect(reasonOf(answered)).to.equal('accepted')
    expect(world.rows.at(-1)).to.include({ method: 'recovery' })

    const later = worldWith(standIn({ methods: ['recovery', 'email'] }))
    await later.enrol('alice', call)
    await later.enrol('alice', recovery('alice'))
    const usual = await callEnds(later, { kind: 'no-answer' }, { gateway })
    expect(reasonOf(usual.outcome)).to.equal('prompt-no-answer')
  })

  it('another method is not remembered, even where it counts at other times too', async () => {
    const world = worldWith(undefined, { parts: { rules: [remembers] } })
    await world.enrol('alice', call)
    const app = await world.enrol('alice', totp)
    const { outcome } = await callEnds(world, down, { device: mac })
    const answer = { device: mac, state: stateOf(outcome), password: world.code(app) }
    expect(reasonOf(await world.ask(answer))).to.equal('accepted')
    await world.advance(11_000)
    const again = world.start({ device: mac })
    await flush()
    expect(again.outcome, 'asked again').to.equal(undefined)
  })

  it('asks by mail where a rule lets it, and takes the code', async () => {
    const gateway = gatewayRules({ methods: ['call'] })
    const world = worldWith(standIn({ methods: ['email'] }))
    await world.enrol('alice', call)
    await world.enrol('alice', email)
    const { outcome } = await callEnds(world, down, { gateway })
    const asked = await world.ask({ gateway, state: stateOf(outcome), password: 'email' })
    const state = stateOf(asked)
    expect(
      reasonOf(await world.ask({ gateway, state, password: world.email.lastCode() })),
    ).to.equal('accepted')
  })

  it('an earlier sign-in of the same device counts for longer, where nothing can be asked', async () => {
    const rule = standIn({ rememberedMs: 48 * hourMs })
    const world = worldWith(rule, { parts: { rules: [remembers] } })
    await world.enrol('alice', call)
    const first = world.start({ gateway: holding, device: mac })
    await flush()
    world.phone.approve()
    await flush()
    expect(reasonOf(first.outcome)).to.equal('accepted')
    for (const [afterMs, device, expected] of [
      [2 * hourMs, otherLaptop, 'prompt-failed'],
      [0, mac, 'accepted'],
      // It is not prolonged by having been used.
      [46 * hourMs, mac, 'prompt-failed'],
    ] as const) {
      world.clock.advance(afterMs + 11_000)
      const { outcome } = await callEnds(world, down, { gateway: holding, device })
      expect(reasonOf(outcome), `${afterMs} ${device.kind}`).to.equal(expected)
      if (expected === 'accepted')
        expect(steps(world)).to.include.members(['remembered', 'degraded'])
    }
    // Without an outage the usual time counts.
    const usual = await callEnds(world, { kind: 'no-answer' }, { gateway: holding, device: mac })
    expect(reasonOf(usual.outcome)).to.equal('prompt-no-answer')
  })

  it('lets people named by key in with their password alone, when nothing else is left', async () => {
    const world = worldWith(breakGlass)
    await world.enrol('alice', call)
    await world.enrol('bob', call)
    const alice = await callEnds(world, down, { gateway: holding })
    expect(reasonOf(alice.outcome)).to.equal('accepted')
    expect(steps(world)).to.include.members(['password-alone', 'degraded'])
    expect(world.rows.at(-1)).not.to.have.property('method')
    const bob = await callEnds(world, down, { gateway: holding, user: 'bob' })
    expect(reasonOf(bob.outcome)).to.equal('prompt-failed')
    const wrong = await world.ask({ gateway: holding, password: 'wrong' })
    expect(reasonOf(wrong)).to.equal('password-wrong')
  })

  it('is not remembered, and starts no count again', async () => {
    const world = worldWith(breakGlass, { parts: { rules: [remembers] } })
    await world.enrol('alice', call)
    const { outcome } = await callEnds(world, down, { gateway: holding, device: mac })
    expect(reasonOf(outcome)).to.equal('accepted')
    world.clock.advance(11_000)
    const again = world.start({ gateway: holding, device: mac })
    await flush()
    expect(again.outcome).to.equal(undefined)
  })

  it('lets no one in where no password is proven', async () => {
    const world = worldWith(breakGlass)
    await world.enrol('alice', call)
    const gateway = gatewayRules({
      flow: 'hold',
      challenges: false,
      firstFactor: { kind: 'none', directories: ['local'], promptWithoutPassword: true },
    })
    const { outcome } = await callEnds(world, down, { gateway })
    expect(reasonOf(outcome)).to.equal('prompt-failed')
  })

  it('holds for no one by a group that is gone', async () => {
    const rule = standIn({ userKeys: ['local:alice'], groups: ['staff'], passwordAlone: true })
    const missingGroups = () => new Set(['staff'])
    const world = worldWith(rule, { parts: { missingGroups } })
    await world.enrol('alice', call)
    const { outcome } = await callEnds(world, down, { gateway: holding })
    expect(reasonOf(outcome)).to.equal('prompt-failed')
  })

  const notAnOutage: readonly (readonly [string, PromptResult, string])[] = [
    ['a provider that says no', { kind: 'failed', detail: '429', outage: false }, 'prompt-failed'],
    ['nobody answers', { kind: 'no-answer' }, 'prompt-no-answer'],
    ['a busy number', { kind: 'busy' }, 'prompt-busy'],
    ['silence until the end', { kind: 'timeout' }, 'prompt-timeout'],
    ['a refusal', { kind: 'refused' }, 'prompt-refused'],
    ['a report of fraud', { kind: 'fraud' }, 'prompt-fraud'],
  ]
  for (const [what, result, reason] of notAnOutage) {
    it(`${what} is not an outage`, async () => {
      const world = worldWith(breakGlass, { parts: { rules: [remembers] } })
      await world.enrol('alice', call)
      const { outcome } = await callEnds(world, result, { gateway: holding, device: mac })
      expect(reasonOf(outcome)).to.equal(reason)
      expect(steps(world)).not.to.include('degraded')
    })
  }

  it('and a limit of our own is not, nor a gateway that gives up first', async () => {
    const promptLimits = { ...defaultSettings.promptLimits, perUserHour: 1 }
    const world = worldWith(breakGlass, { settings: { promptLimits } })
    await world.enrol('alice', call)
    await callEnds(world, { kind: 'no-answer' }, { gateway: holding })
    expect(reasonOf(await world.ask({ gateway: holding }))).to.equal('prompt-limit')

    const slow = worldWith(breakGlass)
    await slow.enrol('alice', sms)
    slow.sms.next.push(() => new Promise(() => undefined))
    const gateway = gatewayRules({ flow: 'challenge' })
    const pending = slow.start({ gateway })
    await slow.advance(20_000)
    expect(reasonOf(pending.outcome)).to.equal('prompt-failed')
    expect(steps(slow)).not.to.include('degraded')
  })

  it('two requests that are one both know of it', async () => {
    const world = worldWith(breakGlass)
    await world.enrol('alice', call)
    const both = [1, 2].map(() => world.start({ gateway: holding, device: mac }))
    await flush()
    world.phone.only().answer(down)
    await flush()
    for (const { outcome } of both) expect(reasonOf(outcome)).to.equal('accepted')
    for (const { timeline } of world.rows) {
      expect(timeline.map(({ what }) => what)).to.include('degraded')
    }
  })

  it('can be told by the gateway, where a reply rule says so', async () => {
    const mark = (text: string, degraded: boolean) => ({
      name: text,
      degraded,
      last: false,
      parts: [{ kind: 'fixed', attributes: [{ type: 25, value: Buffer.from(text) }] } as const],
    })
    const replyRules = [mark('weak', true), mark('whole', false)]
    const world = worldWith(breakGlass, { parts: { replyRules } })
    await world.enrol('alice', call)
    for (const [result, expected] of [
      [{ kind: 'approved', byMachine: false }, 'whole'],
      [down, 'weak'],
    ] as const) {
      const { outcome } = await callEnds(world, result, { gateway: holding })
      if (outcome?.kind !== 'accept') throw new Error(reasonOf(outcome))
      const told = outcome.attributes.slice(1).map(({ value }) => Buffer.from(value).toString())
      expect(told).to.deep.equal([expected])
    }
  })

  it('a State of an outage is of no use at another time or for another person', async () => {
    const gateway = gatewayRules({ methods: ['call'] })
    const world = worldWith(standIn({ methods: ['recovery'] }))
    await world.enrol('alice', call)
    for (const user of ['alice', 'bob']) await world.enrol(user, recovery(user))
    const { outcome } = await callEnds(world, down, { gateway })
    const state = stateOf(outcome)
    const asBob = await world.ask({ gateway, user: 'bob', state, password: recoveryCode })
    expect(reasonOf(asBob)).to.equal('state-invalid')
    world.clock.advance(301_000)
    const late = await world.ask({ gateway, state, password: recoveryCode })
    expect(reasonOf(late)).to.equal('state-invalid')
  })
})

describe('a dry run of an outage', () => {
  async function reasonOfDryRun(
    outage: 'directory' | 'provider',
    gateway = gatewayRules(),
    methods = [call],
  ): Promise<string> {
    const world = worldWith(breakGlass)
    for (const method of methods) await world.enrol('alice', method)
    const { first } = await dryRun(world.parts, {
      ...{ userName: 'alice', gateway, device: undefined, outage },
      ...{ atMs: world.clock.nowMs(), signal: new AbortController().signal },
    })
    expect(world.phone.calls).to.have.length(0)
    expect(world.rows).to.have.length(0)
    return first.kind === 'held' ? 'held' : first.reason
  }

  it('goes the way of the real one', async () => {
    expect(await reasonOfDryRun('provider', holding)).to.equal('accepted')
    expect(await reasonOfDryRun('provider', gatewayRules(), [call, sms])).to.equal('challenged')
    expect(await reasonOfDryRun('provider', gatewayRules({ flow: 'challenge' }), [sms])).to.equal(
      'accepted',
    )
    expect(await reasonOfDryRun('directory', holding)).to.equal('directory-down')
  })
})

describe('a dry run of an outage, whatever the rules', () => {
  const enrolments = { call, sms, email, totp, recovery: recovery('alice') }
  const anyMethods = fc.uniqueArray(fc.constantFrom(...typedKeys(enrolments)))
  const scenario = fc.record({
    enrolled: anyMethods,
    gateway: fc
      .record({
        flow: fc.constantFrom('auto' as const, 'hold', 'challenge', 'append'),
        challenges: fc.boolean(),
        methods: fc.constantFrom(['call'] as const, ['sms', 'totp'], ['call', 'sms', 'email']),
      })
      .map((change) => gatewayRules(change)),
    outageRules: fc.array(
      fc
        .record({
          groups: fc.constantFrom(undefined, ['staff'], ['interns']),
          keys: fc.constantFrom(undefined, ['local:alice'], ['local:bob']),
          methods: anyMethods,
        })
        .map(({ groups, keys, methods }) =>
          standIn({
            methods,
            passwordAlone: keys !== undefined,
            ...(groups === undefined ? {} : { groups }),
            ...(keys === undefined ? {} : { userKeys: keys }),
          }),
        ),
      { maxLength: 3 },
    ),
  })
  type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never

  /** The same in both: what it comes to, and what the person reads. */
  async function compare({ enrolled, gateway, outageRules }: Scenario): Promise<string> {
    const world = createWorld({ parts: { outageRules } })
    for (const method of enrolled) await world.enrol('alice', enrolments[method])
    const { first } = await dryRun(world.parts, {
      ...{ userName: 'alice', gateway, device: undefined, outage: 'provider' },
      ...{ atMs: world.clock.nowMs(), signal: new AbortController().signal },
    })
    for (const { next } of [world.sms, world.email]) {
      next.push(async () => ({ kind: 'failed', detail: 'as if it were down', outage: true }))
    }
    const pending = world.start({ gateway })
    await flush()
    if (pending.outcome === undefined) world.phone.only().answer(down)
    await flush()
    const real = pending.outcome
    if (first.kind === 'held' || real === undefined)
      throw new Error('held, with nobody to wait for')
    expect(messageOf(first)).to.equal(messageOf(real))
    expect(first.reason).to.equal(real.reason)
    if (!steps(world).includes('password-alone')) return real.reason
    expect(outageRules.some(({ userKeys }) => userKeys?.includes('local:alice'))).to.equal(true)
    return 'alone'
  }

  it('agrees with the sign-in, and only people named by key get in with a password', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(scenario, async (scene) => void seen.add(await compare(scene))),
      { numRuns: 400 },
    )
    for (const scene of fc.sample(scenario, { seed: 1, numRuns: 400 }))
      seen.add(await compare(scene))
    expect([...seen]).to.include.members([
      ...['alone', 'challenged', 'prompt-failed', 'not-enrolled', 'no-method-for-flow'],
    ])
  })
})

function messageOf(outcome: Outcome): string | undefined {
  return 'message' in outcome ? outcome.message : undefined
}

function typedKeys<T extends object>(record: T): (keyof T)[] {
  return Object.keys(record) as (keyof T)[]
}

describe('while a directory is down', () => {
  const gateway = gatewayRules({ firstFactor: { kind: 'directories', names: ['corp', 'local'] } })

  function worldWithout(corp: 'down' | 'busy'): World {
    const known = createWorld().parts.directories.get('local')
    if (known === undefined) throw new Error('no directory')
    const answer = corp === 'down' ? ({ kind: 'down', detail: 'timeout' } as const) : { kind: corp }
    const directories = new Map([
      ['corp', { ...known, name: 'corp', resolve: async () => answer }],
      ['local', { ...known, standsAlone: true as const }],
    ])
    return createWorld({ parts: { directories } })
  }

  it('people of the configuration get in, wherever they are in the order, and are marked', async () => {
    const world = worldWithout('down')
    const app = await world.enrol('alice', totp)
    const typed = `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ gateway, password: typed }))).to.equal('accepted')
    expect(steps(world)).to.include.members(['directory-down', 'degraded'])
    expect(reasonOf(await world.ask({ gateway, password: 'wrong' }))).to.equal('password-wrong')
  })

  it('all others learn that it is down, and nothing about people that the others know', async () => {
    const world = worldWithout('down')
    expect(reasonOf(await world.ask({ gateway, user: 'nobody' }))).to.equal('directory-down')
    const silent = { ...gateway, onDirectoryDown: 'silent' } as const
    const dropped: Outcome = await world.ask({ gateway: silent, user: 'nobody' })
    expect(dropped).to.deep.equal({ kind: 'drop', reason: 'directory-down-silent' })
  })

  it('a directory that is only busy is not an outage', async () => {
    const world = worldWithout('busy')
    const app = await world.enrol('alice', totp)
    const typed = `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ gateway, password: typed }))).to.equal('directory-busy')
  })
})
