import { expect } from 'chai'
import { methods } from '../../src/accounts/index.ts'
import { formatExplanation } from '../../src/cli/text/explain.ts'
import { createDryRuns } from '../../src/compose/generation/dry-runs.ts'
import { createExplainOperation } from '../../src/operations/gateways/explain.ts'
import { createGatewayOperations } from '../../src/operations/gateways/operations.ts'
import type { DryRunQuery, DryRunReport, GatewayStatus } from '../../src/operations/index.ts'
import { loadDictionary, nameAttributes } from '../../src/radius/index.ts'
import type { PolicyRule, ReplyRule } from '../../src/signin/index.ts'
import { HoldfastError } from '../../src/support/index.ts'
import { createPortalGateways } from '../../src/web/sign-in/gateways.ts'
import { call, createWorld, gatewayRules, totp, type World } from '../signin/harness.ts'

const idle = {
  send: () => undefined,
  signal: new AbortController().signal,
  caller: { via: 'store', uid: 0, name: 'root' },
} as const
const dictionary = loadDictionary()
const gateway = gatewayRules({
  name: 'vpn',
  replyAttributes: [{ type: 6, value: Uint8Array.of(0, 0, 0, 2) }],
})
const start = { patienceMs: 20_000, marginMs: 1_000, challenges: true }
const status: GatewayStatus = {
  name: 'vpn',
  flow: 'auto',
  start,
  startFrom: 'preset',
  learns: false,
  advice: [],
  signing: { mode: 'required', learnt: false, counts: {}, howTo: '' },
}
const staff: ReplyRule = {
  name: 'staff',
  groups: ['staff'],
  parts: [
    {
      kind: 'fixed',
      attributes: dictionary.encode({ name: 'Class', value: Buffer.from('OU=staff') }),
    },
    {
      kind: 'fixed',
      attributes: dictionary.encode({ name: 'Cisco-AVPair', value: 'shell:priv-lvl=1' }),
    },
    {
      kind: 'fixed',
      attributes: dictionary.encode({ name: 'Class', value: Uint8Array.of(0, 255) }),
    },
  ],
  last: false,
}

const { signIn: portal } = createPortalGateways({
  company: '',
  directories: ['local'],
  methods,
  trustsDirectoryPhones: false,
})

/** The operation on a service with the world's sign-in; `asked` keeps what the service was asked. */
function operationsOf(world: World, asked: DryRunQuery[] = [], readsGroups = true) {
  const dryRun = createDryRuns(
    [gateway, portal],
    world.parts,
    () => dictionary,
    () => readsGroups,
  )
  const service = {
    dryRun: (request: DryRunQuery): Promise<DryRunReport> => {
      asked.push(request)
      return dryRun(request)
    },
    nameAttributes: (attributes: DryRunReport['always']) =>
      nameAttributes(() => dictionary, attributes),
  }
  const { clock } = world
  const { find } = createGatewayOperations({ clock, gateways: async () => [status] })
  return createExplainOperation({ clock, service }, find)
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof HoldfastError ? error.code : 'no HoldfastError'
}

describe('the operation explain', () => {
  it('explains a sign-in at the portal, and what does not open it', async () => {
    const rules = [{ name: 'lan', outcome: { kind: 'no-second-factor' } }] as const
    const world = createWorld({ parts: { rules } })
    await world.enrol('alice', call)
    const { explain } = operationsOf(world)
    const explanation = await explain({ user: 'alice', gateway: 'portal' }, idle)
    expect(explanation).to.deep.include({
      gateway: {
        name: 'portal',
        flow: 'challenge',
        inUse: { patienceMs: 21_000, marginMs: 1_000 },
      },
      rule: { name: 'lan', number: 1 },
      alwaysAsked: 'rule',
    })
    expect(explanation.sees.kind).to.equal('challenge')
    const text = formatExplanation(explanation, (_style, each) => each)
    expect(text).to.include('always asks for a second factor, although the rule asks for none')
    expect(world.phone.calls).to.have.length(0)
    const atGateway = await explain({ user: 'alice', gateway: 'vpn' }, idle)
    expect(atGateway).not.to.have.property('alwaysAsked')
  })

  it('says where a directory was not asked for groups', async () => {
    const world = createWorld()
    for (const [readsGroups, says] of [
      [true, /Groups +(?!not read)/],
      [false, /Groups +not read: no rule names a group/],
    ] as const) {
      const { explain } = operationsOf(world, [], readsGroups)
      const explanation = await explain({ user: 'alice', gateway: 'vpn' }, idle)
      expect(explanation.person).to.have.property('name', 'alice')
      expect('groups' in (explanation.person ?? {})).to.equal(readsGroups)
      expect(formatExplanation(explanation, (_style, each) => each)).to.match(says)
    }
  })

  it('gives person, rule, methods, sight and named attributes, and nothing secret', async () => {
    const rules = [
      { name: 'guests', users: ['bob'], outcome: { kind: 'deny' } },
      { name: 'all', outcome: { kind: 'second-factor', methods: ['call', 'totp'] } },
    ] as const
    const world = createWorld({ parts: { rules, replyRules: [staff] } })
    await world.enrol('alice', { ...call, label: 'work' })
    await world.enrol('alice', totp)
    const asked: DryRunQuery[] = []
    const { explain } = operationsOf(world, asked)
    const explanation = await explain(
      { user: 'ALICE', gateway: 'vpn', from: '10.1.2.3:4500' },
      idle,
    )
    expect(asked[0]?.inUse).to.deep.equal({ patienceMs: 20_000, marginMs: 1_000 })
    expect(explanation).to.deep.include({
      userName: 'ALICE',
      device: { kind: 'address', value: '10.1.2.3' },
      atMs: world.clock.nowMs(),
      rule: { name: 'all', number: 2 },
      methods: [
        { method: 'call', way: 'approve', to: '**78', label: 'work' },
        { method: 'totp', way: 'typed', label: '' },
      ],
      sees: { kind: 'hold', method: 'call', to: '**78', forMs: 19_000, atEnd: 'challenge' },
    })
    expect(explanation.person).to.deep.include({ name: 'alice', groups: ['staff'] })
    const attributes = [
      { name: 'Service-Type', value: 'Framed-User' },
      { rule: 'staff', name: 'Class', value: '"OU=staff"' },
      { rule: 'staff', name: 'Cisco-AVPair', value: '"shell:priv-lvl=1"' },
      { rule: 'staff', name: 'Class', value: '0x00ff' },
    ]
    expect(explanation.replies).to.deep.equal([
      { method: 'call', attributes },
      { method: 'totp', attributes },
    ])
    const text = JSON.stringify(explanation)
    expect(text).to.not.include('31612345678').and.not.include('seed')
  })

  it('goes by the credential and the attributes that are asked for', async () => {
    const wireless = dictionary.encode({ name: 'NAS-Port-Type', value: 'Wireless-802.11' })
    const essid = { vendor: 14823, type: 5, value: Buffer.from('corp') }
    const rules: readonly PolicyRule[] = [
      { name: 'no chap', credentials: ['chap'], outcome: { kind: 'deny' } },
      {
        name: 'wifi',
        attributes: [wireless.map((attribute) => ({ vendor: 0, ...attribute })), [essid]],
        outcome: { kind: 'no-second-factor' },
      },
      { name: 'eap', credentials: ['eap', 'ms-chap'], outcome: { kind: 'no-second-factor' } },
    ]
    const { explain } = operationsOf(createWorld({ parts: { rules } }))
    const ruleOf = async (further: object) =>
      (await explain({ user: 'alice', gateway: 'vpn', ...further }, idle)).rule?.name
    expect(await ruleOf({})).to.equal(undefined)
    expect(await ruleOf({ credential: 'chap' })).to.equal('no chap')
    expect(await ruleOf({ credential: 'eap' })).to.equal('eap')
    expect(await ruleOf({ credential: 'ms-chap' })).to.equal('eap')
    const attributes = [{ name: 'NAS-Port-Type', value: 'Wireless-802.11' }]
    expect(await ruleOf({ attributes })).to.equal(undefined)
    attributes.push({ name: 'Aruba-Essid-Name', value: 'corp' })
    expect(await ruleOf({ attributes })).to.equal('wifi')
    for (const wrong of [
      { name: 'NAS-Port-Type', value: 'Wires' },
      { name: 'User-Password', value: 'x' },
      { name: 'no-such-attribute', value: 'x' },
      { name: 'Filter-Id' },
    ]) {
      expect(await codeOf(ruleOf({ attributes: [wrong] }))).to.equal('bad-arguments')
    }
    expect(await codeOf(ruleOf({ credential: 'spap' }))).to.equal('bad-arguments')
  })

  it('goes by the method of EAP that is asked for, and shows nothing where that can ask nothing', async () => {
    const rules: readonly PolicyRule[] = [
      { name: 'relayed', eapMethods: ['peap'], outcome: { kind: 'deny' } },
      { name: 'eap', credentials: ['eap'], outcome: { kind: 'second-factor' } },
    ]
    const world = createWorld({ parts: { rules } })
    await world.enrol('alice', totp)
    const { explain } = operationsOf(world)
    const by = async (eapMethod: string) => {
      const { rule, sees } = await explain({ user: 'alice', gateway: 'vpn', eapMethod }, idle)
      return [rule?.name, sees.kind, 'reason' in sees ? sees.reason : undefined]
    }
    expect(await by('peap')).to.deep.equal(['relayed', 'reject', 'denied'])
    expect(await by('gtc')).to.deep.equal(['eap', 'challenge', undefined])
    for (const method of ['ttls', 'ms-chap-v2', 'md5', 'tls']) {
      expect(await by(method), method).to.deep.equal(['eap', 'reject', 'no-method-for-flow'])
    }
    expect(await codeOf(by('leap'))).to.equal('bad-arguments')
  })

  it('tells what is remembered of the device, and what would be', async () => {
    const outcome = {
      kind: 'second-factor',
      remember: { forMs: 3_600_000, address: false },
    } as const
    const world = createWorld({ parts: { rules: [{ name: 'remembers', outcome }] } })
    const app = await world.enrol('alice', totp)
    const { explain } = operationsOf(world)
    const at = (from?: string) =>
      explain({ user: 'alice', gateway: 'vpn', ...(from === undefined ? {} : { from }) }, idle)
    const before = await at('00-11-22-33-44-55')
    expect(before).to.include({ rememberedForMs: 3_600_000 })
    expect(before).to.not.have.property('remembered')
    const device = { kind: 'mac', value: '001122334455' } as const
    const code = `Winter-2024,${world.code(app)}`
    expect(await world.ask({ device, password: code })).to.include({ kind: 'accept' })
    const atMs = world.clock.nowMs()
    const after = await at('0011.2233.4455')
    expect(after.sees).to.deep.equal({ kind: 'accept' })
    expect(after.remembered).to.deep.equal({ method: 'totp', atMs, untilMs: atMs + 3_600_000 })
    expect(after.replies.map(({ method }) => method)).to.deep.equal(['totp'])
    for (const from of ['00-11-22-33-44-56', '203.0.113.7', undefined]) {
      const other = await at(from)
      expect(other).to.not.have.property('remembered')
      expect(other.sees).to.include({ kind: 'challenge' })
    }
    expect(await at('203.0.113.7')).to.not.have.property('rememberedForMs')
    expect(world.rows, 'nothing was written').to.have.length(1)
  })

  it('goes by the time that is asked for', async () => {
    const world = createWorld()
    const atMs = world.clock.nowMs() + 86_400_000
    await world.stores.accounts.giveBypass('local:alice', {
      reason: 'new phone',
      untilMs: atMs - 1,
      once: false,
    })
    const { explain } = operationsOf(world)
    const now = await explain({ user: 'alice', gateway: 'vpn' }, idle)
    expect(now.sees).to.deep.equal({ kind: 'accept' })
    const tomorrow = await explain({ user: 'alice', gateway: 'vpn', atMs }, idle)
    expect(tomorrow.sees).to.include({ kind: 'reject', reason: 'not-enrolled' })
  })

  it('explains that no user has that name, and that a directory is down', async () => {
    const world = createWorld()
    const { explain } = operationsOf(world)
    const nobody = await explain({ user: 'zoe', gateway: 'vpn' }, idle)
    expect(nobody).to.not.have.any.keys('person', 'rule')
    expect(nobody.sees).to.include({ kind: 'reject', reason: 'user-unknown' })
    world.local.instead.resolve = async () => ({ kind: 'down', detail: 'refused' })
    const down = await explain({ user: 'alice', gateway: 'vpn' }, idle)
    expect(down.sees).to.include({ reason: 'directory-down' })
    expect(world.troubles, 'it is no trouble of a sign-in').to.deep.equal([])
  })

  it('refuses gateways there are not, and garbage', async () => {
    const { explain } = operationsOf(createWorld())
    expect(await codeOf(explain({ user: 'alice', gateway: 'wifi' }, idle))).to.equal(
      'gateway-unknown',
    )
    for (const args of [
      {},
      { user: '', gateway: 'vpn' },
      { user: 'a', gateway: 'vpn', atMs: 'x' },
    ]) {
      expect(await codeOf(explain(args, idle))).to.equal('bad-arguments')
    }
    const from = 'x'.repeat(257)
    expect(await codeOf(explain({ user: 'a', gateway: 'vpn', from }, idle))).to.equal(
      'bad-arguments',
    )
  })

  it('rejects where the store fails, and says so', async () => {
    const world = createWorld()
    world.stores.failing.add('accounts.load')
    const { explain } = operationsOf(world)
    expect(await codeOf(explain({ user: 'alice', gateway: 'vpn' }, idle))).to.equal('store-failed')
  })
})
