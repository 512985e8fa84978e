import { expect } from 'chai'
import fc from 'fast-check'
import type { DeviceEvidence, PolicyRule, SignInRecord } from '../../src/signin/index.ts'
import {
  type Ask,
  call,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  type Pending,
  password,
  totp,
} from './harness.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const gateways = [
  gatewayRules({ name: 'auto', group: 'offices' }),
  gatewayRules({ name: 'append', group: 'offices', flow: 'append' }),
  gatewayRules({ name: 'codes-first', group: 'offices', flow: 'append', secondFactorFirst: true }),
  gatewayRules({ name: 'elsewhere', flow: 'hold' }),
  gatewayRules({ name: 'shared', group: 'offices', personSpecificDevice: false }),
]
const devices: readonly (DeviceEvidence | undefined)[] = [
  { kind: 'mac', value: '001122334455' },
  { kind: 'mac', value: '0a1122334455' },
  laptop,
  { kind: 'text', value: '001122334455' },
  undefined,
]
const users = ['alice', 'bob'] as const
type User = (typeof users)[number]

/** What rules there may be; how long each remembers a device with a fixed, a random, and no MAC address. */
const policies = [
  { rules: [], forMs: { fixed: 0, random: 0, address: 0 } },
  {
    rules: [remembering(48 * hourMs, false)],
    forMs: { fixed: 48 * hourMs, random: 24 * hourMs, address: 0 },
  },
  { rules: [remembering(hourMs, true)], forMs: { fixed: hourMs, random: hourMs, address: hourMs } },
] as const

function remembering(forMs: number, address: boolean): PolicyRule {
  return { name: 'remembers', outcome: { kind: 'second-factor', remember: { forMs, address } } }
}

const user = fc.constantFrom(...users)
const action = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      user,
      gateway: fc.constantFrom(0, 0, 1, 1, 2, 3, 4),
      device: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4),
      typed: fc.constantFrom('password', 'password', 'with code', 'with code', 'wrong'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('pick up' as const),
      result: fc.constantFrom(
        'approved' as const,
        'approved',
        'approved',
        'approved',
        'refused',
        'fraud',
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(11_000, 35_000, 35_000, 20 * minuteMs, 61 * minuteMs, 25 * hourMs),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('new password' as const, 'block' as const, 'forget' as const),
      user,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('policy' as const),
      policy: fc.nat(policies.length - 1),
    }),
  },
)
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never

/** Plays actions, and holds every remembered sign-in against what came before it. */
async function play(actions: readonly Action[]): Promise<number> {
  const rules: PolicyRule[] = [...policies[1].rules]
  let policy: (typeof policies)[number] = policies[1]
  const world = createWorld({ parts: { rules } })
  const stamps = new Map<string, number>(users.map((name) => [`local:${name}`, 0]))
  world.local.instead.passwordStamp = async ({ key }) => `set ${stamps.get(key)}`
  for (const name of users) {
    await world.enrol(name, { ...call, phone: `+3161234567${name.length}` })
    await world.enrol(name, { ...totp, seed: Buffer.from(name.padEnd(20, '.')) })
  }
  const open: Pending[] = []
  const whole: SignInRecord[] = []
  let seen = 0
  let remembered = 0

  function ask(step: Extract<Action, { kind: 'ask' }>, code: string): Ask {
    const device = devices[step.device]
    const gateway = gateways[step.gateway]
    const text = { password, wrong: 'guess', 'with code': `${password},${code}` }[step.typed]
    return {
      user: step.user,
      ...(gateway === undefined ? {} : { gateway }),
      ...(device === undefined ? {} : { device }),
      ...(text === undefined ? {} : { password: text }),
    }
  }

  function end(name: User): void {
    const left = whole.filter(({ userName }) => userName !== name)
    whole.splice(0, whole.length, ...left)
  }

  async function run(step: Action): Promise<void> {
    switch (step.kind) {
      case 'ask': {
        const all = await world.stores.authenticators.list(`local:${step.user}`)
        const app = all.find(({ method }) => method === 'totp')
        if (app !== undefined) open.push(world.start(ask(step, world.code(app))))
        return
      }
      case 'pick up': {
        const [ringing] = world.phone.ringing()
        if (ringing === undefined) return
        const name = ringing.request.user.name as User
        if (step.result === 'fraud') {
          ringing.answer({ kind: 'fraud' })
          await flush()
          await world.stores.accounts.release(`local:${name}`)
          return end(name)
        }
        const approved = { kind: 'approved', byMachine: false } as const
        return ringing.answer(step.result === 'approved' ? approved : { kind: 'refused' })
      }
      case 'wait':
        await world.advance(Math.min(step.ms, 61_000))
        return world.clock.advance(Math.max(0, step.ms - 61_000))
      case 'new password': {
        const key = `local:${step.user}`
        stamps.set(key, (stamps.get(key) ?? 0) + 1)
        return end(step.user)
      }
      case 'block':
        await world.stores.accounts.block(`local:${step.user}`, 'lost', world.clock.nowMs())
        await world.stores.accounts.release(`local:${step.user}`)
        return end(step.user)
      case 'forget':
        await world.stores.remembered.forget(`local:${step.user}`)
        return end(step.user)
      case 'policy':
        policy = policies[step.policy] ?? policy
        rules.splice(0, rules.length, ...policy.rules)
        return
    }
  }

  function lookAt(row: SignInRecord): void {
    const has = (what: string) => row.timeline.some((entry) => entry.what === what)
    if (row.outcome !== 'accept') return
    // A request that has shared a prompt is remembered as well; one that has shared an outcome is not.
    if (has('remember')) whole.push(row)
    if (has('joined') || !has('remembered')) return
    remembered += 1
    const { device = '' } = row
    const kind = device.includes('.') ? 'address' : device.startsWith('0a') ? 'random' : 'fixed'
    const before = whole.filter(
      (earlier) =>
        earlier.userKey === row.userKey &&
        earlier.device === device &&
        earlier.method === row.method &&
        groupOf(earlier) === groupOf(row) &&
        row.startedAtMs < earlier.endedAtMs + policy.forMs[kind],
    )
    expect(before, JSON.stringify(row)).to.not.have.length(0)
    expect(has('first-factor'), 'the password was looked at').to.equal(true)
    expect(row.gateway).to.not.equal('shared')
  }

  for (const step of actions) {
    await run(step)
    await flush()
    for (const row of world.rows.slice(seen)) lookAt(row)
    seen = world.rows.length
  }
  await world.advance(100_000)
  expect(open.filter(({ outcome }) => outcome === undefined)).to.have.length(0)
  expect(world.troubles).to.deep.equal([])
  return remembered
}

function groupOf({ gateway }: SignInRecord): string {
  return gateways.find(({ name }) => name === gateway)?.group ?? ''
}

describe('whatever happens to what is remembered', () => {
  it('a password alone lets no one in without an earlier sign-in that stands for the second factor', async () => {
    let remembered = 0
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 60 }), async (actions) => {
        remembered += await play(actions)
      }),
      { numRuns: 150 },
    )
    expect(remembered, 'that it was used at all').to.be.greaterThan(0)
  })
})
