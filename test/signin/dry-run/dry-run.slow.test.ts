import { expect } from 'chai'
import fc from 'fast-check'
import { type Method, maskPhone, methods } from '../../../src/accounts/index.ts'
import {
  type Conditions,
  type CredentialName,
  createPagePrompts,
  createWallClock,
  type DryRunResult,
  dryRun,
  type Outcome,
  type PolicyRule,
  parseTemplate,
  type ReplyAttribute,
  type ReplyRule,
  type RuleOutcome,
} from '../../../src/signin/index.ts'
import { parsePrefix } from '../../../src/support/index.ts'
import {
  type Ask,
  call,
  chap,
  createWorld,
  email,
  flush,
  gatewayRules,
  hotp,
  laptop,
  otherLaptop,
  type Pending,
  passkey,
  password,
  push,
  recovery,
  sms,
  totp,
  type World,
} from '../harness.ts'
import type { RungCall } from '../phone.ts'

const vouching = { kind: 'none', directories: ['local'], promptWithoutPassword: true } as const
const silent = { ...vouching, promptWithoutPassword: false }
const gateways = [
  gatewayRules({ name: 'hold', flow: 'hold' }),
  gatewayRules({ name: 'auto' }),
  gatewayRules({ name: 'mute', challenges: false }),
  gatewayRules({ name: 'append', flow: 'append' }),
  gatewayRules({ name: 'challenge', flow: 'challenge', group: 'offices' }),
  gatewayRules({ name: 'codes-first', flow: 'append', secondFactorFirst: true }),
  gatewayRules({ name: 'code-only', flow: 'code-only', firstFactor: silent }),
  gatewayRules({ name: 'vouches', flow: 'hold', firstFactor: vouching }),
  gatewayRules({ name: 'codes', methods: ['totp', 'recovery'], personSpecificDevice: false }),
  gatewayRules({ name: 'staff', requireGroups: ['staff'], denyGroups: ['interns', 'ghosts'] }),
]
const users = ['alice', 'alice', 'bob', 'dave', 'erin', 'nobody'] as const
const enrolments = { totp, hotp, call, sms, email, recovery: recovery('alice'), passkey, push }
const anyMethod = fc.constantFrom<Method>(...methods)
const anyMethods = fc.uniqueArray(anyMethod, { minLength: 1, maxLength: 3 })
const oneOf = (...words: readonly string[]) =>
  fc.option(fc.uniqueArray(fc.constantFrom(...words), { minLength: 1 }), { nil: undefined })

const conditions: fc.Arbitrary<Conditions> = fc
  .record({
    users: oneOf('alice', 'bob', 'erin'),
    groups: oneOf('staff', 'interns', 'ghosts'),
    gateways: oneOf(...gateways.map(({ name }) => name)),
    gatewayGroups: oneOf('offices', 'auto', 'hold', 'append'),
  })
  .map(present)
const remember = { forMs: 3_600_000, address: true }
const outcomes: fc.Arbitrary<RuleOutcome> = fc.oneof(
  fc.constantFrom<RuleOutcome>(
    { kind: 'deny' },
    { kind: 'deny', text: 'Not from here.' },
    { kind: 'no-second-factor' },
  ),
  fc
    .record({
      methods: fc.option(anyMethods, { nil: undefined }),
      first: fc.constantFrom(undefined, undefined, true, false),
      remember: fc.constantFrom(undefined, remember),
    })
    .map((how): RuleOutcome => ({ kind: 'second-factor', ...present(how) })),
)
const nasPortType = { vendor: 0, type: 61, value: Buffer.from([0, 0, 0, 5]) }
const office = ['203.0.113.7/32', '198.51.100.0/24'].flatMap((text) => parsePrefix(text) ?? [])
const policyRule = fc
  .tuple(
    conditions,
    fc.record({
      networks: fc.option(fc.constantFrom(office), { nil: undefined }),
      times: fc.option(
        fc.constantFrom(
          { clock: createWallClock('UTC'), days: [0, 1, 2] },
          { clock: createWallClock('UTC'), days: [3, 4, 5, 6] },
        ),
        { nil: undefined },
      ),
      credentials: fc.constantFrom<readonly CredentialName[] | undefined>(
        undefined,
        undefined,
        ['pap', 'eap'],
        ['chap'],
      ),
      attributes: fc.constantFrom(undefined, undefined, [[nasPortType]]),
      enrolled: fc.option(fc.uniqueArray(fc.constantFrom(...methods, 'none'), { minLength: 1 }), {
        nil: undefined,
      }),
    }),
    outcomes,
  )
  .map(
    ([who, when, outcome]) => ({ ...who, ...present(when), outcome }) as Omit<PolicyRule, 'name'>,
  )
const anyReply = fc.nat(255).map((byte) => ({ type: 25, value: Uint8Array.of(byte) }))
const replyRule = fc
  .record({
    who: conditions,
    used: fc.option(anyMethods, { nil: undefined }),
    fixed: anyReply,
    isForMail: fc.boolean(),
    last: fc.boolean(),
  })
  .map(
    ({ who, used, fixed, isForMail, last }, index = 0): ReplyRule => ({
      ...who,
      ...present({ methods: used }),
      name: `reply ${index}`,
      parts: [{ kind: 'fixed', attributes: [fixed] }, ...(isForMail ? [mailPart] : [])],
      last,
    }),
  )
const mailPart = {
  kind: 'template',
  name: 'Filter-Id',
  template: parseTemplate('{{mail}}') ?? [],
  single: false,
  encode: (text: string) => [{ type: 11, value: Buffer.from(text) }],
} as const

const scenario = fc.record({
  rules: fc.array(policyRule, { maxLength: 4 }),
  replyRules: fc.array(replyRule, { maxLength: 3 }),
  missing: fc.constantFrom<readonly string[]>([], [], ['ghosts']),
  enrolled: fc.uniqueArray(anyMethod),
  without: fc.uniqueArray(fc.constantFrom('approval' as const, 'sms' as const, 'email' as const), {
    maxLength: 1,
  }),
  preferred: fc.option(anyMethod, { nil: undefined }),
  account: fc.constantFrom(
    'good',
    'good',
    'good',
    'good',
    'good',
    'blocked',
    'locked',
    'bypassed',
    'called-often',
    'remembered',
    'remembered',
  ),
  user: fc.constantFrom(...users),
  gateway: fc.constantFrom(...gateways),
  device: fc.constantFrom(undefined, laptop, otherLaptop),
  credential: fc.constantFrom('pap' as const, 'pap', 'chap'),
  attributes: fc.constantFrom([], [nasPortType]),
})
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never

function present<T extends object>(record: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> }
}

/** A person who signed in before is remembered where no rule says otherwise. */
function rulesOf({ rules, account }: Scenario): readonly Omit<PolicyRule, 'name'>[] {
  const isRemembered = account === 'remembered'
  return isRemembered ? [...rules, { outcome: { kind: 'second-factor', remember } }] : rules
}

async function worldOf(scene: Scenario): Promise<World> {
  const world = createWorld({
    without: scene.without,
    parts: {
      rules: rulesOf(scene).map((rule, index) => ({ ...rule, name: `rule ${index + 1}` })),
      replyRules: scene.replyRules,
      missingGroups: () => new Set(scene.missing),
    },
  })
  for (const method of scene.enrolled) await world.enrol(scene.user, enrolments[method])
  const key = `local:${scene.user}`
  const { accounts } = world.stores
  const nowMs = world.clock.nowMs()
  await accounts.setDefaultMethod(key, scene.preferred)
  switch (scene.account) {
    case 'blocked':
      await accounts.block(key, 'lost laptop', nowMs)
      break
    case 'locked': {
      const limits = { ...world.parts.settings.lockout, slowAfter: 1, lockAfter: 1 }
      await accounts.recordFailure(key, 'code', nowMs, limits)
      break
    }
    case 'bypassed':
      await accounts.giveBypass(key, { reason: 'new phone', untilMs: nowMs + 60_000, once: true })
      break
    case 'called-often': {
      const { perUserHour } = world.parts.settings.promptLimits
      const use = { key: `prompts:user:${key}`, limit: perUserHour, windowMs: 3_600_000 }
      await world.stores.limits.take(
        Array.from({ length: perUserHour }, () => use),
        nowMs,
      )
      break
    }
  }
  return world
}

function explain(
  world: World,
  { user, ...request }: Pick<Scenario, 'user' | 'gateway' | 'device' | 'credential' | 'attributes'>,
) {
  const parts = {
    ...world.parts,
    limits: { ...world.parts.limits, take: forbidden },
    spent: { ...world.parts.spent, spend: forbidden },
    audit: { record: forbidden, alert: forbidden },
  }
  return dryRun(parts, {
    userName: user,
    ...request,
    atMs: world.clock.nowMs(),
    signal: new AbortController().signal,
  })
}

async function forbidden(): Promise<never> {
  throw new Error('a dry run counts, spends or writes')
}

/** What the person would notice; no two States are equal. */
function visible(outcome: Outcome): object {
  if (outcome.kind !== 'challenge') return outcome
  const { state: _, ...shown } = outcome
  return shown
}

/** Everything a sign-in could leave behind. */
async function traces(world: World, user: string): Promise<unknown> {
  const { stores, phone, sms: texts, email: mails, lines, troubles, rows, local } = world
  return {
    rang: phone.calls.length,
    sent: texts.sent.length + mails.sent.length,
    logged: lines.length + troubles.length,
    audited: rows.length + stores.alerts.length,
    open: stores.openPrompts.size,
    verified: local.verified,
    account: await stores.accounts.load(`local:${user}`),
    enrolled: await stores.authenticators.list(`local:${user}`),
  }
}

/** Whether the page asks the person, and then has it answered. */
async function approveOnPage(world: World, user: string): Promise<boolean> {
  const page = createPagePrompts(world.parts)
  const userKey = `local:${user}`
  const open = await page.look(userKey)
  if (open === undefined) return false
  const toSign = await page.begin(userKey, open.id, 'approve', 'phone')
  const challenge = Buffer.from(toSign?.challenge ?? []).toString('base64url')
  await page.answer(open.id, challenge, async ({ authenticators: [authenticatorId = ''] }) => ({
    authenticatorId,
    name: '',
  }))
  return true
}

/** Goes on from the first question to the end, where there is a way: the outcome and the method used. */
async function goOn(
  world: World,
  ask: Ask,
  pending: Pending,
  { choices }: DryRunResult,
): Promise<{ outcome: Outcome; method: Method } | undefined> {
  if (pending.outcome === undefined) {
    const method = (await approveOnPage(world, ask.user ?? 'alice')) ? 'passkey' : 'call'
    if (method === 'call') world.phone.approve()
    await flush()
    if (pending.outcome === undefined) throw new Error('approved, and still held')
    return { outcome: pending.outcome, method }
  }
  const { outcome } = pending
  const app = choices?.typed.find(({ method }) => method === 'totp')
  const code = app === undefined ? undefined : world.code(app)
  const readsCodes = ['auto', 'append'].includes(ask.gateway?.flow ?? 'auto')
  const isPap = ask.credential === undefined
  const isCodeMissing = outcome.kind === 'reject' && outcome.reason === 'code-missing'
  if (isPap && readsCodes && isCodeMissing && code !== undefined) {
    const typed = { ...ask, password: `${password},${code}` }
    return { outcome: await world.ask(typed), method: 'totp' }
  }
  if (outcome.kind !== 'challenge') return undefined
  const { state } = outcome
  const { credential: _, ...next } = ask
  for (const sender of [world.sms, world.email]) {
    if (sender.sent.length === 0) continue
    const typed = { ...next, state, password: sender.lastCode() }
    return { outcome: await world.ask(typed), method: sender.method }
  }
  if (code === undefined) return undefined
  return { outcome: await world.ask({ ...next, state, password: code }), method: 'totp' }
}

function onlyCall({ phone }: World, earlier: number): RungCall {
  const [call, ...more] = phone.calls.slice(earlier)
  if (call === undefined || more.length > 0) throw new Error(`${more.length + 1} calls, not one`)
  return call
}

function phoneOf({ request: { authenticator } }: RungCall): string {
  return 'phone' in authenticator ? authenticator.phone : ''
}

function attributesFor(
  { replies }: DryRunResult,
  method: Method | undefined,
): readonly ReplyAttribute[] | 'invalid' | undefined {
  const reply = replies.find((each) => each.method === method)?.reply
  if (reply === undefined) return undefined
  if (reply.kind === 'invalid') return 'invalid'
  return reply.rules.flatMap(({ attributes }) => attributes)
}

function expectAttributes(outcome: Outcome, result: DryRunResult, method: Method | undefined) {
  const expected = attributesFor(result, method)
  if (expected === 'invalid') {
    expect(outcome).to.have.property('reason', 'reply-value-invalid')
    return
  }
  if (result.replies.length === 0) {
    expect(outcome, 'a rule denies it').to.have.property('reason', 'denied')
    return
  }
  expect(outcome.kind).to.equal('accept')
  const attributes = outcome.kind === 'accept' ? outcome.attributes.slice(1) : []
  expect(attributes).to.deep.equal(expected)
}

/** Signs in with both factors where there is a way, as some while ago. */
async function signInBefore(world: World, scene: Scenario, ask: Ask): Promise<void> {
  const result = await explain(world, scene)
  const pending = world.start(ask)
  await flush()
  await goOn(world, ask, pending, result)
  await world.advance(120_000)
}

function askOf({ user, gateway, device, credential, attributes }: Scenario): Ask {
  return {
    ...{ user, gateway, password, attributes },
    ...(device === undefined ? {} : { device }),
    ...(credential === 'chap' ? { credential: chap(password) } : {}),
  }
}

/** Where the person is to approve: a phone that rings, or the page. */
async function heldAt(world: World, { user }: Scenario, earlier: number): Promise<string> {
  const onPage = await world.registry.promptOnPage(`local:${user}`)
  return onPage === undefined
    ? maskPhone(phoneOf(onlyCall(world, earlier)))
    : 'mfa.example.com/approve'
}

/** Does a dry run and then signs in, in one world; gives what has come up. */
async function compare(scene: Scenario): Promise<readonly string[]> {
  const world = await worldOf(scene)
  const ask = askOf(scene)
  if (scene.account === 'remembered') await signInBefore(world, scene, ask)
  const earlier = { calls: world.phone.calls.length, rows: world.rows.length }
  const before = await traces(world, scene.user)
  const result = await explain(world, scene)
  expect(await traces(world, scene.user)).to.deep.equal(before)
  expect(visibleOf(await explain(world, scene))).to.deep.equal(visibleOf(result))

  const pending = world.start(ask)
  await flush()
  const { first, rule } = result
  const asked = pending.outcome
  if (asked === undefined) {
    const to = await heldAt(world, scene, earlier.calls)
    expect(first).to.include({ kind: 'held' })
    expect(first).to.include({ to })
  } else if (first.kind === 'held') expect(first.kind).to.equal(asked.kind)
  else expect(visible(first)).to.deep.equal(visible(asked))

  const end = await goOn(world, ask, pending, result)
  const by = result.replies.length === 1 ? result.replies[0]?.method : undefined
  if (asked?.kind === 'accept') expectAttributes(asked, result, by)
  else if (end !== undefined) expectAttributes(end.outcome, result, end.method)
  const line = world.lines.at(-1)
  if (line !== undefined) expect(rule?.name).to.equal(line.rule)
  if (rule !== undefined) expect(rule.name).to.equal(`rule ${rule.number}`)
  const steps = world.rows.slice(earlier.rows).flatMap(({ timeline }) => timeline)
  return [
    first.kind === 'held' ? 'held' : first.reason,
    ...(steps.some(({ what }) => what === 'remembered') ? ['remembered'] : []),
    ...(end === undefined ? [] : [`by ${end.method}`, end.outcome.reason]),
  ]
}

describe('a dry run', () => {
  it('agrees with the real sign-in: the rule, the first question or refusal, the attributes', async () => {
    const compared = fc.asyncProperty(scenario, async (scene) => void (await compare(scene)))
    await fc.assert(compared, { numRuns: 400 })
  })

  it('was compared with every kind of end', async () => {
    const seen = new Set<string>()
    for (const scene of fc.sample(scenario, { seed: 1, numRuns: 800 })) {
      for (const what of await compare(scene)) seen.add(what)
    }
    expect([...seen]).to.include.members([
      ...[
        'held',
        'challenged',
        'accepted',
        'by call',
        'by totp',
        'by sms',
        'by email',
        'by passkey',
      ],
      ...['denied', 'blocked', 'locked', 'user-unknown', 'rule-group-missing', 'prompt-limit'],
      ...['not-enrolled', 'no-method-for-flow', 'code-missing', 'code-wrong'],
      ...['prompt-not-allowed', 'reply-value-invalid', 'remembered', 'credential-not-for-flow'],
    ])
  })
})

/** Without what is random in it. */
function visibleOf({ first, replies, rule }: DryRunResult): unknown {
  const shown = first.kind === 'held' ? { kind: first.kind, to: first.to } : visible(first)
  return { first: shown, replies, rule }
}
