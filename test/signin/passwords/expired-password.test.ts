import { expect } from 'chai'
import { createLocalDirectory } from '../../../src/directory/index.ts'
import type {
  Credential,
  Directory,
  NewPassword,
  OutageRule,
  Outcome,
  PasswordChange,
  PolicyRule,
} from '../../../src/signin/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import {
  type Ask,
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  hotp,
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
} from '../harness.ts'

const fresh = 'Brand-New 2025'
const garbled: Credential = { kind: 'pap', password: new Secret('\ufffd'), wellFormed: false }

/** A directory that says of everyone's password that it must be changed, and changes it. */
function createExpiring() {
  const local = createLocalDirectory(
    {
      name: 'local',
      users: [
        { name: 'bob', password: new Secret('unused') },
        { name: 'dave', password: new Secret('unused') },
      ],
      allowClear: true,
    },
    { clock: createManualClock() },
  )
  const changes: { user: string; old: string; chosen: string }[] = []
  const current = new Map<string, string>()
  const answers: PasswordChange[] = []
  const directory: Directory & Required<Pick<Directory, 'changePassword'>> = {
    ...local,
    async verify(user, credential) {
      if (credential.kind !== 'pap') return { kind: 'must-change' }
      const changed = current.get(user.name)
      if (credential.password.reveal() !== (changed ?? password)) return { kind: 'wrong' }
      return { kind: changed === undefined ? 'must-change' : 'right' }
    },
    async changePassword(user, { old, chosen }: NewPassword) {
      changes.push({ user: user.name, old: old.reveal(), chosen: chosen.reveal() })
      const answer = answers.shift() ?? { kind: 'changed' as const }
      if (answer.kind === 'changed') current.set(user.name, chosen.reveal())
      return answer
    },
  }
  return { directory, changes, current, answers }
}

type Expiring = ReturnType<typeof createExpiring>

function createExpiringWorld(
  rules: readonly PolicyRule[] = [],
  outageRules: readonly OutageRule[] = [],
): World & Expiring {
  const expiring = createExpiring()
  const { directory } = expiring
  const world = createWorld({
    parts: { directories: new Map([['local', directory]]), rules, outageRules },
  })
  return { ...expiring, ...world }
}

/** Bob signs in as far as the question for a new password. */
async function askedForNew(world: World, ask: Ask = {}): Promise<Outcome> {
  const app = await world.enrol('bob', totp)
  const asked = await world.ask({ user: 'bob', ...ask })
  return world.ask({ user: 'bob', ...ask, password: world.code(app), state: stateOf(asked) })
}

function messageOf(outcome: Outcome): string {
  return 'message' in outcome ? (outcome.message ?? '') : ''
}

const again = (state: Outcome, typed: string): Ask => ({
  user: 'bob',
  password: typed,
  state: stateOf(state),
})

describe('a password that has expired', () => {
  it('is not replaced by one that has lost its end on the way', async () => {
    const world = createExpiringWorld()
    const asked = await askedForNew(world)
    const credential: Credential = {
      ...{ kind: 'pap', wellFormed: true, fullAt: 127 },
      password: new Secret('Long-1'.padEnd(127, 'x')),
    }
    const refused = await world.ask({ ...again(asked, ''), credential })
    expect(messageOf(refused)).to.match(/too long: it may have 126 characters/)
    const next = await world.ask(again(refused, fresh))
    expect(messageOf(next)).to.match(/once more/)
    expect(world.changes).to.deep.equal([])
  })

  for (const flow of ['auto', 'challenge'] as const) {
    it(`${flow}: second factor, new password, once more, in`, async () => {
      const world = createExpiringWorld()
      const gateway = gatewayRules({ flow })
      const app = await world.enrol('bob', totp)
      const first = await world.ask({ user: 'bob', gateway })
      expect(messageOf(first)).to.match(/code from your app/)
      const code = world.code(app)
      const second = await world.ask({
        user: 'bob',
        gateway,
        password: code,
        state: stateOf(first),
      })
      expect(second).to.include({ kind: 'challenge', echo: false })
      expect(messageOf(second)).to.match(/has expired. Enter a new password/)
      const third = await world.ask({ gateway, ...again(second, fresh) })
      expect(third).to.include({ kind: 'challenge', echo: false })
      expect(messageOf(third)).to.match(/once more/)
      expect(world.changes).to.deep.equal([])
      const last = await world.ask({ gateway, ...again(third, fresh) })
      expect(last).to.include({ kind: 'accept' })
      expect(world.changes).to.deep.equal([{ user: 'bob', old: password, chosen: fresh }])
      expect(world.rows.at(-1)).to.include({ method: 'totp', outcome: 'accept' })
      expect(world.rows).to.have.length(1)
      const old = await world.ask({ user: 'bob', gateway })
      expect(reasonOf(old)).to.equal('password-wrong')
    })
  }

  it('is asked for after a call that was held, and after a code in one line', async () => {
    const world = createExpiringWorld()
    await world.enrol('bob', call)
    const app = await world.enrol('bob', totp)
    const held = world.start({ user: 'bob', device: laptop })
    await flush()
    expect(held.outcome).to.equal(undefined)
    world.phone.approve()
    await flush()
    expect(messageOf(await held.done)).to.match(/new password/)
    const typed = await world.ask({ user: 'bob', password: `${password},${world.code(app)}` })
    expect(messageOf(typed)).to.match(/new password/)
    const repeated = await world.ask(again(typed, fresh))
    expect(await world.ask(again(repeated, fresh))).to.include({ kind: 'accept' })
  })

  it('is asked for after "press Enter" and after a text', async () => {
    const world = createExpiringWorld()
    await world.enrol('bob', call)
    await world.enrol('dave', sms)
    const held = world.start({ user: 'bob' })
    await world.advance(19_100)
    world.phone.approve()
    await flush()
    const entered = await world.ask({ user: 'bob', password: '', state: stateOf(held.outcome) })
    expect(messageOf(entered)).to.match(/new password/)
    const sent = await world.ask({ user: 'dave' })
    const code = world.sms.lastCode()
    const typed = await world.ask({ user: 'dave', password: code, state: stateOf(sent) })
    expect(messageOf(typed)).to.match(/new password/)
  })

  it('is told only after both factors', async () => {
    const world = createExpiringWorld()
    await world.enrol('bob', totp)
    expect(messageOf(await world.ask({ user: 'bob' }))).not.to.match(/expired/)
    const wrong = await world.ask({ user: 'bob', password: 'wrong' })
    expect(reasonOf(wrong)).to.equal('password-wrong')
  })

  for (const [what, gateway] of [
    ['hold', gatewayRules({ flow: 'hold' })],
    ['append', gatewayRules({ flow: 'append' })],
    ['a gateway without challenges', gatewayRules({ challenges: false })],
  ] as const) {
    it(`is a plain refusal with ${what}, after the right password`, async () => {
      const world = createExpiringWorld()
      await world.enrol('bob', call)
      const app = await world.enrol('bob', totp)
      const typed = `${password},${world.code(app)}`
      const asked = { user: 'bob', gateway, password: gateway.flow === 'append' ? typed : password }
      expect(reasonOf(await world.ask(asked))).to.equal('password-expired')
      expect(world.phone.calls).to.deep.equal([])
    })
  }

  it('is a plain refusal where the directory changes none, and after CHAP', async () => {
    const { changePassword: _, ...directory } = createExpiring().directory
    const without = createWorld({ parts: { directories: new Map([['local', directory]]) } })
    await without.enrol('bob', totp)
    expect(reasonOf(await without.ask({ user: 'bob' }))).to.equal('password-expired')
    const world = createExpiringWorld()
    await world.enrol('bob', totp)
    const credential = chap(password)
    expect(reasonOf(await world.ask({ user: 'bob', credential }))).to.equal('password-expired')
  })
})

describe('an attacker who knows only the old password', () => {
  it('sets no new one where a rule asks for no second factor', async () => {
    const world = createExpiringWorld([{ name: 'open', outcome: { kind: 'no-second-factor' } }])
    await world.enrol('bob', totp)
    expect(reasonOf(await world.ask({ user: 'bob' }))).to.equal('password-expired')
    expect(world.changes).to.deep.equal([])
  })

  it('sets no new one with a bypass, and does not use it up', async () => {
    const world = createExpiringWorld()
    const untilMs = world.clock.nowMs() + 60_000
    const bypass = { untilMs, once: true, reason: 'lost phone' }
    await world.stores.accounts.giveBypass('local:bob', bypass)
    expect(reasonOf(await world.ask({ user: 'bob' }))).to.equal('password-expired')
    expect((await world.stores.accounts.load('local:bob')).bypass).not.to.equal(undefined)
  })

  it('sets no new one from a device that is remembered, in either order of the factors', async () => {
    const remember = { forMs: 3_600_000, address: true }
    const outcome = { kind: 'second-factor', remember } as const
    const world = createExpiringWorld([{ name: 'remembers', outcome }])
    world.directory.passwordStamp = async () => 'stamp'
    world.current.set('bob', password)
    const app = await world.enrol('bob', totp)
    const device = laptop
    const typed = `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ user: 'bob', device, password: typed }))).to.equal('accepted')
    expect(reasonOf(await world.ask({ user: 'bob', device })), 'known').to.equal('accepted')
    world.current.delete('bob')
    await world.advance(60_000)
    expect(messageOf(await world.ask({ user: 'bob', device }))).to.match(/code from your app/)
    const gateway = gatewayRules({ secondFactorFirst: true })
    const first = await world.ask({ user: 'bob', device, gateway })
    expect(reasonOf(first)).to.equal('password-expired')
    expect(world.changes).to.deep.equal([])
  })

  it('sets no new one after a method that counts only in an outage', async () => {
    const standIn = { name: 'stand-in', methods: ['recovery'], passwordAlone: false } as const
    const world = createExpiringWorld([], [standIn])
    const gateway = gatewayRules({ methods: ['call'] })
    await world.enrol('bob', call)
    await world.enrol('bob', recovery('bob'))
    const held = world.start({ user: 'bob', gateway })
    await flush()
    world.phone.only().answer({ kind: 'failed', detail: 'HTTP 503, twice', outage: true })
    await flush()
    const state = stateOf(held.outcome)
    const answered = await world.ask({ user: 'bob', gateway, state, password: recoveryCode })
    expect(reasonOf(answered)).to.equal('password-expired')
    expect(world.rows.at(-1)).to.include({ method: 'recovery' })
  })

  it('sets no new one while an outage accepts the password alone', async () => {
    const rule = { name: 'glass', userKeys: ['local:bob'], methods: [], passwordAlone: true }
    const world = createExpiringWorld([], [rule])
    await world.enrol('bob', call)
    const held = world.start({ user: 'bob' })
    await flush()
    world.phone.only().answer({ kind: 'failed', detail: 'HTTP 503, twice', outage: true })
    await flush()
    expect(reasonOf(held.outcome)).to.equal('password-expired')
  })

  it('gets no further than the code, whatever is typed there', async () => {
    const world = createExpiringWorld()
    await world.enrol('bob', totp)
    let outcome = await world.ask({ user: 'bob' })
    for (const typed of [fresh, password, '']) {
      outcome = await world.ask(again(outcome, typed))
      expect(messageOf(outcome)).not.to.match(/new password/)
    }
    expect(world.changes).to.deep.equal([])
  })

  it('is not told where a rule denies', async () => {
    const outcome = { kind: 'deny', text: 'Not from here.' } as const
    const world = createExpiringWorld([{ name: 'closed', outcome }])
    await world.enrol('bob', totp)
    expect(await world.ask({ user: 'bob' })).to.include({
      reason: 'denied',
      message: 'Not from here.',
    })
  })
})

describe('what is typed for a new password', () => {
  for (const [what, typed, text] of [
    ['empty', pap(''), /has expired. Enter a new password/],
    ['missing', { kind: 'none' }, /has expired. Enter a new password/],
    ['the old one', pap(password), /not allowed/],
    ['no text', garbled, /not allowed/],
  ] as const) {
    it(`is asked for again when it is ${what}`, async () => {
      const world = createExpiringWorld()
      const asked = await askedForNew(world)
      const next = await world.ask({ user: 'bob', credential: typed, state: stateOf(asked) })
      expect(next.kind).to.equal('challenge')
      expect(messageOf(next)).to.match(text)
      const repeated = await world.ask(again(next, fresh))
      expect(await world.ask(again(repeated, fresh))).to.include({ kind: 'accept' })
    })
  }

  it('is taken as it is: spaces count, and a code in it is not a code', async () => {
    const world = createExpiringWorld()
    const counter = await world.enrol('bob', hotp)
    const asked = await askedForNew(world)
    const typed = ` ${world.code(counter)} `
    const repeated = await world.ask(again(asked, typed))
    expect(await world.ask(again(repeated, typed))).to.include({ kind: 'accept' })
    expect(world.changes.at(-1)).to.include({ chosen: typed })
    const [kept] = await world.stores.authenticators.list('local:bob')
    expect(kept).to.include({ counter: 0 })
  })

  for (const typed of ['brand-new 2025', `${fresh} `, '', 'x'.repeat(128)]) {
    it(`has to be the same again, which ${JSON.stringify(typed.slice(0, 20))} is not`, async () => {
      const world = createExpiringWorld()
      const repeated = await world.ask(again(await askedForNew(world), fresh))
      const next = await world.ask(again(repeated, typed))
      expect(next.kind).to.equal('challenge')
      expect(messageOf(next)).to.match(/Enter a new password/)
      expect(world.changes).to.deep.equal([])
      // The one typed before is forgotten.
      const once = await world.ask(again(next, 'Another-2025'))
      expect(messageOf(once)).to.match(/once more/)
      expect(messageOf(await world.ask(again(once, fresh)))).to.match(/not the same/)
    })
  }

  it('may fail five times, however it fails, and for five minutes', async () => {
    const world = createExpiringWorld()
    world.answers.push({ kind: 'refused' }, { kind: 'too-simple' })
    let outcome = await askedForNew(world)
    for (const typed of [
      ['', ''],
      [fresh, 'other'],
      [fresh, fresh],
      [fresh, fresh],
    ] as const) {
      outcome = await world.ask(again(outcome, typed[0]))
      if (typed[0] !== '') outcome = await world.ask(again(outcome, typed[1]))
      expect(outcome.kind).to.equal('challenge')
    }
    const last = await world.ask(again(outcome, password))
    expect(reasonOf(last)).to.equal('password-not-changed')
    expect(world.changes).to.have.length(2)

    const slow = createExpiringWorld()
    const asked = await askedForNew(slow)
    await slow.advance(290_000)
    const repeated = await slow.ask(again(asked, fresh))
    await slow.advance(11_000)
    expect(reasonOf(await slow.ask(again(repeated, fresh)))).to.equal('state-invalid')
    expect(slow.changes).to.deep.equal([])
  })

  for (const credential of [chap(fresh), { kind: 'unsupported', name: 'MS-CHAPv2' }] as const) {
    it(`cannot be ${credential.kind}`, async () => {
      const world = createExpiringWorld()
      const state = stateOf(await askedForNew(world))
      expect(reasonOf(await world.ask({ user: 'bob', credential, state }))).to.equal(
        'credential-not-checkable',
      )
    })
  }
})

describe('what the directory says to a new password', () => {
  async function changeWith(answer: PasswordChange): Promise<Outcome> {
    const world = createExpiringWorld()
    world.answers.push(answer)
    const repeated = await world.ask(again(await askedForNew(world), fresh))
    const outcome = await world.ask(again(repeated, fresh))
    expect(world.changes, 'asked once').to.have.length(1)
    return outcome
  }

  for (const [answer, text] of [
    [{ kind: 'too-short', atLeast: 14 }, /14 characters/],
    [{ kind: 'too-simple' }, /too simple/],
    [{ kind: 'refused' }, /used it before/],
  ] as const) {
    it(`${answer.kind}: the person tries another`, async () => {
      const outcome = await changeWith(answer)
      expect(outcome.kind).to.equal('challenge')
      expect(messageOf(outcome)).to.match(text)
    })
  }

  for (const [answer, reason] of [
    [{ kind: 'too-soon' }, 'password-change-too-soon'],
    [{ kind: 'old-wrong' }, 'password-wrong'],
    [{ kind: 'locked' }, 'account-locked-in-directory'],
    [{ kind: 'not-permitted', detail: 'LDAP result 50' }, 'password-not-changed'],
    [{ kind: 'unclear', detail: 'no answer' }, 'password-change-unclear'],
    [{ kind: 'busy' }, 'directory-busy'],
    [{ kind: 'down', detail: 'nobody there' }, 'directory-down'],
  ] as const) {
    it(`${answer.kind}: ${reason}`, async () => {
      expect(reasonOf(await changeWith(answer))).to.equal(reason)
    })
  }
})

describe('a State that waits for a new password (RULES 21, 22)', () => {
  it('is good once, for one person, at one gateway', async () => {
    const world = createExpiringWorld()
    const state = stateOf(await askedForNew(world))
    const wifi = gatewayRules({ name: 'wifi' })
    for (const ask of [{ user: 'dave' }, { user: 'bob', gateway: wifi }]) {
      const outcome = await world.ask({ ...ask, password: fresh, state })
      expect(reasonOf(outcome)).to.equal('state-invalid')
    }
    expect(await world.ask({ user: 'bob', password: fresh, state })).to.include({
      kind: 'challenge',
    })
    const other = await world.ask({ user: 'bob', password: 'Other-2025', state })
    expect(reasonOf(other)).to.equal('state-invalid')
  })

  it('is not answered again to its packet, whose old password is gone from memory (RULES 38)', async () => {
    const world = createExpiringWorld()
    const requestAuthenticator = new Uint8Array(16).fill(1)
    const state = stateOf(await askedForNew(world))
    const packet = { user: 'bob', password: fresh, state, requestAuthenticator }
    expect((await world.ask(packet)).kind).to.equal('challenge')
    world.restart()
    expect(reasonOf(await world.ask(packet))).to.equal('state-invalid')
  })

  it('gives a lost answer again, and changes once', async () => {
    const world = createExpiringWorld()
    const asked = await askedForNew(world)
    const [first, resent] = [
      await world.ask(again(asked, fresh)),
      await world.ask(again(asked, fresh)),
    ]
    expect(stateOf(resent)).to.deep.equal(stateOf(first))
    const both = [world.start(again(first, fresh)), world.start(again(first, fresh))]
    await flush()
    expect(both.map(({ outcome }) => reasonOf(outcome))).to.deep.equal(['accepted', 'accepted'])
    expect(reasonOf(await world.ask(again(first, fresh)))).to.equal('accepted')
    expect(world.changes).to.have.length(1)
  })

  it('ends with the process, and never lets in with the old password', async () => {
    for (const steps of [0, 1, 2]) {
      const world = createExpiringWorld()
      const app = await world.enrol('bob', totp)
      let outcome = await world.ask({ user: 'bob' })
      const typed = [world.code(app), fresh, fresh]
      for (const each of typed.slice(0, steps)) outcome = await world.ask(again(outcome, each))
      world.restart()
      outcome = await world.ask(again(outcome, typed[steps] ?? ''))
      expect(reasonOf(outcome), `after ${steps} answers`).to.equal('interrupted')
      expect(world.changes).to.deep.equal([])
    }
  })

  it('is refused for a person who was blocked meanwhile, before the directory learns of it', async () => {
    const world = createExpiringWorld()
    const repeated = await world.ask(again(await askedForNew(world), fresh))
    await world.stores.accounts.block('local:bob', 'by hand', 0)
    expect(reasonOf(await world.ask(again(repeated, fresh)))).to.equal('blocked')
    expect(world.changes).to.deep.equal([])
  })

  it('holds no password that anyone could read, nor does what is kept or written', async () => {
    const given: unknown[] = []
    const expiring = createExpiring()
    const { registry } = createWorld()
    const watched = new Proxy(registry, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          given.push(args)
          return Reflect.apply(value, target, args)
        }
      },
    })
    const directories = new Map([['local', expiring.directory]])
    const world = createWorld({ parts: { directories, registry: watched } })
    const asked = await askedForNew(world)
    const repeated = await world.ask(again(asked, fresh))
    expect(await world.ask(again(repeated, fresh))).to.include({ kind: 'accept' })
    const bytes = bytesIn([given, stateOf(asked), stateOf(repeated)])
    expect(bytes.length).to.be.greaterThan(5)
    const seen = [JSON.stringify([given, world.rows, world.lines, world.troubles])]
    for (const each of bytes) seen.push(Buffer.from(each).toString('latin1'))
    for (const secret of [password, fresh]) expect(seen.join('\n')).not.to.contain(secret)
  })
})

/** Every byte string that can be reached from a value. */
function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value]
  if (value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap(bytesIn)
}
