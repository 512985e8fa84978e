import { expect } from 'chai'
import { type PolicyRule, type RuleOutcome, rejectReasons } from '../../src/signin/index.ts'
import { parsePrefix } from '../../src/support/index.ts'
import {
  type Ask,
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  laptop,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  sms,
  stateOf,
  totp,
  type World,
  type WorldOptions,
  wrongCodeFor,
} from './harness.ts'

const deny: RuleOutcome = { kind: 'deny' }
const denyWith: RuleOutcome = { kind: 'deny', text: 'Only from the office, please.' }
const none: RuleOutcome = { kind: 'no-second-factor' }
const only = (...methods: ('totp' | 'sms' | 'call' | 'recovery')[]): RuleOutcome => ({
  kind: 'second-factor',
  methods,
})
const forAll = (outcome: RuleOutcome): PolicyRule => ({ name: 'for all', outcome })

function worldWith(rules: readonly PolicyRule[], options: WorldOptions = {}): World {
  return createWorld({ ...options, parts: { rules, ...options.parts } })
}

const standardText = createWorld().parts.texts.text(rejectReasons.denied.says, undefined)
const messageOf = (outcome: unknown) => (outcome as { message?: string } | undefined)?.message

describe('a rule that denies', () => {
  const flows = ['auto', 'hold', 'challenge', 'append'] as const
  for (const flow of flows) {
    it(`asks the directory nothing, spends nothing and rings no one: flow ${flow}`, async () => {
      const world = worldWith([forAll(deny)])
      await world.enrol('alice', call)
      const app = await world.enrol('alice', totp)
      const gateway = gatewayRules({ flow })
      const code = world.code(app)
      for (const typed of [`${password},${code}`, password, 'wrong']) {
        const outcome = await world.ask({ gateway, password: typed })
        expect(outcome).to.include({ kind: 'reject', reason: 'denied', message: standardText })
        expect(outcome).to.have.property('notBeforeMs', world.clock.nowMs() + 1_000)
      }
      expect(world.local.verified).to.equal(0)
      expect(world.phone.calls).to.have.length(0)
      const open = createWorld({ parts: { ...world.parts, rules: [] } })
      const later = await open.ask({ password: `${password},${code}` })
      expect(reasonOf(later), 'the code is still good').to.equal('accepted')
    })
  }

  it('refuses a sign-in that is under way', async () => {
    const rules: PolicyRule[] = []
    const world = worldWith(rules)
    const app = await world.enrol('alice', totp)
    const state = stateOf(await world.ask())
    rules.push(forAll(deny))
    const answer = { password: world.code(app), state }
    expect(reasonOf(await world.ask(answer))).to.equal('denied')
    rules.pop()
    expect(reasonOf(await world.ask(answer)), 'its State is spent').to.equal('state-invalid')
  })

  it('is named in the audit, and in the line of the log', async () => {
    const world = worldWith([{ ...forAll(deny), users: ['bob'] }, forAll(only('totp'))])
    const app = await world.enrol('alice', totp)
    await world.ask({ user: 'bob' })
    await world.ask({ password: `${password},${world.code(app)}` })
    expect(world.rows.map(({ userName, rule }) => [userName, rule])).to.deep.equal([
      ['bob', 'for all'],
      ['alice', 'for all'],
    ])
    for (const { timeline } of world.rows) {
      expect(JSON.stringify(timeline)).to.include('"rule":"for all"')
    }
  })
})

describe('a rule that denies with a text', () => {
  it('tells it to a user who knows the password, and to no one else', async () => {
    const world = worldWith([forAll(denyWith)])
    await world.enrol('alice', call)
    const right = await world.ask()
    const wrong = await world.ask({ password: 'wrong' })
    expect(right).to.include({ reason: 'denied', message: 'Only from the office, please.' })
    expect(wrong).to.include({ reason: 'password-wrong', message: standardText })
    expect(right).to.have.property('notBeforeMs', world.clock.nowMs() + 1_000)
    expect(wrong).to.have.property('notBeforeMs', world.clock.nowMs() + 1_000)
    expect(world.phone.calls).to.have.length(0)
  })

  it('lets no one in, whatever follows the password, by CHAP, or in answer to a challenge', async () => {
    const rules: PolicyRule[] = []
    const world = worldWith(rules)
    await world.enrol('alice', call)
    const app = await world.enrol('alice', totp)
    const challenge = gatewayRules({ flow: 'challenge' })
    const state = stateOf(await world.ask({ gateway: challenge }))
    rules.push(forAll(denyWith))
    const asks: Ask[] = [
      { password: `${password},${world.code(app)}` },
      { password: `${password},call` },
      { credential: chap(password) },
      { gateway: challenge, state, password: world.code(app, 1) },
      {
        gateway: gatewayRules({ secondFactorFirst: true }),
        password: `${password},${world.code(app, 1)}`,
      },
    ]
    for (const ask of asks) {
      expect(await world.ask(ask)).to.include({ reason: 'denied', message: denyWith.text })
    }
    expect(world.phone.calls).to.have.length(0)
  })

  it('tells nothing where no password is checked', async () => {
    const world = worldWith([forAll(denyWith)])
    const app = await world.enrol('alice', totp)
    const vouched = { kind: 'none', directories: ['local'], promptWithoutPassword: true } as const
    for (const flow of ['code-only', 'challenge'] as const) {
      const gateway = gatewayRules({ flow, firstFactor: vouched })
      const outcome = await world.ask({ gateway, password: world.code(app) })
      expect(outcome).to.include({ reason: 'denied', message: standardText })
    }
  })

  it('is the same text for a request that joins another', async () => {
    const world = worldWith([forAll(denyWith)])
    let open = () => {}
    world.local.delay = () => new Promise((resolve) => (open = resolve))
    const first = world.start({ device: laptop })
    await flush()
    const second = world.start({ device: laptop })
    await flush()
    open()
    await flush()
    expect(world.local.verified).to.equal(1)
    expect([messageOf(first.outcome), messageOf(second.outcome)]).to.deep.equal([
      denyWith.text,
      denyWith.text,
    ])
  })
})

describe('a rule that asks for no second factor', () => {
  for (const flow of ['auto', 'hold', 'challenge', 'append'] as const) {
    it(`accepts the password alone: flow ${flow}`, async () => {
      const world = worldWith([forAll(none)])
      await world.enrol('alice', call)
      const gateway = gatewayRules({ flow })
      expect(reasonOf(await world.ask({ gateway }))).to.equal('accepted')
      expect(reasonOf(await world.ask({ gateway, credential: chap(password) }))).to.equal(
        'accepted',
      )
      expect(reasonOf(await world.ask({ gateway, password: 'wrong' }))).to.equal('password-wrong')
      expect(reasonOf(await world.ask({ gateway, password: '' }))).to.equal('password-empty')
      expect(world.phone.calls).to.have.length(0)
    })
  }

  it('lets no one in where nothing checks the password', async () => {
    const world = worldWith([forAll(none)])
    await world.enrol('alice', totp)
    for (const promptWithoutPassword of [true, false]) {
      for (const flow of ['auto', 'hold', 'challenge', 'append', 'code-only'] as const) {
        const firstFactor = { kind: 'none', directories: ['local'], promptWithoutPassword } as const
        const outcome = await world.ask({ gateway: gatewayRules({ flow, firstFactor }) })
        expect(outcome.kind, flow).not.to.equal('accept')
      }
    }
  })

  it('does not end the count of wrong codes: the password alone proves no code', async () => {
    const inside: PolicyRule = { ...forAll(none), gateways: ['inside'] }
    const world = worldWith([inside])
    const app = await world.enrol('alice', totp)
    const code = wrongCodeFor(world, app)
    const append = gatewayRules({ flow: 'append' })
    for (let tries = 0; tries < 3; tries += 1) {
      await world.ask({ gateway: append, password: `${password},${code}` })
      expect(reasonOf(await world.ask({ gateway: gatewayRules({ name: 'inside' }) }))).to.equal(
        'accepted',
      )
    }
    const account = await world.stores.accounts.load('local:alice')
    expect(account.wrongCodes).to.equal(3)
  })

  it('is not joined by a request whose rule asks for one', async () => {
    const inside: PolicyRule = { ...forAll(none), gateways: ['inside'] }
    const world = worldWith([inside])
    await world.enrol('alice', call)
    const group = { group: 'offices', flow: 'hold' } as const
    const first = await world.ask({
      gateway: gatewayRules({ ...group, name: 'inside' }),
      device: laptop,
    })
    const second = world.start({
      gateway: gatewayRules({ ...group, name: 'outside' }),
      device: laptop,
    })
    await flush()
    expect(reasonOf(first)).to.equal('accepted')
    expect(reasonOf(second.outcome)).to.equal('held')
    expect(world.phone.ringing()).to.have.length(1)
  })
})

describe('a rule that names methods', () => {
  it('takes codes of these alone, typed at whatever was asked (RULES 5)', async () => {
    const world = worldWith([forAll(only('totp'))])
    const app = await world.enrol('alice', totp)
    await world.enrol('alice', recovery('alice'))
    await world.enrol('alice', sms)
    const asked = await world.ask()
    expect(messageOf(asked)).not.to.include('**')
    const refused = await world.ask({ password: recoveryCode, state: stateOf(asked) })
    expect(refused.kind).not.to.equal('accept')
    const behind = await world.ask({ password: `${password},${recoveryCode}` })
    expect(behind.kind).not.to.equal('accept')
    const right = await world.ask({ password: `${password},${world.code(app)}` })
    expect(reasonOf(right)).to.equal('accepted')
  })

  it('counts in place of what the gateway allows', async () => {
    const world = worldWith([forAll(only('totp'))])
    const app = await world.enrol('alice', totp)
    const gateway = gatewayRules({ methods: ['call'] })
    const outcome = await world.ask({ gateway, password: `${password},${world.code(app)}` })
    expect(reasonOf(outcome)).to.equal('accepted')
  })

  it('gives no other way when the call reaches no one', async () => {
    const world = worldWith([forAll(only('call'))])
    await world.enrol('alice', call)
    await world.enrol('alice', totp)
    const pending = world.start()
    await flush()
    world.phone.only().answer({ kind: 'no-answer' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('prompt-no-answer')
  })

  it('tells who has none of them, after the right password only', async () => {
    const world = worldWith([forAll(only('call'))])
    await world.enrol('alice', totp)
    expect(reasonOf(await world.ask())).to.equal('not-enrolled')
    expect(reasonOf(await world.ask({ password: 'wrong' }))).to.equal('password-wrong')
  })

  it('is looked at again with every answer', async () => {
    const rules: PolicyRule[] = []
    const world = worldWith(rules)
    const app = await world.enrol('alice', totp)
    await world.enrol('alice', recovery('alice'))
    const state = stateOf(await world.ask())
    rules.push(forAll(only('recovery')))
    const outcome = await world.ask({ password: world.code(app), state })
    expect(outcome.kind).not.to.equal('accept')
  })
})

describe('what a rule goes by', () => {
  const network = parsePrefix('203.0.113.0/24')
  const near: PolicyRule = { ...forAll(none), networks: network === undefined ? [] : [network] }
  const addresses: readonly [string, boolean, Ask][] = [
    ['the address of the device', true, { device: laptop }],
    ['no device', false, {}],
    ['another address', false, { device: { kind: 'address', value: '198.51.100.1' } }],
    ['a MAC address', false, { device: { kind: 'mac', value: '001122334455' } }],
    ['the gateway’s own address', false, { device: laptop, source: laptop.value }],
    [
      'an address the gateway does not vouch for',
      false,
      { device: laptop, gateway: gatewayRules({ personSpecificDevice: false }) },
    ],
  ]
  for (const [what, isNear, ask] of addresses) {
    it(`network: ${what} ${isNear ? 'counts' : 'does not count'}`, async () => {
      const world = worldWith([near])
      await world.enrol('alice', totp)
      expect((await world.ask(ask)).kind).to.equal(isNear ? 'accept' : 'challenge')
    })
  }

  it('a made-up MAC address: a rule that denies takes the gateway’s word for it', async () => {
    const madeUp = { device: { kind: 'mac', value: '021122334455' } } as const
    const gateways = [true, false].map((known) => gatewayRules({ personSpecificDevice: known }))
    const reasons = async (outcome: PolicyRule['outcome'], ask: Ask) => {
      const world = worldWith([{ ...forAll(outcome), randomMac: true }])
      await world.enrol('alice', totp)
      const asked = gateways.map((gateway) => world.ask({ ...ask, gateway }))
      return (await Promise.all(asked)).map(reasonOf)
    }
    expect(await reasons(deny, madeUp)).to.deep.equal(['denied', 'denied'])
    expect(await reasons(none, madeUp)).to.deep.equal(['accepted', 'challenged'])
    const real = { device: { kind: 'mac', value: '001122334455' } } as const
    expect(await reasons(deny, real)).to.deep.equal(['challenged', 'challenged'])
  })

  const far: PolicyRule = { ...near, outcome: deny }
  const atAnyGateway = gatewayRules({ personSpecificDevice: false })
  const text = (value: string) => ({ device: { kind: 'text' as const, value } })
  const denied: readonly [string, boolean, Ask][] = [
    ['an address in it', true, { device: laptop }],
    ['an address that may be another device’s', true, { device: laptop, gateway: atAnyGateway }],
    ['text that is no address', true, text('203.0.113.7 and more')],
    ['text, where devices are not told apart', true, { ...text('vpn'), gateway: atAnyGateway }],
    ['a phone number', true, { device: { kind: 'phone', value: '+31612345678' } }],
    ['another address', false, { device: { kind: 'address', value: '198.51.100.1' } }],
    ['a MAC address', false, { device: { kind: 'mac', value: '001122334455' } }],
    ['no device', false, {}],
    ['the gateway’s own address', false, { device: laptop, source: laptop.value }],
  ]
  for (const [what, isDenied, ask] of denied) {
    it(`network: a rule that denies ${isDenied ? 'holds' : 'does not hold'} for ${what}`, async () => {
      const world = worldWith([far, forAll(none)])
      expect(reasonOf(await world.ask(ask))).to.equal(isDenied ? 'denied' : 'accepted')
    })
  }

  it('network: why it held for text that is not an address is in the audit', async () => {
    const world = worldWith([far, forAll(none)])
    await world.ask(text('laptop-7'))
    await world.ask({ device: laptop })
    const told = world.rows.map(({ timeline }) => timeline.map(({ what }) => what))
    expect(told[0]).to.include('address-unreadable')
    expect(told[1]).to.not.include('address-unreadable')
  })

  it('network: text that is not an address opens nothing', async () => {
    const world = worldWith([near])
    await world.enrol('alice', totp)
    expect((await world.ask(text('203.0.113.7 and more'))).kind).to.equal('challenge')
  })

  it('network: not what the gateway says is its own (NAS-IP-Address)', async () => {
    const world = worldWith([near])
    await world.enrol('alice', totp)
    const attributes = [{ vendor: 0, type: 4, value: Uint8Array.of(203, 0, 113, 7) }]
    expect((await world.ask({ device: laptop, attributes })).kind).to.equal('challenge')
  })

  it('enrolled: what the person could be asked for, numbers of the directory included', async () => {
    const fresh: PolicyRule = { name: 'fresh', enrolled: ['none'], outcome: deny }
    const phones: PolicyRule = { name: 'phones', enrolled: ['sms'], outcome: only('sms') }
    const rules = [fresh, phones]
    const world = worldWith(rules)
    await world.enrol('alice', totp)
    for (const user of ['alice', 'dave', 'erin']) await world.ask({ user })
    await world.advance(400_000)
    const decided = Object.fromEntries(world.rows.map(({ userName, rule }) => [userName, rule]))
    expect(decided).to.deep.equal({ alice: undefined, dave: 'fresh', erin: 'phones' })
    const without = worldWith(rules, { without: ['approval', 'sms', 'email'] })
    expect(reasonOf(await without.ask({ user: 'erin' })), 'no way to reach her').to.equal('denied')
  })

  it('a group that is gone refuses all people its rule could be for (RULES 15)', async () => {
    const missingGroups = () => new Set(['gone'])
    const rules: PolicyRule[] = [{ name: 'g', groups: ['gone'], users: ['alice'], outcome: deny }]
    const world = worldWith(rules, { parts: { missingGroups } })
    await world.enrol('bob', totp)
    const outcome = await world.ask()
    expect(outcome).to.include({ reason: 'rule-group-missing', message: standardText })
    expect(world.local.verified).to.equal(0)
    expect((await world.ask({ user: 'bob' })).kind).to.equal('challenge')
    for (const change of [{ denyGroups: ['gone'] }, { requireGroups: ['staff', 'gone'] }]) {
      const gateway = gatewayRules(change)
      expect(reasonOf(await world.ask({ user: 'bob', gateway }))).to.equal('rule-group-missing')
    }
  })

  it('the gateway’s own groups stay closed, whatever a rule allows', async () => {
    const world = worldWith([forAll(none)])
    const gateway = gatewayRules({ denyGroups: ['staff'] })
    expect(reasonOf(await world.ask({ gateway }))).to.equal('denied')
    expect(world.local.verified).to.equal(0)
  })

  it('who is blocked stays out, whatever a rule allows', async () => {
    const world = worldWith([forAll(none)])
    await world.stores.accounts.block('local:alice', 'fraud', world.clock.nowMs())
    expect(reasonOf(await world.ask())).to.equal('blocked')
  })
})

describe('a rule by credential', () => {
  const vouched = { kind: 'second-factor', methods: ['sms'] } as const

  it('goes by how the sign-in began, whatever its answers look like', async () => {
    const world = worldWith([
      { name: 'chap', credentials: ['chap'], outcome: vouched },
      { name: 'others', outcome: deny },
    ])
    await world.enrol('alice', sms)
    const gateway = gatewayRules({ flow: 'challenge' })
    const state = stateOf(await world.ask({ gateway, credential: chap(password) }))
    const answered = await world.ask({ gateway, state, password: world.sms.lastCode() })
    expect(reasonOf(answered)).to.equal('accepted')
    expect(reasonOf(await world.ask({ gateway }))).to.equal('denied')
    expect(world.rows.map(({ rule }) => rule)).to.deep.equal(['chap', 'others'])
  })

  it('does not let an answer in another way begin again', async () => {
    const rules: PolicyRule[] = [{ name: 'pap', credentials: ['pap'], outcome: vouched }]
    const world = worldWith(rules)
    await world.enrol('alice', sms)
    const gateway = gatewayRules({ flow: 'challenge' })
    const state = stateOf(await world.ask({ gateway }))
    rules.unshift({ name: 'no pap', credentials: ['pap'], outcome: deny })
    const answer = { gateway, state, credential: chap(world.sms.lastCode()) }
    expect(reasonOf(await world.ask(answer))).to.equal('denied')
  })

  it('means EAP whatever is inside', async () => {
    const world = worldWith([{ name: 'eap', credentials: ['eap'], outcome: deny }])
    await world.enrol('alice', sms)
    const eap = { method: 'EAP-TTLS', outerIdentity: 'anonymous' }
    expect(reasonOf(await world.ask({ eap }))).to.equal('denied')
    expect(reasonOf(await world.ask())).to.equal('challenged')
  })

  it('can be by the method of EAP: one that shows a certificate is enough, or needed', async () => {
    const world = worldWith([
      { name: 'certificate', eapMethods: ['tls'], outcome: none },
      { name: 'staff', credentials: ['eap'], groups: ['staff'], outcome: deny },
    ])
    await world.enrol('alice', call)
    const by = (method: string) => ({ eap: { method, outerIdentity: 'anonymous' }, device: laptop })
    const credential = { kind: 'certificate', serialNumber: '0a' } as const
    expect(reasonOf(await world.ask({ ...by('EAP-TLS'), credential }))).to.equal('accepted')
    expect(reasonOf(await world.ask(by('EAP-TTLS')))).to.equal('denied')
    expect(reasonOf(await world.ask(by('PEAP')))).to.equal('denied')
    expect(world.phone.calls).to.have.length(0)
  })
})

describe('a rule by attributes of the request', () => {
  const wireless = { vendor: 0, type: 61, value: Uint8Array.of(0, 0, 0, 19) }
  const essid = (name: string) => ({ vendor: 14823, type: 5, value: Buffer.from(name) })

  it('holds where they are there, each time a request comes', async () => {
    const world = worldWith([
      { name: 'corp', attributes: [[wireless], [essid('corp'), essid('lab')]], outcome: none },
      { name: 'rest', outcome: deny },
    ])
    for (const attributes of [[], [wireless], [essid('corp')], [wireless, essid('guests')]]) {
      expect(reasonOf(await world.ask({ attributes, device: laptop }))).to.equal('denied')
    }
    world.clock.advance(11_000)
    const attributes = [essid('lab'), wireless]
    expect(reasonOf(await world.ask({ attributes, device: laptop }))).to.equal('accepted')
  })
})

describe('a rule for devices that make up their address', () => {
  const rule: PolicyRule = { name: 'random', randomMac: true, outcome: deny }
  const devices: readonly (readonly [string, Ask, string])[] = [
    ['a random MAC address', { device: { kind: 'mac', value: 'da1122334455' } }, 'denied'],
    ['one of its maker', { device: { kind: 'mac', value: '001122334455' } }, 'accepted'],
    ['an address of IP', { device: laptop }, 'accepted'],
    ['text that looks like one', { device: { kind: 'text', value: 'da1122334455' } }, 'accepted'],
    ['nothing that tells', {}, 'accepted'],
    [
      'one that may be another device’s, as the rule denies',
      {
        device: { kind: 'mac', value: 'da1122334455' },
        gateway: gatewayRules({ personSpecificDevice: false }),
      },
      'denied',
    ],
  ]
  for (const [what, ask, reason] of devices) {
    it(`says ${reason} to ${what}`, async () => {
      const world = worldWith([rule, forAll(none)])
      expect(reasonOf(await world.ask(ask))).to.equal(reason)
    })
  }
})
