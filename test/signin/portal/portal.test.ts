import { expect } from 'chai'
import { methods } from '../../../src/accounts/index.ts'
import type {
  AskedFactor,
  Directory,
  GatewayRules,
  Outcome,
  Proven,
} from '../../../src/signin/index.ts'
import { parsePrefix } from '../../../src/support/index.ts'
import { createPortalGateways } from '../../../src/web/sign-in/gateways.ts'
import {
  call,
  createWorld,
  email,
  flush,
  gatewayRules,
  laptop,
  pap,
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
} from '../harness.ts'

const { signIn: portal, confirm } = createPortalGateways({
  company: '',
  directories: ['local'],
  methods,
  trustsDirectoryPhones: true,
})

const phone = { ...call, phone: '+31612345678' }

function askedOf(outcome: Outcome | undefined): AskedFactor {
  if (outcome?.kind !== 'challenge' || outcome.asked === undefined) {
    throw new Error(`expected a question, got ${JSON.stringify(outcome)}`)
  }
  if (!('canType' in outcome.asked)) throw new Error(`asks for ${outcome.asked.kind}`)
  return outcome.asked
}

function provenOf(outcome: Outcome | undefined): Proven | undefined {
  return outcome?.kind === 'accept' ? outcome.proven : undefined
}

describe('the portal always asks for a fresh second factor', () => {
  const openings: Readonly<Record<string, (world: World) => Promise<void> | undefined>> = {
    'a rule with second_factor none': () => undefined,
    'a bypass': (world) =>
      world.stores.accounts.giveBypass('local:alice', {
        reason: 'phone at home',
        untilMs: world.clock.nowMs() + 900_000,
        once: false,
      }),
  }
  const ofRule: WorldOptions = {
    parts: { rules: [{ name: 'lan', outcome: { kind: 'no-second-factor' } }] },
  }

  for (const [what, open] of Object.entries(openings)) {
    it(`${what} opens a gateway and not the portal; the time line says why`, async () => {
      const world = createWorld(what.startsWith('a rule') ? ofRule : {})
      await open(world)
      const app = await world.enrol('alice', totp)
      expect(reasonOf(await world.ask())).to.equal('accepted')
      const asked = await world.ask({ gateway: portal, device: laptop })
      expect(reasonOf(asked)).to.equal('challenged')
      const code = world.code(app)
      await world.ask({ gateway: portal, state: stateOf(asked), password: code })
      const row = world.rows.find(({ gateway }) => gateway === 'portal')
      expect(row?.timeline.map((entry) => entry.what)).to.include('always-asked')
    })
  }

  it('what has proven a second factor was used now: a call, a sent code; what failed was not', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    const lastUses = async () =>
      (await world.stores.authenticators.list('local:alice')).map(({ lastUsedMs }) => lastUsedMs)
    const pending = world.start({ gateway: gatewayRules({ flow: 'hold' }) })
    await flush()
    expect(await lastUses()).to.deep.equal([undefined, undefined])
    world.phone.approve()
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    const calledMs = world.clock.nowMs()
    expect(await lastUses()).to.deep.equal([calledMs, undefined])
    await world.advance(61_000)
    const gateway = gatewayRules({ flow: 'challenge', methods: ['sms'] })
    const asked = await world.ask({ gateway })
    const code = world.sms.sent[0]?.code ?? ''
    const wrong = code === '000000' ? '111111' : '000000'
    const again = await world.ask({ gateway, state: stateOf(asked), password: wrong })
    expect(await lastUses()).to.deep.equal([calledMs, undefined])
    await world.ask({ gateway, state: stateOf(again), password: code })
    expect(await lastUses()).to.deep.equal([calledMs, world.clock.nowMs()])
  })

  it('a store that cannot note it refuses no one', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    world.stores.failing.add('authenticators.noteUse')
    const pending = world.start({ gateway: gatewayRules({ flow: 'hold' }) })
    await flush()
    world.phone.approve()
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('accepted')
    expect(world.troubles.map(({ what }) => what)).to.deep.equal(['last-use'])
  })

  it('and a rule does not open it for a person who has nothing: that is told, and who it is', async () => {
    const world = createWorld(ofRule)
    const outcome = await world.ask({ gateway: portal })
    expect(reasonOf(outcome)).to.equal('set-up-begins')
    expect(outcome).to.have.nested.property('person.key', 'local:alice')
  })

  it('a remembered device counts at a gateway and not at the portal, which remembers none', async () => {
    const remember = { forMs: 86_400_000, address: true }
    const world = createWorld({
      parts: {
        rules: [{ name: 'home', outcome: { kind: 'second-factor', remember } }],
        registry: createWorld().registry,
      },
    })
    world.local.instead.passwordStamp = async () => 'set in spring'
    const app = await world.enrol('alice', totp)
    const ask = { device: laptop, source: '192.0.2.1' }
    const vpn = gatewayRules({ group: 'portal' })
    const code = `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ ...ask, gateway: vpn, password: code }))).to.equal('accepted')
    await world.advance(11_000)
    expect(reasonOf(await world.ask({ ...ask, gateway: vpn }))).to.equal('accepted')
    const personal: GatewayRules = { ...portal, personSpecificDevice: true }
    for (const gateway of [portal, personal]) {
      expect(reasonOf(await world.ask({ ...ask, gateway }))).to.equal('challenged')
    }
    const kept = await world.stores.remembered.list('local:alice', world.clock.nowMs())
    await world.advance(30_000)
    const asked = await world.ask({ ...ask, gateway: personal })
    const typed = world.code(app)
    const let_in = await world.ask({
      ...ask,
      gateway: personal,
      state: stateOf(asked),
      password: typed,
    })
    expect(reasonOf(let_in)).to.equal('accepted')
    expect(await world.stores.remembered.list('local:alice', world.clock.nowMs())).to.deep.equal(
      kept,
    )
  })

  for (const rule of [
    { name: 'night', userKeys: ['local:alice'], methods: [], passwordAlone: true },
    { name: 'night', methods: ['email'], passwordAlone: false },
  ] as const) {
    it(`an outage rule opens nothing there: ${rule.passwordAlone ? 'password alone' : 'methods'}`, async () => {
      const only = { ...portal, methods: ['sms'] } as const
      const world = createWorld({ parts: { outageRules: [rule] } })
      await world.enrol('alice', sms)
      await world.enrol('alice', email)
      const isDown = async () => ({ kind: 'failed', detail: 'down', outage: true }) as const
      world.sms.next.push(isDown, isDown)
      const gateway = gatewayRules({ flow: 'challenge', methods: ['sms'] })
      const elsewhere = await world.ask({ gateway, device: laptop })
      expect(reasonOf(elsewhere)).to.equal(rule.passwordAlone ? 'accepted' : 'challenged')
      await world.advance(31_000)
      expect(reasonOf(await world.ask({ gateway: only }))).to.equal('prompt-failed')
    })
  }

  it('a rule that wants the code first does not shut it', async () => {
    const world = createWorld({
      parts: { rules: [{ name: 'first', outcome: { kind: 'second-factor', first: true } }] },
    })
    await world.enrol('alice', totp)
    expect(reasonOf(await world.ask({ gateway: portal }))).to.equal('challenged')
  })
})

describe('rules hold at the portal as at any gateway', () => {
  it('a denial, with its text only after the right password', async () => {
    const text = 'Contractors sign in on Mondays.'
    const rules = [
      { name: 'no interns', groups: ['interns'], outcome: { kind: 'deny', text } },
    ] as const
    const world = createWorld({ parts: { rules } })
    await world.enrol('bob', totp)
    const wrong = await world.ask({ gateway: portal, user: 'bob', password: 'wrong' })
    expect(wrong).to.have.property('reason', 'password-wrong')
    expect(wrong).not.to.have.property('message', text)
    expect(await world.ask({ gateway: portal, user: 'bob' })).to.deep.include({
      reason: 'denied',
      message: text,
    })
    const confirming = await world.ask({ ...asBob(), user: 'bob' })
    expect(confirming).to.deep.include({ reason: 'denied', message: text })
  })

  function asBob() {
    return { gateway: confirm, userKey: 'local:bob', credential: { kind: 'none' } } as const
  }

  it('one by network goes by the address of the browser', async () => {
    const network = parsePrefix('203.0.113.7')
    if (network === undefined) throw new Error('no prefix')
    const rules = [
      { name: 'here', networks: [network], outcome: { kind: 'second-factor', methods: ['totp'] } },
      { name: 'elsewhere', outcome: { kind: 'deny' } },
    ] as const
    const world = createWorld({ parts: { rules } })
    await world.enrol('alice', totp)
    await world.enrol('alice', sms)
    const here = { gateway: portal, device: laptop, source: laptop.value }
    expect(askedOf(await world.ask(here))).to.deep.include({ kind: 'code', options: [] })
    const there = { ...here, device: { kind: 'address', value: '198.51.100.1' } } as const
    expect(reasonOf(await world.ask(there))).to.equal('denied')
  })

  it('of two browsers behind one address the later takes over, and the other is out (RULES 44)', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const ask = { gateway: portal, device: laptop, source: laptop.value }
    const [one, other] = [world.start(ask), world.start(ask)]
    await flush()
    expect(world.sms.sent).to.have.length(1)
    const code = world.sms.lastCode()
    const answers = [one, other].map(({ outcome }) => stateOf(outcome))
    const outcomes = []
    for (const state of answers) outcomes.push(await world.ask({ ...ask, state, password: code }))
    expect(outcomes.map(reasonOf)).to.deep.equal(['state-invalid', 'accepted'])
  })
})

describe('what the portal asks, as data', () => {
  it('a menu: the own preference first and marked, numbers masked, whether a code may be typed', async () => {
    const world = createWorld()
    await world.enrol('alice', totp)
    await world.enrol('alice', sms)
    await world.enrol('alice', phone)
    const asked = askedOf(await world.ask({ gateway: portal }))
    expect(asked).to.deep.include({ kind: 'choose', canType: true, isWrong: false })
    expect(
      asked.options.map(({ answer, method, to }) => `${answer} ${method} ${to}`),
    ).to.deep.equal(['1 sms **21', '2 call **78'])
    await world.stores.accounts.setDefaultMethod('local:alice', 'call')
    const preferred = askedOf(await world.ask({ gateway: portal }))
    expect(preferred.options[0]).to.deep.include({ method: 'call', isDefault: true })
  })

  it('a code that was sent, where to, and that the one before was wrong', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    await world.enrol('alice', email)
    const menu = await world.ask({ gateway: portal })
    const sent = await world.ask({ gateway: portal, state: stateOf(menu), password: '1' })
    expect(askedOf(sent)).to.deep.include({ kind: 'code', canType: false, isWrong: false })
    expect(askedOf(sent).via).to.deep.include({ method: 'sms', to: '**21' })
    const wrong = await world.ask({ gateway: portal, state: stateOf(sent), password: '12' })
    expect(askedOf(wrong)).to.deep.include({ kind: 'code', isWrong: true })
    const code = world.sms.sent[0]?.code ?? ''
    const again = await world.ask({ gateway: portal, state: stateOf(wrong), password: '' })
    expect(askedOf(again)).to.deep.include({ kind: 'code', isWrong: false })
    const outcome = await world.ask({ gateway: portal, state: stateOf(again), password: code })
    const [enrolled] = await world.stores.authenticators.list('local:alice')
    expect(provenOf(outcome)).to.deep.include({
      method: 'sms',
      authenticatorId: enrolled?.id,
      hadPin: false,
    })
    expect(provenOf(outcome)?.user.key).to.equal('local:alice')
  })

  for (const [pin, hadPin] of [
    [undefined, false],
    ['4711', true],
  ] as const) {
    it(`a call ${hadPin ? 'with' : 'without'} a PIN: the page waits, and learns what was proven`, async () => {
      const world = createWorld()
      await world.enrol('alice', { ...call, phone: '+31612345601' })
      const second = await world.enrol('alice', { ...phone, ...(pin && { pin }) })
      const menu = await world.ask({ gateway: portal })
      const rings = await world.ask({ gateway: portal, state: stateOf(menu), password: '2' })
      expect(askedOf(rings)).to.deep.include({ kind: 'approve' })
      expect(askedOf(rings).via).to.deep.include({ method: 'call', to: '**78' })
      const waiting = world.start({ gateway: portal, state: stateOf(rings), password: '' })
      await world.advance(20_100)
      expect(askedOf(waiting.outcome).via).to.deep.include({ to: '**78' })
      const more = world.start({ gateway: portal, state: stateOf(waiting.outcome), password: '' })
      await world.advance(5_000)
      world.phone.approve()
      await flush()
      expect(provenOf(more.outcome)).to.deep.include({
        method: 'call',
        authenticatorId: second.id,
        hadPin,
      })
    })
  }

  it('a call without an answer ends by itself and leads to the other ways', async () => {
    const world = createWorld()
    await world.enrol('alice', phone)
    await world.enrol('alice', sms)
    const menu = await world.ask({ gateway: portal })
    const callOption = askedOf(menu).options.find(({ method }) => method === 'call')
    let asked = await world.ask({
      gateway: portal,
      state: stateOf(menu),
      password: callOption?.answer ?? '',
    })
    for (const round of [1, 2]) {
      const waiting = world.start({ gateway: portal, state: stateOf(asked), password: '' })
      await world.advance(20_000)
      expect(askedOf(waiting.outcome).kind, `round ${round}`).to.equal('approve')
      asked = await waiting.done
    }
    const last = world.start({ gateway: portal, state: stateOf(asked), password: '' })
    await world.advance(19_900)
    world.phone.only().answer({ kind: 'no-answer' })
    await flush()
    expect(askedOf(last.outcome)).to.deep.include({ kind: 'choose' })
  })

  it('while the phone rings a code can be typed, or another way chosen: the call ends', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('alice', phone)
    await world.enrol('alice', sms)
    const begin = async () => {
      const menu = await world.ask({ gateway: portal })
      const option = askedOf(menu).options.find(({ method }) => method === 'call')
      return world.ask({ gateway: portal, state: stateOf(menu), password: option?.answer ?? '' })
    }
    const rings = await begin()
    const typed = await world.ask({
      gateway: portal,
      state: stateOf(rings),
      password: world.code(app),
    })
    expect(provenOf(typed)).to.deep.include({ method: 'totp', authenticatorId: app.id })
    expect(world.phone.ringing()).to.have.length(0)
    const again = await begin()
    const other = askedOf(again).options.find(({ method }) => method === 'sms')
    const sent = await world.ask({
      gateway: portal,
      state: stateOf(again),
      password: other?.answer ?? '',
    })
    expect(askedOf(sent).via).to.deep.include({ method: 'sms' })
    expect(world.phone.ringing()).to.have.length(0)
    expect(world.sms.sent).to.have.length(1)
  })

  it('the other way, chosen in the moment of the approval, sends nothing: the approval counts', async () => {
    const world = createWorld()
    await world.enrol('alice', phone)
    await world.enrol('alice', sms)
    const menu = await world.ask({ gateway: portal })
    const rings = await world.ask({ gateway: portal, state: stateOf(menu), password: '2' })
    world.phone.approve()
    const outcome = await world.ask({ gateway: portal, state: stateOf(rings), password: '1' })
    expect(provenOf(outcome)).to.deep.include({ method: 'call' })
    expect(world.sms.sent).to.have.length(0)
  })

  it('a call whose phone was taken away meanwhile proves nothing', async () => {
    const world = createWorld()
    const taken = await world.enrol('alice', phone)
    const rings = await world.ask({ gateway: portal })
    world.phone.approve()
    await world.stores.authenticators.remove('local:alice', taken.id)
    const outcome = await world.ask({ gateway: portal, state: stateOf(rings), password: '' })
    expect(outcome.kind).to.equal('reject')
  })

  it('a recovery code', async () => {
    const world = createWorld()
    const codes = await world.enrol('alice', recovery('alice'))
    const asked = await world.ask({ gateway: portal })
    expect(askedOf(asked)).to.deep.include({ kind: 'code', canType: true })
    const outcome = await world.ask({
      gateway: portal,
      state: stateOf(asked),
      password: recoveryCode,
    })
    expect(provenOf(outcome)).to.deep.include({ method: 'recovery', authenticatorId: codes.id })
  })

  it('a gateway gets none of it', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const gateway = gatewayRules({ flow: 'challenge' })
    const asked = await world.ask({ gateway })
    expect(asked).not.to.have.property('asked')
    const outcome = await world.ask({ gateway, state: stateOf(asked), password: world.code(app) })
    expect(outcome).to.have.property('kind', 'accept').and.not.to.have.property('proven')
    expect(await world.ask({ gateway, user: 'dave' })).not.to.have.property('person')
  })

  it('the password field is the password, whatever ends it', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const typed = `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ gateway: portal, password: typed }))).to.equal(
      'password-wrong',
    )
    expect(world.local.passwords).to.deep.equal([typed])
  })
})

describe('an expired password at the portal', () => {
  it('is changed after a second factor, and what has proven it is still known', async () => {
    const directories = new Map<string, Directory>()
    const world = createWorld({ parts: { directories } })
    const changePassword = async () => ({ kind: 'changed' }) as const
    directories.set('local', { ...world.local.directory, changePassword })
    await world.enrol('alice', { ...phone, pin: '4711' })
    world.local.instead.verify = async () => ({ kind: 'must-change' })
    const rings = await world.ask({ gateway: portal })
    world.phone.approve()
    const first = await world.ask({ gateway: portal, state: stateOf(rings), password: '' })
    expect(first).to.have.nested.property('asked.kind', 'new-password')
    const again = await world.ask({
      gateway: portal,
      state: stateOf(first),
      password: 'Spring-2025',
    })
    expect(again).to.have.nested.property('asked.kind', 'repeat-password')
    const done = await world.ask({
      gateway: portal,
      state: stateOf(again),
      password: 'Spring-2025',
    })
    expect(provenOf(done)).to.deep.include({ method: 'call', hadPin: true })
  })
})

describe('a second factor for a change, where a session vouches for the password', () => {
  const asAlice = {
    gateway: confirm,
    userKey: 'local:alice',
    credential: { kind: 'none' },
  } as const

  it('asks the directory for no password, and rings', async () => {
    const world = createWorld()
    const enrolled = await world.enrol('alice', phone)
    const rings = await world.ask(asAlice)
    expect(askedOf(rings)).to.deep.include({ kind: 'approve' })
    world.phone.approve()
    const outcome = await world.ask({ ...asAlice, credential: pap(''), state: stateOf(rings) })
    expect(provenOf(outcome)).to.deep.include({ authenticatorId: enrolled.id })
    expect(world.local.verified).to.equal(0)
    expect(world.rows.map(({ gateway }) => gateway)).to.deep.equal(['portal-confirm'])
  })

  it('goes by the key and not by the name: of a person who is gone nothing rings', async () => {
    const world = createWorld()
    await world.enrol('alice', phone)
    for (const userKey of ['local:nobody', 'other:alice', '', undefined]) {
      const outcome = await world.ask({ ...asAlice, userKey, user: 'alice' })
      expect(reasonOf(outcome)).to.equal('user-unknown')
    }
    world.local.instead.resolveKey = async () => {
      const resolved = await world.local.directory.resolve('bob', new AbortController().signal)
      return resolved
    }
    expect(reasonOf(await world.ask(asAlice))).to.equal('user-unknown')
    expect(world.phone.calls).to.have.length(0)
  })

  it('refuses the State of someone else, of the sign-in, and a second answer', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    await world.enrol('bob', totp)
    const asked = await world.ask(asAlice)
    const bob = { ...asAlice, userKey: 'local:bob', user: 'bob' }
    const code = () => pap(world.code(app))
    expect(
      reasonOf(await world.ask({ ...bob, state: stateOf(asked), credential: code() })),
    ).to.equal('state-invalid')
    const signingIn = await world.ask({ gateway: portal })
    expect(
      reasonOf(await world.ask({ ...asAlice, state: stateOf(signingIn), credential: code() })),
    ).to.equal('state-invalid')
    const right = { ...asAlice, state: stateOf(asked), credential: code() }
    expect(reasonOf(await world.ask(right))).to.equal('accepted')
    expect(reasonOf(await world.ask(right))).not.to.equal('accepted')
  })

  it('a code that was sent for signing in, or for another change, does not count (PEOPLE R6)', async () => {
    const world = createWorld()
    await world.enrol('alice', sms)
    const signingIn = await world.ask({ gateway: portal })
    expect(askedOf(signingIn).kind).to.equal('code')
    expect(reasonOf(await world.ask(asAlice))).to.equal('another-sign-in-open')
    await world.advance(31_000)
    const one = await world.ask(asAlice)
    expect(askedOf(one).kind).to.equal('code')
    expect(reasonOf(await world.ask(asAlice))).to.equal('another-sign-in-open')
    const first = world.sms.sent[0]?.code ?? ''
    const wrong = await world.ask({ ...asAlice, state: stateOf(one), credential: pap(first) })
    expect(askedOf(wrong)).to.deep.include({ isWrong: true })
  })

  it('counts wrong codes as everywhere', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    let asked = await world.ask(asAlice)
    for (let tries = 0; tries < 2; tries += 1) {
      const credential = pap(wrongCodeFor(world, app))
      asked = await world.ask({ ...asAlice, state: stateOf(asked), credential })
    }
    const credential = pap(wrongCodeFor(world, app))
    const last = await world.ask({ ...asAlice, state: stateOf(asked), credential })
    expect(reasonOf(last)).to.equal('code-wrong')
    expect((await world.stores.accounts.load('local:alice')).wrongCodes).to.equal(3)
  })

  it('a report of fraud blocks the account, and no one else', async () => {
    const world = createWorld()
    await world.enrol('alice', phone)
    await world.enrol('bob', phone)
    const rings = await world.ask(asAlice)
    world.phone.only().answer({ kind: 'fraud' })
    await flush()
    const outcome = await world.ask({ ...asAlice, credential: pap(''), state: stateOf(rings) })
    expect(outcome.kind).to.equal('reject')
    expect(await world.stores.accounts.load('local:alice')).to.have.property('blocked')
    expect(await world.stores.accounts.load('gateway:portal-confirm')).not.to.have.property(
      'blocked',
    )
    expect(askedOf(await world.ask({ ...asAlice, userKey: 'local:bob' })).kind).to.equal('approve')
  })

  it('a rule, a bypass or a known device opens no change either', async () => {
    const rules = [{ name: 'lan', outcome: { kind: 'no-second-factor' } }] as const
    const world = createWorld({ parts: { rules } })
    await world.enrol('alice', totp)
    const untilMs = world.clock.nowMs() + 900_000
    await world.stores.accounts.giveBypass('local:alice', { reason: 'r', untilMs, once: true })
    expect(reasonOf(await world.ask(asAlice))).to.equal('challenged')
  })
})
