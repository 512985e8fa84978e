import { expect } from 'chai'
import type { Directory, GatewayRules, PolicyRule } from '../../../src/signin/index.ts'
import {
  chap,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  pap,
  password,
  reasonOf,
  stateOf,
} from '../harness.ts'
import {
  allowed,
  createScene,
  type Reading,
  type Scene,
  type TypedCase,
  typedCases,
} from '../typed-cases.ts'

const flows = ['auto', 'append', 'hold', 'challenge'] as const
type Flow = (typeof flows)[number]

const policies = [
  'asked',
  'none',
  'bypass',
  'remembered',
  'deny',
  'deny with a text',
  'code first',
  'code first, shielded',
  'shielded',
  'expired password',
  'directory down',
  'late approval open',
] as const
type Policy = (typeof policies)[number]

/** What is to come of it. `saw`: passwords the directory was asked about. */
type Expected = {
  readonly reason: string
  readonly saw: readonly string[]
  readonly spends: boolean
  readonly wrongCodes?: 1
}

/** RULES 35, cell by cell, in the order of the sign-in. */
function expectedOf(flow: Flow, policy: Policy, one: TypedCase, typed: string): Expected {
  const splits = flow === 'auto' || flow === 'append'
  const inAppend = flow === 'append' ? one.readsInAppend : undefined
  const reading: Reading = splits ? (inAppend ?? one.reads) : 'whole'
  const first =
    reading === 'whole' ? typed : inAppend === undefined ? (one.first ?? password) : password
  const isCode = !['whole', 'word', 'misfit', 'empty-password'].includes(reading)
  const refused = (reason: string, saw: readonly string[] = []): Expected => ({
    reason,
    saw,
    spends: false,
  })

  if (policy === 'deny') return refused('denied')
  if (reading === 'misfit') return refused('code-wrong')
  if (reading === 'empty-password') return refused('password-empty')
  if (policy.startsWith('code first')) return codeFirst(reading, first, policy)
  if (policy === 'shielded') return refused('lockout-shield')
  if (policy === 'directory down') return refused('directory-down')
  if (first !== password) return refused('password-wrong', [first])
  const saw = [password]
  if (policy === 'expired password') return refused('password-expired', saw)
  if (policy === 'deny with a text') return refused('denied', saw)
  if (policy === 'none' || policy === 'bypass') return refused('accepted', saw)
  if (policy === 'remembered' && reading !== 'word') return refused('accepted', saw)
  if (isCode) return codeExpected(reading, saw)
  const isLate = policy === 'late approval open'
  if (reading === 'word') return refused(isLate ? 'accepted' : 'held', saw)
  if (isLate) return refused('accepted', saw)
  const asks = { auto: 'held', append: 'code-missing', hold: 'held', challenge: 'challenged' }
  return refused(asks[flow], saw)
}

function codeExpected(reading: Reading, saw: readonly string[]): Expected {
  switch (reading) {
    case 'right':
    case 'right-recovery':
      return { reason: 'accepted', saw, spends: true }
    case 'used':
      return { reason: 'code-reused', saw, spends: false }
    case 'not-allowed':
      return { reason: 'method-not-allowed', saw, spends: false }
    default:
      return { reason: 'code-wrong', saw, spends: false, wrongCodes: 1 }
  }
}

function codeFirst(reading: Reading, first: string, policy: Policy): Expected {
  const isShielded = policy.endsWith('shielded')
  const isRight = first === password
  const refused = (reason: string, saw: readonly string[] = []): Expected => ({
    reason,
    saw,
    spends: false,
  })
  switch (reading) {
    case 'right':
      if (isShielded) return refused('lockout-shield')
      return { reason: isRight ? 'accepted' : 'password-wrong', saw: [first], spends: true }
    case 'right-recovery':
      if (isShielded) return refused('lockout-shield')
      return { reason: 'accepted', saw: [first], spends: true }
    case 'used':
      return refused('code-reused')
    case 'not-allowed':
      return refused('method-not-allowed')
    case 'wrong':
      return refused('code-wrong')
    default:
      return refused('code-missing')
  }
}

const shielded = { kind: 'shielded', wrong: 4, threshold: 5, untilMs: 0 } as const

function verifyBy(policy: Policy, saw: string[]): NonNullable<Directory['verify']> {
  return async (_user, credential) => {
    if (policy.endsWith('shielded')) return shielded
    if (policy === 'directory down') return { kind: 'down', detail: 'no route' }
    const typed = credential.kind === 'pap' ? credential.password.reveal() : credential.kind
    saw.push(typed)
    if (typed !== password) return { kind: 'wrong' }
    return { kind: policy === 'expired password' ? 'must-change' : 'right' }
  }
}

const ruleFor: Partial<Record<Policy, PolicyRule['outcome']>> = {
  none: { kind: 'no-second-factor' },
  deny: { kind: 'deny' },
  'deny with a text': { kind: 'deny', text: 'Not from here.' },
  remembered: {
    kind: 'second-factor',
    methods: allowed,
    remember: { forMs: 3_600_000, address: true },
  },
}

/** A person and a gateway for which this policy holds. */
async function sceneOf(flow: Flow, policy: Policy) {
  const outcome = ruleFor[policy]
  const rules: readonly PolicyRule[] = outcome === undefined ? [] : [{ name: policy, outcome }]
  const scene = await createScene({ parts: { rules } })
  const { world } = scene
  const saw: string[] = []
  world.local.instead.passwordStamp = async () => 'as ever'
  const gateway = gatewayRules({
    flow,
    methods: allowed,
    append: { delimiter: ',', words: true },
    challenges: policy !== 'late approval open',
    secondFactorFirst: policy.startsWith('code first'),
  })
  if (policy === 'remembered' || policy === 'late approval open')
    await approveBefore(scene, gateway, policy)
  if (policy === 'bypass') {
    const untilMs = world.clock.nowMs() + 3_600_000
    await world.stores.accounts.giveBypass('local:alice', { reason: 'test', untilMs, once: true })
  }
  world.local.instead.verify = verifyBy(policy, saw)
  if (policy.endsWith('shielded')) world.local.instead.lookAtShield = async () => shielded
  return { ...scene, gateway, saw }
}

async function approveBefore(
  { world }: Scene,
  gateway: GatewayRules,
  policy: Policy,
): Promise<void> {
  const first = world.start({ gateway: { ...gateway, flow: 'auto' }, device: laptop })
  await flush()
  if (policy === 'late approval open') await world.advance(19_100)
  world.phone.approve()
  await flush()
  expect(reasonOf(first.outcome)).to.equal(policy === 'remembered' ? 'accepted' : 'prompt-timeout')
  // An equal attempt would be answered like the first for 10 s.
  await world.advance(11_000)
}

/** What may be spent, as the store has it. */
async function spendable({ world }: Scene): Promise<unknown> {
  const all = await world.stores.authenticators.list('local:alice')
  return all.map((one) => {
    if (one.method === 'totp') return one.lastStep
    if (one.method === 'hotp') return one.counter
    return one.method === 'recovery' ? one.codeHashes.length : undefined
  })
}

describe('the password is read once (RULES 35)', () => {
  for (const flow of flows) {
    for (const policy of policies) {
      if (policy === 'late approval open' && flow !== 'auto') continue
      describe(`flow ${flow}, ${policy}`, () => {
        for (const one of typedCases) {
          it(one.name, async () => {
            const scene = await sceneOf(flow, policy)
            const { world, gateway, saw } = scene
            const typed = one.typed(scene)
            const expected = expectedOf(flow, policy, one, typed)
            const before = await spendable(scene)
            const failures = await world.stores.accounts.load('local:alice')
            const pending = world.start({ gateway, device: laptop, password: typed })
            await flush()
            expect(reasonOf(pending.outcome)).to.equal(expected.reason)
            expect(saw).to.deep.equal(expected.saw)
            const after = await spendable(scene)
            if (expected.spends) expect(after).not.to.deep.equal(before)
            else expect(after).to.deep.equal(before)
            const { wrongCodes } = await world.stores.accounts.load('local:alice')
            expect(wrongCodes - failures.wrongCodes).to.equal(expected.wrongCodes ?? 0)
          })
        }
      })
    }
  }

  it('never splits an answer to a challenge', async () => {
    const { world, gateway, saw, app } = await sceneOf('challenge', 'asked')
    const state = stateOf(await world.ask({ gateway, device: laptop }))
    const typed = `${password},${world.code(app)}`
    await world.ask({ gateway, device: laptop, state, password: typed })
    expect(saw).to.deep.equal([password])
    const right = await world.ask({ gateway, device: otherLaptop, password })
    const answered = await world.ask({ gateway, state: stateOf(right), password: world.code(app) })
    expect(reasonOf(answered), 'it was not spent').to.equal('accepted')
  })

  it('never splits a hash of a password', async () => {
    const { world, gateway } = await sceneOf('auto', 'none')
    const { app } = { app: (await world.stores.authenticators.list('local:alice'))[1] }
    if (app === undefined) throw new Error('not enrolled')
    delete world.local.instead.verify
    const typed = `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ gateway, credential: chap(typed) }))).to.equal(
      'password-wrong',
    )
    expect(reasonOf(await world.ask({ gateway, credential: chap(password) }))).to.equal('accepted')
  })

  it('reads nothing where append is false', async () => {
    for (const policy of ['asked', 'none'] as const) {
      const { world, gateway, saw, app } = await sceneOf('auto', policy)
      const typed = `${password},${world.code(app)}`
      const off = { ...gateway, append: false } as const
      expect(reasonOf(await world.ask({ gateway: off, password: typed }))).to.equal(
        'password-wrong',
      )
      expect(saw).to.deep.equal([typed])
    }
  })

  it('tries a password that ends like a code with anything of that form after it, or at a challenge', async () => {
    for (const own of ['Winter,123456', 'Winter123456']) {
      const { world, gateway, app } = await sceneOf('append', 'bypass')
      world.local.instead.verify = async (_, credential) => ({
        kind: credential.kind === 'pap' && credential.password.reveal() === own ? 'right' : 'wrong',
      })
      const ask = async (typed: string, rules = gateway) =>
        reasonOf(await world.ask({ gateway: rules, device: laptop, password: typed }))
      expect(await ask(own)).not.to.equal('accepted')
      expect(await ask(`${own},000000`), 'the bypass ignores the code').to.equal('accepted')
      expect(await ask(`${own},${world.code(app)}`)).to.equal('accepted')
      expect(await ask(own, { ...gateway, flow: 'challenge' })).to.equal('challenged')
    }
  })

  it('lets one code serve one right password, whatever else is typed before it', async () => {
    const { world, gateway, saw, app } = await sceneOf('append', 'asked')
    const code = world.code(app)
    for (let n = 0; n < 20; n += 1) {
      const outcome = await world.ask({ gateway, password: `guess${n},${code}` })
      expect(reasonOf(outcome)).to.equal('password-wrong')
    }
    expect(reasonOf(await world.ask({ gateway, password: `${password},${code}` }))).to.equal(
      'accepted',
    )
    expect(saw).to.have.length(21)
  })

  it('asks the directory about one password of many, where the code comes first', async () => {
    const { world, gateway, saw, app } = await sceneOf('append', 'code first')
    const code = world.code(app)
    const reasons: string[] = []
    for (let n = 0; n < 20; n += 1) {
      reasons.push(reasonOf(await world.ask({ gateway, password: `guess${n},${code}` })))
    }
    expect(reasons).to.deep.equal(['password-wrong', ...Array(19).fill('code-reused')])
    expect(saw).to.deep.equal(['guess0'])
  })

  it('keeps a code for after the question of an upstream server', async () => {
    const { world, gateway, app, saw } = await sceneOf('append', 'asked')
    const relay = { server: 'nps' }
    world.local.instead.verify = async (_user, credential, _signal, request) => {
      if (credential.kind === 'pap') saw.push(credential.password.reveal())
      if (request?.relay !== undefined) return { kind: 'right' }
      return { kind: 'challenge', message: 'Your PIN?', echo: false, timeoutSeconds: 60, relay }
    }
    const code = world.code(app)
    const asked = await world.ask({ gateway, credential: pap(`${password},${code}`) })
    const answered = await world.ask({ gateway, state: stateOf(asked), password: '4711' })
    expect(reasonOf(answered)).to.equal('accepted')
    expect(saw).to.deep.equal([password, '4711'])
    const again = await world.ask({ gateway, credential: pap(`${password},${code}`) })
    const reused = await world.ask({ gateway, state: stateOf(again), password: '4711' })
    expect(reasonOf(reused)).to.equal('code-reused')
  })
})
