import { expect } from 'chai'
import type {
  Credential,
  Directory,
  Outcome,
  PolicyRule,
  Relay,
  Verified,
} from '../../../src/signin/index.ts'
import {
  call,
  createWorld,
  flush,
  gatewayRules,
  hotp,
  laptop,
  password,
  reasonOf,
  stateOf,
  totp,
  type World,
  type WorldOptions,
  wrongCodeFor,
} from '../harness.ts'

const groupClass = { type: 25, value: Uint8Array.from(Buffer.from('OU=staff')) }
const filter = { type: 11, value: Uint8Array.from(Buffer.from('vpn-users')) }
const right: Verified = { kind: 'right', attributes: [groupClass, filter] }
const relay: Relay = { server: '192.0.2.5:1812', state: new Uint8Array(253).fill(7) }
const question: Verified = {
  kind: 'challenge',
  message: 'Token?',
  echo: true,
  timeoutSeconds: 60,
  relay,
}

/** What the directory was asked: the password, and the relay where it answers a question. */
type Asked = { readonly password: string; readonly relay: Relay | undefined }

/** A world whose directory says these things, one after the other, and the last forever. */
function createUpstreamWorld(
  verdicts: readonly Verified[],
  options: WorldOptions = {},
): World & { readonly asked: Asked[] } {
  const world = createWorld(options)
  const asked: Asked[] = []
  const verify: Directory['verify'] = async (_user, credential, _signal, request) => {
    const typed = credential.kind === 'pap' ? credential.password.reveal() : credential.kind
    asked.push({ password: typed, relay: request?.relay })
    return verdicts[Math.min(asked.length, verdicts.length) - 1] ?? { kind: 'busy' }
  }
  world.local.instead.verify = verify
  return { ...world, asked }
}

function attributesOf(outcome: Outcome | undefined): readonly unknown[] {
  if (outcome?.kind !== 'accept') throw new Error(`no Accept: ${JSON.stringify(outcome)}`)
  return outcome.attributes
}

const own = { type: 25, value: Uint8Array.of(1) }
const all = [own, groupClass, filter]
const challenging = gatewayRules({ flow: 'challenge', methods: ['totp', 'hotp'] })
const held = gatewayRules({ flow: 'hold', methods: ['call'] })
const auto = gatewayRules({ flow: 'auto', methods: ['call', 'totp'] })
const noSecondFactor: PolicyRule = { name: 'alone', outcome: { kind: 'no-second-factor' } }

describe('what an upstream server adds to the Accept', () => {
  it('comes last, after what gateway and rules give', async () => {
    const world = createUpstreamWorld([right], { parts: { rules: [noSecondFactor] } })
    expect(attributesOf(await world.ask())).to.deep.equal(all)
  })

  it('is there after two challenges, and the server was asked once', async () => {
    const world = createUpstreamWorld([right])
    const app = await world.enrol('bob', totp)
    const ask = { user: 'bob', gateway: challenging }
    const state = stateOf(await world.ask(ask))
    const wrong = await world.ask({ ...ask, state, password: wrongCodeFor(world, app) })
    const answer = { state: stateOf(wrong), password: world.code(app) }
    expect(attributesOf(await world.ask({ ...ask, ...answer }))).to.deep.equal(all)
    expect(world.asked).to.have.lengthOf(1)
  })

  it('is there after a code after the password', async () => {
    const world = createUpstreamWorld([right])
    const app = await world.enrol('bob', totp)
    const typed = `${password},${world.code(app)}`
    expect(attributesOf(await world.ask({ user: 'bob', password: typed }))).to.deep.equal(all)
    expect(world.asked.map((each) => each.password)).to.deep.equal([password])
  })

  it('is there after a call that was held for', async () => {
    const world = createUpstreamWorld([right])
    await world.enrol('bob', call)
    const pending = world.start({ user: 'bob', gateway: held })
    await flush()
    world.phone.approve()
    await flush()
    expect(attributesOf(pending.outcome)).to.deep.equal(all)
  })

  it('is there after a call that was waited for, and Enter', async () => {
    const world = createUpstreamWorld([right])
    await world.enrol('bob', call)
    const pending = world.start({ user: 'bob', gateway: auto, device: laptop })
    await world.advance(19_000)
    const state = stateOf(pending.outcome)
    world.phone.approve()
    const after = await world.ask({
      user: 'bob',
      gateway: auto,
      device: laptop,
      state,
      password: '',
    })
    expect(attributesOf(after)).to.deep.equal(all)
  })

  it('is that of the second try after a late approval', async () => {
    const later = { kind: 'right', attributes: [filter] } as const
    const world = createUpstreamWorld([right, later])
    await world.enrol('bob', call)
    const gateway = gatewayRules({ flow: 'auto', challenges: false, methods: ['call'] })
    const ask = { user: 'bob', gateway, device: laptop }
    const pending = world.start(ask)
    await world.advance(19_500)
    expect(reasonOf(pending.outcome)).to.equal('prompt-timeout')
    world.phone.approve()
    await flush()
    expect(attributesOf(await world.ask(ask))).to.deep.equal([own, filter])
    expect(world.asked).to.have.lengthOf(2)
  })

  it('is shared with an equal request', async () => {
    const world = createUpstreamWorld([right])
    const app = await world.enrol('bob', totp)
    const ask = { user: 'bob', device: laptop, password: `${password},${world.code(app)}` }
    const both = await Promise.all([world.start(ask).done, world.start(ask).done])
    expect(both.map(attributesOf)).to.deep.equal([all, all])
    expect(world.asked).to.have.lengthOf(1)
  })

  it('is never left out: where a restart has lost it the person begins again', async () => {
    const world = createUpstreamWorld([right])
    const app = await world.enrol('bob', totp)
    const ask = { user: 'bob', gateway: challenging }
    const state = stateOf(await world.ask(ask))
    world.restart()
    const after = await world.ask({ ...ask, state, password: world.code(app) })
    expect(reasonOf(after)).to.equal('interrupted')
  })

  it('is forgotten when no answer comes', async () => {
    const world = createUpstreamWorld([right])
    await world.enrol('bob', totp)
    await world.ask({ user: 'bob', gateway: challenging })
    await world.advance(310_000)
    expect(world.registry.size()).to.equal(0)
  })
})

describe('a question of an upstream server', () => {
  const ask = { user: 'bob', gateway: challenging }

  it('goes to the person, and the answer to the server with its State; then comes our factor', async () => {
    const world = createUpstreamWorld([question, right])
    const app = await world.enrol('bob', totp)
    const asked = await world.ask(ask)
    expect(asked).to.include({ message: 'Token?', echo: true, timeoutSeconds: 60 })
    const answered = await world.ask({ ...ask, state: stateOf(asked), password: '4711' })
    expect(world.asked).to.deep.equal([
      { password, relay: undefined },
      { password: '4711', relay },
    ])
    expect(answered).to.have.property('message').that.does.not.equal('Token?')
    const code = { state: stateOf(answered), password: world.code(app) }
    expect(attributesOf(await world.ask({ ...ask, ...code }))).to.deep.equal(all)
    expect(world.rows, 'one row').to.have.lengthOf(1)
  })

  it('may be followed by another one, and be answered with nothing', async () => {
    const next = { ...question, message: 'Again?', relay: { server: relay.server } }
    const world = createUpstreamWorld([question, next, right], {
      parts: { rules: [noSecondFactor] },
    })
    const first = await world.ask(ask)
    const second = await world.ask({ ...ask, state: stateOf(first), password: '' })
    expect(second).to.include({ message: 'Again?' })
    const accepted = await world.ask({ ...ask, state: stateOf(second), password: '2' })
    expect(attributesOf(accepted)).to.deep.equal(all)
    expect(world.asked.map((each) => each.relay)).to.deep.equal([
      undefined,
      relay,
      { server: relay.server },
    ])
  })

  it('is answered wrong: refused as a wrong password is, and the State is used up', async () => {
    const world = createUpstreamWorld([question, { kind: 'wrong' }, right])
    await world.enrol('bob', totp)
    const state = stateOf(await world.ask(ask))
    const refused = await world.ask({ ...ask, state, password: '4712' })
    expect(refused).to.include({ kind: 'reject', reason: 'password-wrong' })
    expect(refused).to.have.property('notBeforeMs', world.clock.nowMs() + 1_000)
    const again = await world.ask({ ...ask, state, password: '4711' })
    expect(reasonOf(again)).to.equal('state-invalid')
    expect(world.asked).to.have.lengthOf(2)
  })

  it('ends nowhere: after twelve questions the sign-in is over', async () => {
    const world = createUpstreamWorld([question])
    let outcome = await world.ask(ask)
    for (let round = 1; round < 12; round += 1) {
      outcome = await world.ask({ ...ask, state: stateOf(outcome), password: `${round}` })
    }
    expect(reasonOf(await world.ask({ ...ask, state: stateOf(outcome), password: '12' }))).to.equal(
      'code-expired',
    )
  })

  it('is not shown where the gateway cannot, in the words of every refusal', async () => {
    for (const gateway of [held, gatewayRules({ flow: 'auto', challenges: false })]) {
      const world = createUpstreamWorld([question])
      await world.enrol('bob', call)
      const refused = await world.ask({ user: 'bob', gateway })
      expect(reasonOf(refused)).to.equal('question-not-shown')
      expect(refused).to.have.property('message', world.parts.texts.text('denied', undefined))
      expect(refused).to.have.property('notBeforeMs', world.clock.nowMs() + 1_000)
    }
  })

  it('comes after a code that was proven first, which is then not asked for again', async () => {
    const world = createUpstreamWorld([question, right])
    const app = await world.enrol('bob', totp)
    const gateway = gatewayRules({ secondFactorFirst: true })
    const typed = `${password},${world.code(app)}`
    const asked = await world.ask({ user: 'bob', gateway, password: typed })
    const done = await world.ask({ user: 'bob', gateway, state: stateOf(asked), password: '4711' })
    expect(attributesOf(done)).to.deep.equal(all)
    expect(world.rows[0]).to.include({ method: 'totp' })
  })

  it('leaves a code unspent that counts after the password only', async () => {
    const world = createUpstreamWorld([question, right])
    const token = await world.enrol('bob', hotp)
    const typed = `${password},${world.code(token)}`
    const asked = await world.ask({ user: 'bob', gateway: auto, password: typed })
    const gateway = gatewayRules({ flow: 'auto', methods: ['hotp'] })
    const first = await world.ask({ user: 'bob', gateway, password: typed })
    expect(reasonOf(asked), 'not allowed here: one long password').to.equal('challenged')
    expect(reasonOf(first)).to.equal('accepted')
  })

  it('cannot be answered by someone else', async () => {
    const world = createUpstreamWorld([question, right])
    const state = stateOf(await world.ask(ask))
    const other = await world.ask({ ...ask, user: 'dave', state, password: '4711' })
    expect(reasonOf(other)).to.equal('state-invalid')
    expect(world.asked).to.have.lengthOf(1)
  })

  it('is over once it was answered: a restart after that loses nothing', async () => {
    const world = createUpstreamWorld([question, { kind: 'right' }])
    const app = await world.enrol('bob', totp)
    const bob = { user: 'bob', gateway: challenging }
    const state = stateOf(await world.ask(bob))
    const asked = await world.ask({ ...bob, state, password: '4711' })
    world.restart()
    const answer = { state: stateOf(asked), password: world.code(app) }
    expect(reasonOf(await world.ask({ ...bob, ...answer }))).to.equal('accepted')
  })

  it('is lost in a restart, and the person begins again', async () => {
    const world = createUpstreamWorld([question, right])
    const state = stateOf(await world.ask(ask))
    world.restart()
    expect(reasonOf(await world.ask({ ...ask, state, password: '4711' }))).to.equal('interrupted')
  })
})

describe('EAP that an upstream server carries on', () => {
  const device = (round: number): Credential => ({ kind: 'eap', message: Uint8Array.of(2, round) })
  const asks: Verified = { ...question, message: '', eap: Uint8Array.of(1, 1, 0, 5, 4) }
  const keys = { receive: new Uint8Array(16).fill(1), send: new Uint8Array(16).fill(2) }
  const rightWithKeys: Verified = { kind: 'right', attributes: [filter], keys }
  const ask = { user: 'bob', gateway: held }

  it('goes round by round where people are never asked, and is held for a call at the end', async () => {
    const world = createUpstreamWorld([asks, asks, rightWithKeys])
    await world.enrol('bob', call)
    let outcome = await world.ask({ ...ask, credential: device(1) })
    expect(outcome).to.deep.include({ kind: 'challenge', eap: Uint8Array.of(1, 1, 0, 5, 4) })
    outcome = await world.ask({ ...ask, credential: device(2), state: stateOf(outcome) })
    expect(world.asked[1]?.relay).to.deep.equal(relay)
    const pending = world.start({ ...ask, credential: device(3), state: stateOf(outcome) })
    await flush()
    world.phone.approve()
    await flush()
    expect(pending.outcome).to.deep.include({ kind: 'accept', keys, attributes: [own, filter] })
    expect(world.rows, 'one row for all rounds').to.have.lengthOf(1)
  })

  it('may take at most fifty rounds', async () => {
    const world = createUpstreamWorld([asks])
    let outcome = await world.ask({ ...ask, credential: device(1) })
    for (let round = 2; round <= 50; round += 1) {
      outcome = await world.ask({ ...ask, credential: device(round), state: stateOf(outcome) })
    }
    const state = stateOf(outcome)
    expect(reasonOf(await world.ask({ ...ask, credential: device(51), state }))).to.equal(
      'code-expired',
    )
  })

  it('is refused where a code has to come first, or with the password', async () => {
    for (const gateway of [
      gatewayRules({ flow: 'code-only' }),
      gatewayRules({ secondFactorFirst: true }),
    ]) {
      const world = createUpstreamWorld([asks])
      await world.enrol('bob', totp)
      const outcome = await world.ask({ user: 'bob', gateway, credential: device(1) })
      expect(outcome.kind).to.equal('reject')
      expect(world.asked).to.have.lengthOf(0)
    }
  })

  it('is not a credential for the people of the configuration', async () => {
    const world = createWorld()
    expect(reasonOf(await world.ask({ ...ask, credential: device(1) }))).to.equal(
      'credential-not-checkable',
    )
  })

  it('asks no one for a code where the provider is down: nothing shows a question', async () => {
    const outageRules = [
      { name: 'glass', methods: [], userKeys: ['local:alice'], passwordAlone: true },
    ]
    const world = createUpstreamWorld([asks, { kind: 'right' }], { parts: { outageRules } })
    await world.enrol('alice', call)
    await world.enrol('alice', totp)
    await world.enrol('bob', call)
    await world.enrol('bob', totp)
    const inEap = { gateway: { ...held, challenges: false, methods: ['call', 'totp'] } } as const
    for (const [user, reason] of [
      ['alice', 'accepted'],
      ['bob', 'prompt-failed'],
    ] as const) {
      const ask = { ...inEap, user }
      world.asked.length = 0
      const state = stateOf(await world.ask({ ...ask, credential: device(1) }))
      const pending = world.start({ ...ask, state, credential: device(2) })
      await flush()
      world.phone.only().answer({ kind: 'failed', detail: 'HTTP 503, twice', outage: true })
      await flush()
      expect(reasonOf(pending.outcome), user).to.equal(reason)
    }
  })
})

describe('what an upstream server says about a refusal', () => {
  it('reaches the person where the directory hands it on', async () => {
    const world = createUpstreamWorld([{ kind: 'wrong', message: 'Your token is blocked.' }])
    const refused = await world.ask({ user: 'bob' })
    expect(refused).to.include({ reason: 'password-wrong', message: 'Your token is blocked.' })
    expect(refused).to.have.property('notBeforeMs', world.clock.nowMs() + 1_000)
  })
})

describe('a guessed code in front of a question of an upstream server (RULES 41)', () => {
  for (const [name, gateway, between] of [
    ['codes come first', gatewayRules({ secondFactorFirst: true }), ','],
    ['no delimiter', gatewayRules({ flow: 'append', append: { delimiter: '', words: false } }), ''],
  ] as const) {
    it(`no question follows ten misses with this password, and one follows another password: ${name}`, async () => {
      const world = createUpstreamWorld([question])
      const app = await world.enrol('alice', totp)
      for (let n = 0; n < 10; n += 1) {
        await world.ask({ gateway, password: `${password}${between}${wrongCodeFor(world, app)}` })
      }
      const code = () => `${between}${world.code(app)}`
      const guessed = await world.ask({ gateway, password: `${password}${code()}` })
      expect(reasonOf(guessed)).to.equal('locked')
      const { lockedUntilMs } = await world.stores.accounts.load('local:alice')
      expect(lockedUntilMs).to.equal(0)
      await world.advance(60_000)
      const other = await world.ask({ gateway, password: `another${code()}` })
      expect(other.kind).to.equal('challenge')
    })
  }
})
