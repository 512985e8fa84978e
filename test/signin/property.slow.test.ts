import { expect } from 'chai'
import fc from 'fast-check'
import type { Authenticator } from '../../src/accounts/index.ts'
import type { GatewayRules, PromptResult } from '../../src/signin/index.ts'
import {
  type Ask,
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  type Pending,
  password,
  sms,
  totp,
  type World,
  wrongCodeFor,
} from './harness.ts'

const vouching = { kind: 'none', directories: ['local'], promptWithoutPassword: true } as const
const gateways: readonly GatewayRules[] = [
  gatewayRules({ name: 'hold', flow: 'hold' }),
  gatewayRules({ name: 'auto' }),
  gatewayRules({ name: 'mute', challenges: false }),
  gatewayRules({ name: 'append', flow: 'append' }),
  gatewayRules({ name: 'challenge', flow: 'challenge' }),
  gatewayRules({ name: 'codes-first', flow: 'append', secondFactorFirst: true }),
  gatewayRules({ name: 'code-only', flow: 'code-only', firstFactor: vouching }),
  gatewayRules({ name: 'pair-1', group: 'pair', flow: 'hold' }),
  gatewayRules({ name: 'pair-2', group: 'pair', flow: 'hold' }),
]
const users = ['alice', 'bob'] as const
const devices = [undefined, laptop, otherLaptop]

type User = (typeof users)[number]
type Typed = 'code' | 'next-code' | 'wrong-code' | 'call' | 'sms' | 'nothing'
type Action =
  | {
      readonly kind: 'ask'
      readonly user: User
      readonly gateway: number
      readonly device: number
      readonly first: 'right' | 'wrong' | 'chap' | 'wrong-chap'
      readonly appended: Typed
    }
  | {
      readonly kind: 'answer'
      readonly which: number
      readonly user: User
      readonly typed: Typed | 'sent-code' | '1'
    }
  | { readonly kind: 'repeat'; readonly which: number }
  | { readonly kind: 'pick-up'; readonly which: number; readonly result: PromptResult }
  | {
      readonly kind: 'abort'
      readonly which: number
      readonly code: 'abandoned' | 'stopping'
    }
  | { readonly kind: 'wait'; readonly ms: number }

const which = fc.nat(30)
const user = fc.constantFrom(...users)
const typed = fc.constantFrom<Typed>('code', 'next-code', 'wrong-code', 'call', 'sms', 'nothing')
const results: readonly PromptResult[] = [
  { kind: 'approved', byMachine: false },
  { kind: 'approved', byMachine: true },
  { kind: 'refused' },
  { kind: 'no-answer' },
  { kind: 'fraud' },
]
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      user,
      gateway: fc.nat(gateways.length - 1),
      device: fc.nat(devices.length - 1),
      first: fc.constantFrom('right' as const, 'right', 'wrong', 'chap', 'wrong-chap'),
      appended: typed,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      which,
      user,
      typed: fc.oneof(typed, fc.constantFrom('sent-code' as const, '1' as const)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pick-up' as const),
      which,
      result: fc.constantFrom(...results.slice(0, 1), ...results),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('abort' as const),
      which,
      code: fc.constantFrom('abandoned' as const, 'stopping'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(500, 3_000, 9_900, 19_100, 31_000, 61_000),
    }),
  },
)

type Made = {
  readonly ask: Ask
  readonly user: User
  readonly pending: Pending
  /** Whether the password was right, here or in the request the State came from. */
  readonly proven: boolean
}

/** Plays actions, and keeps what was right of what was typed. */
async function play(actions: readonly Action[]) {
  const world = createWorld()
  const made: Made[] = []
  const evidence = watchEvidence(world)
  const apps = new Map<User, Authenticator>()
  for (const name of users) {
    await world.enrol(name, { ...call, phone: `+3161234567${name.length}` })
    await world.enrol(name, { ...sms, phone: `+3161234568${name.length}` })
    apps.set(name, await world.enrol(name, { ...totp, seed: Buffer.from(name.padEnd(20, '.')) }))
  }

  function textOf(name: User, what: Typed): string {
    const app = apps.get(name)
    if (app === undefined) throw new Error('not enrolled')
    switch (what) {
      case 'code':
        return world.code(app)
      case 'next-code':
        return world.code(app, 1)
      case 'wrong-code':
        return wrongCodeFor(world, app)
      case 'nothing':
        return ''
      default:
        return what
    }
  }

  function send(ask: Ask, name: User, proven: boolean): void {
    made.push({ ask, user: name, proven, pending: world.start(ask) })
  }

  async function run(step: Action): Promise<void> {
    switch (step.kind) {
      case 'ask': {
        const gateway = gateways[step.gateway]
        const device = devices[step.device]
        if (gateway === undefined) return
        const first = step.first.startsWith('wrong') ? 'guess' : password
        const appended = textOf(step.user, step.appended)
        const whole = appended === '' ? first : `${first},${appended}`
        const isChap = step.first.endsWith('chap')
        const ask = {
          user: step.user,
          gateway,
          ...(device === undefined ? {} : { device }),
          ...(isChap
            ? { credential: chap(first) }
            : { password: gateway.flow === 'code-only' ? appended : whole }),
        }
        return send(ask, step.user, first === password || gateway.firstFactor.kind === 'none')
      }
      case 'answer': {
        const challenged = made.filter(({ pending }) => pending.outcome?.kind === 'challenge')
        const from = challenged[step.which % Math.max(1, challenged.length)]
        if (from?.pending.outcome?.kind !== 'challenge') return
        const text =
          step.typed === 'sent-code'
            ? (world.sms.sent.at(-1)?.code ?? '')
            : step.typed === '1'
              ? '1'
              : textOf(step.user, step.typed)
        const ask = {
          ...(from.ask.gateway === undefined ? {} : { gateway: from.ask.gateway }),
          user: step.user,
          password: text,
          state: from.pending.outcome.state,
        }
        return send(ask, step.user, from.proven && from.user === step.user)
      }
      case 'repeat': {
        const earlier = made[step.which % Math.max(1, made.length)]
        if (earlier !== undefined) send(earlier.ask, earlier.user, earlier.proven)
        return
      }
      case 'pick-up': {
        const ringing = world.phone.ringing()
        const picked = ringing[step.which % Math.max(1, ringing.length)]
        if (picked === undefined) return
        evidence.pickUp(picked.request.user.key, step.result)
        return picked.answer(step.result)
      }
      case 'abort':
        return made[step.which % Math.max(1, made.length)]?.pending.abort(step.code)
      case 'wait':
        return world.advance(step.ms)
    }
  }

  for (const step of actions) {
    await run(step)
    await flush()
    for (const name of users) {
      const rings = world.phone.ringing().filter(({ request }) => request.user.name === name)
      expect(rings.length, `phones of ${name} that ring`).to.be.at.most(1)
    }
  }
  await world.advance(400_000)
  return { world, made, evidence }
}

/** Counts what may let a sign-in through: codes that were spent and calls that were approved, by user key. */
function watchEvidence(world: World) {
  const counts = new Map<string, number>()
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
  const { spendTotp } = world.stores.authenticators
  world.stores.authenticators.spendTotp = async (id, ...rest) => {
    const result = await spendTotp(id, ...rest)
    for (const name of users) {
      const own = await world.stores.authenticators.list(`local:${name}`)
      if (result === 'spent' && own.some((one) => one.id === id)) add(`local:${name}`)
    }
    return result
  }
  const { spend } = world.stores.spent
  world.stores.spent.spend = async (id, ...rest) => {
    const result = await spend(id, ...rest)
    if (result === 'spent') add('sent')
    return result
  }
  return {
    pickUp(key: string, result: PromptResult) {
      if (result.kind === 'approved') add(key)
    },
    of: (key: string) => counts.get(key) ?? 0,
  }
}

describe('whatever happens, in whatever order', () => {
  it('one phone rings a person, no one gets in without both factors, and every request ends once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 30 }), async (actions) => {
        const { world, made, evidence } = await play(actions)
        const ends = made.map(({ pending }) => pending.outcome?.kind)
        expect(ends).not.to.include(undefined)
        for (const { pending, proven } of made) {
          if (pending.outcome?.kind === 'accept') expect(proven).to.equal(true)
        }
        for (const name of users) {
          const key = `local:${name}`
          const accepts = world.rows.filter(
            ({ userKey, outcome, timeline }) =>
              userKey === key &&
              outcome === 'accept' &&
              timeline.every(({ what }) => what !== 'joined'),
          )
          expect(accepts.length).to.be.at.most(evidence.of(key) + evidence.of('sent'))
        }
        expect(world.local.verified).to.be.at.most(made.length)
        expect(world.registry.size()).to.equal(0)
        expect(world.wheel.size).to.equal(0)
        expect(world.troubles).to.deep.equal([])
      }),
      { numRuns: 120 },
    )
  })
})
