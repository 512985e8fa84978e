import { expect } from 'chai'
import {
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  hotp,
  laptop,
  password,
  reasonOf,
  recovery,
  recoveryCode,
  sms,
  totp,
  wrongCodeFor,
} from './harness.ts'

const none = (promptWithoutPassword: boolean) =>
  ({ kind: 'none', directories: ['local'], promptWithoutPassword }) as const
const flows = ['auto', 'hold', 'challenge', 'append', 'code-only'] as const

describe('before the password is proven (RULES 4)', () => {
  for (const flow of flows) {
    it(`a none gateway with flow ${flow} rings and sends nothing`, async () => {
      const world = createWorld()
      await world.enrol('alice', call)
      await world.enrol('alice', sms)
      const gateway = gatewayRules({ flow, firstFactor: none(false) })
      for (const typed of ['anything', 'anything,call', 'anything,sms', 'call', 'sms', '1']) {
        const outcome = await world.ask({ gateway, password: typed })
        expect(outcome.kind, typed).to.equal('reject')
        expect(outcome, `${typed} ${reasonOf(outcome)}`).to.have.property('notBeforeMs')
      }
      await world.ask({ gateway, credential: chap('anything') })
      expect(world.phone.calls).to.have.length(0)
      expect(world.sms.sent).to.have.length(0)
    })
  }

  it('a none gateway offers no menu: numbers of phones are not shown to strangers', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const app = await world.enrol('alice', totp)
    const gateway = gatewayRules({ flow: 'challenge', firstFactor: none(false) })
    const asked = await world.ask({ gateway, password: 'anything' })
    if (asked.kind !== 'challenge') throw new Error('expected a challenge')
    expect(asked.message).not.to.contain('**')
    const rung = await world.ask({ gateway, password: '1', state: asked.state })
    expect(world.phone.calls).to.have.length(0)
    if (rung.kind !== 'challenge') throw new Error('expected a challenge')
    const answered = await world.ask({ gateway, password: world.code(app), state: rung.state })
    expect(reasonOf(answered)).to.equal('accepted')
  })

  it('tells no one who is enrolled: the same text and moment as for an unknown name', async () => {
    for (const flow of ['auto', 'hold', 'code-only'] as const) {
      const world = createWorld()
      const gateway = gatewayRules({ flow, challenges: false, firstFactor: none(false) })
      const texts = []
      for (const user of ['dave', 'nobody-at-all']) {
        const outcome = await world.ask({ gateway, user, password: '123456' })
        if (outcome.kind !== 'reject') throw new Error('expected a Reject')
        texts.push({ message: outcome.message, notBeforeMs: outcome.notBeforeMs })
      }
      expect(texts[0]).to.deep.equal(texts[1])
    }
  })

  it('secondFactorFirst rings no one and asks no directory without a right code', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    const app = await world.enrol('alice', totp)
    const gateway = gatewayRules({ flow: 'append', secondFactorFirst: true })
    const wrong = wrongCodeFor(world, app)
    const tries = [
      [`${password},call`, 'code-missing'],
      [`${password},sms`, 'code-missing'],
      [password, 'code-missing'],
      ['', 'password-empty'],
      [`${password},${wrong}`, 'code-wrong'],
    ] as const
    for (const [typed, reason] of tries) {
      expect(reasonOf(await world.ask({ gateway, password: typed })), typed).to.equal(reason)
    }
    expect(world.local.verified).to.equal(0)
    expect(world.phone.calls).to.have.length(0)
    expect(world.sms.sent).to.have.length(0)
    const account = await world.stores.accounts.load('local:alice')
    expect(account.wrongCodes, 'strangers lock nobody').to.equal(0)

    const typed = `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ gateway, password: typed }))).to.equal('accepted')
    expect(reasonOf(await world.ask({ gateway, password: typed }))).to.equal('code-reused')
    expect(world.local.verified).to.equal(1)
  })

  it('secondFactorFirst keeps HOTP and recovery codes until the password is right', async () => {
    const gateway = gatewayRules({ flow: 'append', secondFactorFirst: true })
    for (const enrolment of [hotp, recovery('alice')]) {
      const world = createWorld()
      const one = await world.enrol('alice', enrolment)
      const code = one.method === 'hotp' ? world.code(one) : recoveryCode
      const ask = async (firstPart: string) =>
        reasonOf(await world.ask({ gateway, password: `${firstPart},${code}` }))
      expect(await ask('wrong')).to.equal('password-wrong')
      expect(await ask(password)).to.equal('accepted')
      expect(await ask(password)).not.to.equal('accepted')
      expect(world.local.verified, 'a used code costs no directory attempt').to.equal(2)
    }
  })

  it('prompt_without_password rings, and fraud ends the prompts of that gateway, not the account', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const pam = gatewayRules({ name: 'pam', flow: 'hold', firstFactor: none(true) })
    const pending = world.start({ gateway: pam, password: 'anything' })
    await flush()
    expect(world.local.verified).to.equal(0)
    world.phone.only().answer({ kind: 'fraud' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('prompt-fraud')
    expect(world.stores.alerts).to.have.length(1)
    expect(world.stores.noted).to.deep.equal([['gateway:pam', 'pam']])
    expect(world.reports[0]).to.include({ gateway: 'pam', stopped: 'gateway' })

    expect(reasonOf(await world.ask({ gateway: pam, password: 'x' }))).to.equal(
      'prompt-not-allowed',
    )
    expect((await world.stores.accounts.load('local:alice')).blocked).to.equal(undefined)
    const vpn = gatewayRules({ flow: 'hold' })
    world.start({ gateway: vpn })
    await flush()
    expect(world.phone.ringing()).to.have.length(1)
  })

  it('fraud after a proven password blocks the account', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const pending = world.start({ gateway: gatewayRules({ flow: 'hold' }) })
    await flush()
    world.phone.only().answer({ kind: 'fraud' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('prompt-fraud')
    expect(reasonOf(await world.ask())).to.equal('blocked')
    expect(world.stores.alerts[0]).to.deep.include({
      kind: 'fraud-reported',
      userKey: 'local:alice',
    })
  })

  it('fraud stops only calls and messages where the person has codes to type (PEOPLE R13)', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', sms)
    const app = await world.enrol('alice', totp)
    await world.stores.accounts.giveBypass('local:alice', {
      ...{ reason: 'x', untilMs: 0, once: false },
    })
    const pending = world.start({ gateway: gatewayRules({ flow: 'hold' }) })
    await flush()
    world.phone.only().answer({ kind: 'fraud' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('prompt-fraud')
    const gateway = gatewayRules({ flow: 'append' })
    const ask = async (typed: string) => reasonOf(await world.ask({ gateway, password: typed }))
    expect(await ask(`${password},call`)).to.equal('no-method-for-flow')
    expect(await ask(`${password},sms`)).to.equal('no-method-for-flow')
    expect(await ask(`${password},${world.code(app)}`)).to.equal('accepted')
    expect(world.phone.calls).to.have.length(1)
    expect(await world.stores.accounts.load('local:alice')).to.not.have.any.keys('bypass')
    expect(world.reports).to.deep.equal([
      {
        ...{ user: 'alice', how: 'call', gateway: 'vpn', stopped: 'prompts' },
        signInId: world.rows[0]?.signInId,
      },
    ])
  })

  for (const onFraud of ['account', 'prompts'] as const) {
    it(`fraud stops what on_fraud says: ${onFraud}`, async () => {
      const world = createWorld({ settings: { onFraud } })
      await world.enrol('alice', call)
      if (onFraud === 'account') await world.enrol('alice', totp)
      world.start({ gateway: gatewayRules({ flow: 'hold' }) })
      await flush()
      world.phone.only().answer({ kind: 'fraud' })
      await flush()
      const { blocked, promptsStopped } = await world.stores.accounts.load('local:alice')
      const stopped = [blocked && 'account', promptsStopped && 'prompts'].filter(Boolean)
      expect(stopped).to.deep.equal([onFraud])
    })
  }

  it('a report is not lost in a store that fails: it is told at once, and tried until it counts', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    world.start({ gateway: gatewayRules({ flow: 'hold' }) })
    await flush()
    world.stores.failing.add('accounts.block')
    world.phone.only().answer({ kind: 'fraud' })
    await flush()
    expect(world.reports).to.have.length(1)
    expect(world.reports[0]).to.include({ user: 'alice', stopped: 'not-yet' })
    expect(world.troubles.map(({ what }) => what)).to.include('fraud-report')
    expect(world.stores.openPrompts.size, 'the call is over all the same').to.equal(0)
    await world.advance(30_000)
    expect(world.stores.alerts).to.have.length(0)
    world.stores.failing.clear()
    await world.advance(61_000)
    expect(reasonOf(await world.ask())).to.equal('blocked')
    expect(world.stores.alerts).to.have.length(1)
    expect(world.reports).to.have.length(1)
  })

  it('fraud counts as fraud even when it comes after the Reject', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    world.start({ gateway: gatewayRules({ challenges: false }), device: laptop })
    await world.advance(25_000)
    world.phone.only().answer({ kind: 'fraud' })
    await flush()
    expect(reasonOf(await world.ask())).to.equal('blocked')
  })
})

describe('a sign-in that policy refuses costs no directory attempt (RULES 6)', () => {
  const closed = [
    ['denied', { denyGroups: ['interns'] }],
    ['denied', { requireGroups: ['admins'] }],
  ] as const
  for (const [reason, rules] of closed) {
    it(`${reason} by ${Object.keys(rules)}`, async () => {
      const world = createWorld()
      await world.enrol('bob', totp)
      for (const typed of [password, 'wrong']) {
        const outcome = await world.ask({
          user: 'bob',
          password: typed,
          gateway: gatewayRules(rules),
        })
        expect(reasonOf(outcome)).to.equal(reason)
      }
      expect(world.local.verified).to.equal(0)
    })
  }

  it('and a block, a lock or a slow answer do not either', async () => {
    const world = createWorld({
      settings: { lockout: { slowAfter: 1, lockAfter: 2, lockMs: 60_000, slowMs: 5_000 } },
    })
    const app = await world.enrol('alice', totp)
    const gateway = gatewayRules({ flow: 'append' })
    const wrong = `${password},${wrongCodeFor(world, app)}`
    const right = () => `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ gateway, password: wrong }))).to.equal('code-wrong')
    expect(reasonOf(await world.ask({ gateway, password: right() }))).to.equal('slowed')
    await world.advance(5_100)
    expect(reasonOf(await world.ask({ gateway, password: wrong }))).to.equal('code-wrong')
    expect(reasonOf(await world.ask({ gateway, password: right() }))).to.equal('locked')
    await world.stores.accounts.block('local:alice', 'by hand', 0)
    expect(reasonOf(await world.ask({ gateway, password: right() }))).to.equal('blocked')
    expect(world.local.verified).to.equal(2)
  })
})

describe('counting failures (RULES 5, 8)', () => {
  const gateway = gatewayRules({ flow: 'append' })

  it('counts wrong codes over sign-ins and gateways: slows, then locks', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const reasons: string[] = []
    for (let tries = 0; tries < 10; tries++) {
      const name = `gateway-${tries}`
      const wrong = `${password},${wrongCodeFor(world, app)}`
      const outcome = await world.ask({ gateway: { ...gateway, name }, password: wrong })
      reasons.push(reasonOf(outcome))
      if (reasons.length >= 5) await world.advance(5_000 * 2 ** (reasons.length - 5) + 100)
    }
    expect(reasons).to.deep.equal(Array(10).fill('code-wrong'))
    const right = `${password},${world.code(app)}`
    await world.advance(200_000)
    expect(reasonOf(await world.ask({ gateway, password: right }))).to.equal('locked')
  })

  it('counts wrong codes at challenges too, over however many sign-ins', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    for (let tries = 0; tries < 5; tries++) {
      const asked = await world.ask()
      if (asked.kind !== 'challenge') throw new Error('expected a challenge')
      await world.ask({ password: wrongCodeFor(world, app), state: asked.state })
    }
    expect(reasonOf(await world.ask())).to.equal('slowed')
  })

  it('lets no guess through that was sent beside others enough to lock', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const wrong = wrongCodeFor(world, app)
    const guesses = [...Array.from({ length: 30 }, () => wrong), world.code(app)]
    const appended = guesses.map((code) =>
      world.start({ gateway, password: `${password},${code}` }),
    )
    await flush()
    expect(appended.map(({ outcome }) => reasonOf(outcome)).at(-1)).to.equal('locked')

    const fresh = createWorld()
    const other = await fresh.enrol('alice', totp)
    const challenges = []
    for (let tries = 0; tries < 31; tries++) challenges.push(await fresh.ask())
    const answers = challenges.map((asked, index) => {
      if (asked.kind !== 'challenge') throw new Error('expected a challenge')
      const code = index < 30 ? wrongCodeFor(fresh, other) : fresh.code(other)
      return fresh.start({ password: code, state: asked.state })
    })
    await flush()
    expect(answers.filter(({ outcome }) => outcome?.kind === 'accept')).to.have.length(0)
  })

  it('refuses an approval when the account was blocked while the phone rang', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    const pending = world.start({ gateway: gatewayRules({ flow: 'hold' }) })
    await flush()
    await world.stores.accounts.block('local:alice', 'by hand', 0)
    world.phone.approve()
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('blocked')
  })

  it('counts guesses typed where Enter was asked for, and ends the call with the lock', async () => {
    const world = createWorld({
      settings: { lockout: { slowAfter: 9, lockAfter: 2, lockMs: 60_000, slowMs: 1 } },
    })
    await world.enrol('alice', call)
    const app = await world.enrol('alice', totp)
    const first = world.start()
    await world.advance(19_100)
    const wrong = wrongCodeFor(world, app)
    const stateOfWait = (pending: typeof first) => {
      if (pending.outcome?.kind !== 'challenge') throw new Error('expected a challenge')
      return pending.outcome.state
    }
    const second = world.start({ password: wrong, state: stateOfWait(first) })
    await world.advance(19_100)
    expect((await world.stores.accounts.load('local:alice')).wrongCodes).to.equal(1)
    const third = await world.ask({ password: wrong, state: stateOfWait(second) })
    expect(reasonOf(third)).to.equal('code-wrong')
    await flush()
    expect(world.phone.ringing()).to.have.length(0)
    expect(reasonOf(await world.ask())).to.equal('locked')
  })

  it('takes the password that comes again with Enter for no guess, though it looks like a recovery code', async () => {
    const world = createWorld()
    await world.enrol('alice', call)
    await world.enrol('alice', recovery('alice'))
    const first = world.start()
    await world.advance(19_100)
    if (first.outcome?.kind !== 'challenge') throw new Error('expected a challenge')
    const second = world.start({ password: 'Passw0rd2024', state: first.outcome.state })
    await flush()
    expect(second.outcome).to.equal(undefined)
    expect((await world.stores.accounts.load('local:alice')).wrongCodes).to.equal(0)
  })

  it('wrong passwords never lock nor slow the second factor', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    for (let tries = 0; tries < 50; tries++) {
      await world.ask({ gateway, password: `guess-${tries},000000` })
      await world.ask({ password: `guess-${tries}` })
    }
    const account = await world.stores.accounts.load('local:alice')
    expect(account).to.include({ wrongPasswords: 100, wrongCodes: 0 })
    const right = `${password},${world.code(app)}`
    expect(reasonOf(await world.ask({ gateway, password: right }))).to.equal('accepted')
    expect(await world.stores.accounts.load('local:alice')).to.include({ wrongPasswords: 0 })
  })

  it('a whole sign-in ends the count', async () => {
    const world = createWorld()
    const app = await world.enrol('alice', totp)
    const wrong = `${password},${wrongCodeFor(world, app)}`
    for (let tries = 0; tries < 4; tries++) await world.ask({ gateway, password: wrong })
    await world.ask({ gateway, password: `${password},${world.code(app)}` })
    expect(await world.stores.accounts.load('local:alice')).to.include({ wrongCodes: 0 })
  })
})
